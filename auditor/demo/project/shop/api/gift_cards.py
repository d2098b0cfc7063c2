"""Gift cards, launched for one Christmas."""

from fastapi import APIRouter, HTTPException

from shop.services import gift_cards

router = APIRouter(prefix="/gift-cards")


@router.post("", status_code=201)
def sell_gift_card(amount: int):
    return gift_cards.issue(amount)


@router.get("/{code}")
def gift_card_balance(code: str):
    card = gift_cards.look_up(code)
    if card is None:
        raise HTTPException(404, "no such card")
    return card
