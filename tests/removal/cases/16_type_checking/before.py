from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shop.models import Dead, Order

if TYPE_CHECKING:
    from shop.models import Only


def live(order: "Order") -> None:
    total = []  # type: list[Order]


def dead(order: "Dead", only: Only) -> None: ...
