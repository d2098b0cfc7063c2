"""Money as people write it."""


def format_cents(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def parse_price(text):
    whole, _, fraction = text.partition(".")
    return int(whole) * 100 + int((fraction + "00")[:2])
