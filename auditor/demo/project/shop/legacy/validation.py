"""What a record of the old shop must have."""

from shop.legacy.formats import FORMATS


class InvalidRecord(Exception):
    pass


def check(record):
    from shop.legacy.report import describe

    missing = [name for name in FORMATS["product"] if not record.get(name)]
    if missing:
        raise InvalidRecord(describe(record, missing))
