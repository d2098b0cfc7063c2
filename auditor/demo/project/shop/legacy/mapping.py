"""Old records to today's products."""

from shop.legacy import validation
from shop.services.catalog import Product


def to_product(record):
    validation.check(record)
    return Product(record["sku"], record["name"], int(record["price"]))
