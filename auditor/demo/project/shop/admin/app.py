"""The back office, mounted below /admin."""

from fastapi import FastAPI

from shop.services import catalog

admin = FastAPI(title="shop admin")


@admin.get("/stock/{sku}")
def stock(sku: str):
    return {"sku": sku, "stock": catalog.stock_of(sku)}


@admin.get("/recount")
def recount():
    return {"items": catalog.recount()}
