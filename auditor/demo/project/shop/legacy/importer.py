"""Reads a file of the old shop."""

from shop.legacy import mapping, parser
from shop.legacy.report import ImportReport


def import_file(path):
    report = ImportReport()
    for record in parser.records(path):
        report.add(mapping.to_product(record))
    return report
