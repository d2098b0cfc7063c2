"""Gift cards: issued with a code, looked up by it."""

import secrets

_cards = {}


def issue(amount):
    code = new_code()
    _cards[code] = {"code": code, "amount": amount}
    return _cards[code]


def new_code():
    return secrets.token_hex(4).upper()


def look_up(code):
    return _cards.get(code.upper())
