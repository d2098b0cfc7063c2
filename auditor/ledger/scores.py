"""How well each key does. In: the uses of a window, who watched it. Out: `Scores`. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from math import ceil

from auditor.ledger import watching
from auditor.model.answers import KeyStats
from auditor.model.key_answers import Score, Scores
from auditor.model.usage import LedgerReading
from auditor.tracking import layout

DAYS = 30
"""Of which the scores are kept that each collection makes anew."""


def scores(reading: LedgerReading, uses: Iterable[KeyStats], *, now: datetime) -> Scores:
    """Return the score of every key that was used; `uses` are those of the reading's window, by kind and key."""
    found = tuple(score_of(one) for one in uses if one.calls and one.key != layout.UNMATCHED)
    refusal = None
    if not found and not watching.anything(reading):
        refusal = f"nothing is known of {watching.span(reading.window)}; {watching.COLLECT}"
    return Scores(ceil(reading.window.days), now.astimezone(UTC), found, refusal)


def score_of(stats: KeyStats) -> Score:
    """Return how well one key did; what no source tells is None, so that it never passes for a failure."""
    rate = None
    if stats.succeeded is not None and stats.succeeded + stats.errors:
        rate = stats.succeeded / (stats.succeeded + stats.errors)
    return Score(
        stats.kind,
        stats.key,
        stats.calls,
        rate,
        stats.cost / stats.costed if stats.cost is not None and stats.costed else None,
        stats.duration_ms.p50 if stats.duration_ms else None,
    )
