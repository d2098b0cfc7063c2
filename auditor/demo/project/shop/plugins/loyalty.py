"""Prices for members. No code refers to this module: SHOP_PRICE_PLUGIN names it where it is deployed."""

from auditor.tracking import component


@component("loyalty-price")
def member_price(cents):
    return cents * 95 // 100
