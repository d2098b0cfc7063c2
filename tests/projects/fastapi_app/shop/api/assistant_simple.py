from fastapi import APIRouter

from shop.pricing import helper_of_the_shadowed_handler

router = APIRouter(prefix="/assistant")


@router.post("/chat")
def chat_simple():  # expect: unreached
    return helper_of_the_shadowed_handler()
