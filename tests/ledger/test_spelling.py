"""A key may be written in any way a user has at hand; what fits several is never guessed."""

import pytest

from auditor.ledger.spelling import Place, fitting, nearest
from auditor.usage.routes import RouteTable

KNOWN: list[Place] = [
    ("endpoint", "GET /users/{id}"), ("endpoint", "POST /orders"), ("endpoint", "GET /orders"), ("endpoint", "GET /"),
    ("endpoint", "GET /Admin/"), ("endpoint", "(unmatched)"), ("task", "mail.remind"), ("task", "mail.send"),
    ("task", "sms.send"), ("component", "Checkout"), ("command", "Checkout"), ("function", "shop.users:load"),
]  # fmt: skip
HANDLERS = {("endpoint", "POST /orders"): ["shop.orders:create"]}


def found(asked: str) -> list[str]:
    table = RouteTable([key for kind, key in KNOWN if kind == "endpoint"])
    return [f"{kind} {key}" for kind, key in fitting(asked, KNOWN, HANDLERS, table.match)]


@pytest.mark.parametrize(("asked", "expected"), [
    ("GET /users/{id}", ["endpoint GET /users/{id}"]),
    ("GET:/users/{id}", ["endpoint GET /users/{id}"]),
    ("get /users/{id}", ["endpoint GET /users/{id}"]),
    ("/users/{id}", ["endpoint GET /users/{id}"]),
    ("/users/17", ["endpoint GET /users/{id}"]),
    ("GET /users/17?full=1", ["endpoint GET /users/{id}"]),
    ("https://shop.example/users/17", ["endpoint GET /users/{id}"]),
    ("/orders", ["endpoint GET /orders", "endpoint POST /orders"]),
    ("POST:/orders", ["endpoint POST /orders"]),
    ("/orders/", ["endpoint GET /orders", "endpoint POST /orders"]),
    ("POST /orders/", ["endpoint POST /orders"]),
    ("DELETE /orders", []),
    ("/", ["endpoint GET /"]),
    ("/Admin", ["endpoint GET /Admin/"]),
    ("GET /admin/", ["endpoint GET /Admin/"]),
    ("shop.orders:create", ["endpoint POST /orders"]),
    ("mail.remind", ["task mail.remind"]),
    ("remind", ["task mail.remind"]),
    ("send", ["task mail.send", "task sms.send"]),
    ("load", ["function shop.users:load"]),
    ("MAIL.REMIND", ["task mail.remind"]),
    ("Checkout", ["command Checkout", "component Checkout"]),
    ("(unmatched)", ["endpoint (unmatched)"]),
    ("", []),
    ("nothing like it", []),
])  # fmt: skip
def test_spellings(asked: str, expected: list[str]) -> None:
    assert found(asked) == expected


@pytest.mark.parametrize(("asked", "expected"), [
    ("mail.remnd", "mail.remind"), ("GET:/user/{id}", "GET /users/{id}"), ("order", "GET /orders"),
    ("/api/v2/orders/7", "GET /orders"), ("zzzz", None),
])  # fmt: skip
def test_the_nearest_is_offered(asked: str, expected: str | None) -> None:
    offered = [key for _, key in nearest(asked, KNOWN)]
    assert (offered[0] if offered else None) == expected
    assert len(offered) <= 5
