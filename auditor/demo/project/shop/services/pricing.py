"""Prices in cents; a plugin named in the environment may adjust them."""

import os
from importlib import import_module

VAT_PERCENT = 20


def price_of(product):
    plugin = price_plugin()
    cents = plugin(product.cents) if plugin else product.cents
    return add_vat(cents)


def add_vat(cents):
    return cents + cents * VAT_PERCENT // 100


def price_plugin():
    """Return the function that SHOP_PRICE_PLUGIN names as module:function, None where it names none."""
    module, _, name = os.environ.get("SHOP_PRICE_PLUGIN", "").partition(":")
    return getattr(import_module(module), name) if module else None


def seasonal_discount(cents, month):
    """The summer sale of two years ago."""
    if month in SALE_MONTHS:
        return cents * (100 - SALE_PERCENT) // 100
    return cents


SALE_MONTHS = (7, 8)
SALE_PERCENT = 15
