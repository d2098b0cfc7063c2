"""The importer of the old shop's files."""

from shop.legacy.importer import import_file

__all__ = ["import_file"]
