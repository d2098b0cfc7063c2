"""The catalogue."""

from fastapi import APIRouter, HTTPException

from shop.services import catalog, pricing

router = APIRouter(prefix="/products")


@router.get("")
def list_products(page: int = 1):
    return [present(product) for product in catalog.page(page)]


@router.get("/{sku}")
def get_product(sku: str):
    product = catalog.find(sku)
    if product is None:
        raise HTTPException(404, "no such product")
    return present(product)


def present(product):
    return {"sku": product.sku, "name": product.name, "price": pricing.price_of(product)}
