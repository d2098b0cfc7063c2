from fastapi import APIRouter, Depends

from shop import pricing

router = APIRouter()


def current_user():
    return 7


@router.get("/{user_id}")
def get_user(user_id: str, user=Depends(current_user)):
    return pricing.price_for_users(user_id)


@router.get("/me")
def get_me():  # expect: unreached
    return "every request for it is served by get_user"


@router.delete("/me")
def delete_me():
    return "another method"


@router.get("/{user_id:int}/orders")
def orders(user_id: int):
    return []


@router.get("/42/orders")
def orders_of_42():  # expect: unreached
    return []


@router.get("/anna/orders")
def orders_of_anna():
    return []
