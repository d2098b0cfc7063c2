from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shop.models import Order


def live(order: "Order") -> None:
    total = []  # type: list[Order]
