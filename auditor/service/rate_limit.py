"""How often one address may deliver. In: addresses. Out: how long to wait. In memory, of one process, and bounded.

Each address has as many deliveries as a minute allows, and gets them back evenly. An IPv6 network of 64 bits is one
address, as one machine may use all of it. Beyond the most addresses that are kept, those not seen for longest are
forgotten: they start anew, so that nobody can be locked out by others. Never asks a clock of the day.
"""

import ipaddress
import time
from collections.abc import Callable
from math import ceil

MOST_ADDRESSES = 10_000


class RateLimit:
    """Lets `a_minute` deliveries of one address pass in any minute; `ticks` is a clock that never goes back."""

    def __init__(
        self, a_minute: int, *, most_addresses: int = MOST_ADDRESSES, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = float(a_minute)
        self._most_addresses = most_addresses
        self._ticks = ticks
        self._left: dict[str, tuple[float, float]] = {}

    def seconds_to_wait(self, address: str | None) -> int:
        """Count a delivery of an address (None: unknown, as over a socket file); return 0 where it may pass."""
        name, now = _network(address), self._ticks()
        left, since = self._left.pop(name, (self._most, now))
        left = min(self._most, left + (now - since) * self._most / 60)
        passes = left >= 1
        self._left[name] = (left - 1 if passes else left, now)
        if len(self._left) > self._most_addresses:
            del self._left[next(iter(self._left))]
        return 0 if passes else max(1, ceil((1 - left) * 60 / self._most))


def _network(address: str | None) -> str:
    """Return what counts as one address."""
    try:
        known = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return (address or "")[:64]
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
    return str(known)
