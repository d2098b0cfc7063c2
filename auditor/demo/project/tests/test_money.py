"""Money as people write it."""

from shop.services.money import format_cents, parse_price


def test_cents_are_formatted():
    assert format_cents(540) == "5.40"


def test_prices_are_parsed():
    assert parse_price("5.4") == 540
