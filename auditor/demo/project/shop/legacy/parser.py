"""Splits the old shop's lines."""

from shop.legacy.formats import FORMATS, delimiter_of


def records(path):
    with open(path, encoding="latin-1") as file:
        for line in file:
            yield dict(zip(FORMATS["product"], line.rstrip("\n").split(delimiter_of("product"))))
