"""Products and their stock."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    sku: str
    name: str
    cents: int
    stock: int = 10

    def is_available(self):
        return self.stock > 0

    def reorder_level(self):
        return max(2, self.stock // 5)


PRODUCTS = {
    product.sku: product
    for product in (
        Product("tea", "Tea", 450),
        Product("cup", "Cup", 1200, 3),
        Product("pot", "Teapot", 3900, 1),
    )
}
PAGE_SIZE = 20
MAX_REORDER = 50


def page(number):
    start = (number - 1) * PAGE_SIZE
    return [product for product in PRODUCTS.values() if product.is_available()][start : start + PAGE_SIZE]


def find(sku):
    return PRODUCTS.get(sku)


def stock_of(sku):
    product = find(sku)
    return product.stock if product else 0


def recount():
    return sum(product.stock for product in PRODUCTS.values())
