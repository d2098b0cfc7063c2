"""The shop through its HTTP interface."""

import pytest
from fastapi.testclient import TestClient

from shop.main import app
from shop.services import pricing


@pytest.fixture
def client():
    with TestClient(app) as client:
        yield client


def test_products_are_listed_with_vat(client):
    assert {"sku": "tea", "name": "Tea", "price": 540} in client.get("/api/v1/products").json()


def test_one_product(client):
    assert client.get("/api/v1/products/cup").json()["name"] == "Cup"
    assert client.get("/api/v1/products/nothing").status_code == 404


def test_an_order_is_paid_and_found_again(client):
    placed = client.post("/api/v1/orders", json={"sku": "tea", "quantity": 2, "payment": "invoice"}).json()
    assert placed["receipt"] == "invoice:1080"
    assert client.get(f"/api/v1/orders/{placed['id']}").json() == placed


@pytest.mark.parametrize("format", ["csv", "json"])
def test_sales_are_exported(client, format):
    assert client.get("/api/v1/reports/sales", params={"format": format}).status_code == 200


def test_the_assistant_answers(client):
    reply = client.post("/api/v1/assistant/chat", json={"text": "What are your hours?"}).json()
    assert reply["answer"] == "We are open from nine to five."


def test_the_back_office_is_mounted(client):
    assert client.get("/admin/stock/pot").json() == {"sku": "pot", "stock": 1}


def test_vat_is_added():
    assert pricing.add_vat(1000) == 1200
