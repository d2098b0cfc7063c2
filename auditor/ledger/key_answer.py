"""What is known of the key somebody spelled. In: a connection, a LedgerReading. Out: KeyAnswer. Never writes."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import msgspec
import sqlalchemy as sa

from auditor.ledger import absence, key_history, show, spelling, watching
from auditor.ledger.spelling import Match, Place
from auditor.model.key_answers import KeyAnswer, KeyCandidate
from auditor.model.usage import LedgerReading, UsageKind

Matcher = Callable[[list[str]], Match]
"""Route keys -> what matches a concrete request to one of them."""


def answer(
    connection: sa.Connection,
    reading: LedgerReading,
    asked: str,
    *,
    kind: UsageKind | None,
    min_watched: float,
    matcher: Matcher,
    root: Path | None,
) -> KeyAnswer:
    """Return the report of the key that `asked` spells, or what may have been meant.

    Args:
        connection: Of the ledger.
        reading: What it knows of the window; its samples are not looked at.
        asked: As typed.
        kind: Look at keys of this kind alone; None: of all.
        min_watched: Share of the window's minutes that must be watched for no use to mean anything; above 0 up to 1.
        matcher: How concrete requests are matched.
        root: The audited root.
    """
    handlers: dict[Place, list[str]] = defaultdict(list)
    for one in absence.published(reading):
        handlers[one.kind, one.key].append(one.handler.handler)
    known = {*key_history.all_keys(connection), *handlers}
    places = {place for place in known if kind is None or place[0] == kind}
    match = matcher([key for of_kind, key in sorted(places) if of_kind == "endpoint"])
    found = spelling.fitting(asked, places, handlers, match)
    if len(found) == 1:
        history = key_history.history(connection, found[0], reading.window)
        samples = key_history.samples(connection, found[0], reading.window)
        of_key = msgspec.structs.replace(reading, samples=samples)
        return KeyAnswer(asked, show.report(of_key, found[0], history, min_watched=min_watched, root=root))
    near = found or spelling.nearest(asked, places)
    return KeyAnswer(
        asked,
        ambiguous=bool(found),
        candidates=tuple(KeyCandidate(of_kind, key, (of_kind, key) in handlers) for of_kind, key in near),
        refusal=None if known else _nothing(reading),
    )


def _nothing(reading: LedgerReading) -> str | None:
    """Return why no key is known where that says nothing; None where somebody watched, and nothing was used."""
    if watching.anything(reading):
        return None
    sick = "; ".join(f"{source.name} is sick: {source.problem}" for source in reading.sources if source.problem)
    return f"nothing was counted and nothing was watched; {sick or watching.COLLECT}"
