"""How each key was used in a window. In: a connection, a Window. Out: KeyStats. Never writes.

The same as summing a reading's samples, from the projection of months and so in a few milliseconds.
"""

import sqlalchemy as sa

from auditor.ledger import projection, totals
from auditor.ledger.summing import KeySum
from auditor.model.answers import KeyStats
from auditor.model.window import Window


def key_uses(connection: sa.Connection, window: Window) -> tuple[KeyStats, ...]:
    """Return the use of every key in the days that `window` touches, by kind and key."""
    days = window.dates()
    sums = projection.sums(connection, days[0], days[-1])
    for key, told in totals.uses(connection, window).items():
        known = sums.setdefault(key, KeySum())
        for sample in totals.beyond(told, known.count, known.errors):
            known.add(sample)
    return tuple(sums[kind, key].stats(kind, key) for kind, key in sorted(sums))
