from fastapi import APIRouter

from depot.prices import total

router = APIRouter()


@router.get("/orders/{item}")
def order(item):
    return total(item)
