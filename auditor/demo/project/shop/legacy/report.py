"""What an import did."""

from shop.legacy.validation import InvalidRecord


class ImportReport:
    def __init__(self):
        self.products = []
        self.problems = []

    def add(self, product):
        try:
            self.products.append(product)
        except InvalidRecord as problem:
            self.problems.append(problem)


def describe(record, missing):
    return f"{record.get('sku', '?')}: {', '.join(missing)} missing"
