"""Everything below /api/v1."""

from fastapi import APIRouter

from shop.api import assistant, assistant_simple, gift_cards, orders, products, reports

router = APIRouter(prefix="/api/v1")
router.include_router(products.router)
router.include_router(orders.router)
router.include_router(reports.router, prefix="/reports")
router.include_router(gift_cards.router)
router.include_router(assistant.router)
router.include_router(assistant_simple.router)
