"""Orders, kept in memory."""

import itertools

from shop.services import catalog, payments, pricing

_orders = {}
_numbers = itertools.count(1)


def place(sku, quantity, payment):
    product = catalog.find(sku)
    if product is None:
        return {"error": "no such product"}
    total = pricing.price_of(product) * quantity
    receipt = payments.pay(payment, total)
    order = {"id": next(_numbers), "sku": sku, "quantity": quantity, "total": total, "receipt": receipt}
    _orders[order["id"]] = order
    return order


def find(order_id):
    return _orders.get(order_id)


def all_orders():
    return list(_orders.values())
