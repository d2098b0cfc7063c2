"""Orders: placed, paid, looked at."""

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from shop.services import orders as service

router = APIRouter(prefix="/orders")


class NewOrder(BaseModel):
    sku: str
    quantity: int = 1
    payment: str = "card"


@router.post("", status_code=201)
def place_order(order: NewOrder):
    return service.place(order.sku, order.quantity, order.payment)


@router.get("/{order_id}")
def get_order(order_id: int):
    order = service.find(order_id)
    if order is None:
        raise HTTPException(404, "no such order")
    return order
