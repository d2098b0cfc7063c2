"""Prices in cents; a plugin may adjust them."""

from shop.plugins import price_plugin

VAT_PERCENT = 20


def price_of(product):
    plugin = price_plugin()
    cents = plugin(product.cents) if plugin else product.cents
    return add_vat(cents)


def add_vat(cents):
    return cents + cents * VAT_PERCENT // 100


def seasonal_discount(cents, month):
    """The summer sale of two years ago."""
    if month in SALE_MONTHS:
        return cents * (100 - SALE_PERCENT) // 100
    return cents


SALE_MONTHS = (7, 8)
SALE_PERCENT = 15
