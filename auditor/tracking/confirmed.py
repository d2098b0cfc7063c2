"""What a server said it had stored, so that a server that has forgotten it is noticed.

In: deltas that were confirmed, then the number the server knows. Out: the uses of those it does not know any more, by
UTC day. A server restarted empty, rolled back to a snapshot, or a replica that took over before it had everything has
lost them, while other processes, or this one's next delivery, still mark the minutes as watched. Never talks to a
server.
"""

from collections import deque
from collections.abc import Mapping
from datetime import date

from auditor.tracking.delta import Delta

_MOST_DELTAS = 1000


class Confirmed:
    """The deltas of one instance that its server confirmed, the latest ones singly and all before as one.

    Args:
        remembered_seconds: How long the server keeps the number of an instance that delivers nothing.
    """

    def __init__(self, remembered_seconds: float) -> None:
        self._remembered_seconds = remembered_seconds
        self._deltas: deque[tuple[int, dict[date, int]]] = deque()
        self._before: dict[date, int] = {}
        self._latest = 0.0

    def add(self, delta: Delta) -> None:
        """Take a numbered delta that was stored; of an instance that ended orderly nothing is expected to be known."""
        self._latest = delta.at
        self._deltas.append((delta.sequence, delta.counted()))
        if len(self._deltas) > _MOST_DELTAS:
            _add(self._before, self._deltas.popleft()[1])
        if delta.closing:
            self.forget()

    def missing(self, known: int, now: float) -> dict[date, int]:
        """Return the uses in what was confirmed after number `known`, the last one the server knows at `now`; 0: none.

        Where even the latest thousand deltas are gone, those before are taken to be gone with them.
        """
        if now - self._latest >= self._remembered_seconds:
            return {}
        gone: dict[date, int] = {}
        for sequence, counted in self._deltas:
            if sequence > known:
                _add(gone, counted)
        if self._deltas and known < self._deltas[0][0] - 1:
            _add(gone, self._before)
        return gone

    def forget(self) -> None:
        """Start anew, as after what is missing was admitted."""
        self._deltas.clear()
        self._before.clear()


def _add(totals: dict[date, int], counts: Mapping[date, int]) -> None:
    for day, count in counts.items():
        totals[day] = totals.get(day, 0) + count
