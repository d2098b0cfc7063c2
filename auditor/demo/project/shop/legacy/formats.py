"""The old shop's columns."""

FORMATS = {"product": ("sku", "name", "price"), "customer": ("number", "name", "town")}


def delimiter_of(kind):
    return "|" if kind == "product" else ";"
