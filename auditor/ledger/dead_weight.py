"""What nobody used for long. In: who watched, what was used, when each key was last used. Out: DeadWeight. Pure.

What is registered is judged as `unused` judges it. What is not, but was used before, is judged by the sources that saw
it then: it is dead weight in somebody's notes, dashboards or clients, if no longer in the code.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from math import ceil
from pathlib import Path

from auditor.ledger import absence, watching
from auditor.ledger.absence import Published
from auditor.ledger.spelling import Place
from auditor.ledger.unused import below
from auditor.model.key_answers import DeadWeight, LastUse, UnusedKey
from auditor.model.usage import LedgerReading, UsageKind
from auditor.tracking import layout


def dead_weight(
    reading: LedgerReading,
    used: Collection[Place],
    ever: Mapping[Place, LastUse],
    *,
    now: datetime,
    min_watched: float,
    root: Path | None = None,
) -> DeadWeight:
    """Return the keys that were not used in the reading's window, those of longest ago first.

    Args:
        reading: What the ledger knows of the window.
        used: The kinds and keys that were used in it.
        ever: When each key was used, of all that the ledger knows.
        now: Aware time of the answer.
        min_watched: Share of the window's minutes, and of each whole day's, that must be watched; above 0 up to 1.
        root: The audited root; places below it are made relative to it.
    """
    everything = absence.published(reading)
    called = absence.with_renamed(used, everything)
    newest = absence.newest_versions(everything)
    answered = {place for one in everything for place in one.answered()}
    refusal = _refusal(reading, everything, ever, min_watched)
    found = []
    for one in everything:
        if one.answered().isdisjoint(called):
            doubt = absence.doubt(reading, one, newest, min_watched)
            found.append(_registered(reading, one, ever.get((one.kind, one.key)), doubt or refusal, root))
    for (kind, key), last in ever.items():
        if (kind, key) not in used and (kind, key) not in answered and key != layout.UNMATCHED:
            found.append(_forgotten(reading, kind, key, last, min_watched, refusal))
    ordered = sorted(found, key=lambda one: (one.last_day or date.min, one.kind, one.key, one.source))
    return DeadWeight(
        period_days=ceil(reading.window.days),
        generated_at=now.astimezone(UTC),
        dead=tuple(one for one in ordered if one.reason is None),
        not_known=tuple(one for one in ordered if one.reason is not None),
        used=len({place for place in used if place[1] != layout.UNMATCHED}),
        collected_since=reading.since,
        notes=(*watching.notes_on(reading), *_unlisted(everything)),
        refusal=refusal,
    )


def _unlisted(everything: tuple[Published, ...]) -> tuple[str, ...]:
    """Return what an empty list must not be taken for where no table of routes was published."""
    if any(one.kind == "endpoint" for one in everything):
        return ()
    return (
        "no tracker has published a route table in the window, so routes that were never called are not known here; "
        "'auditor plan' knows those in the code",
    )


def _refusal(
    reading: LedgerReading, everything: tuple[Published, ...], ever: Mapping[Place, LastUse], min_watched: float
) -> str | None:
    """Return why nothing may be concluded; without anything registered, what was used before can still be judged."""
    if everything or not ever or not reading.sources or any(
        source.problem and not source.only_for_use for source in reading.sources
    ):  # fmt: skip
        return absence.refusal(reading, everything, min_watched)
    doubts = {_doubt(reading, kind, last.sources, min_watched) for (kind, _), last in ever.items()}
    return None if None in doubts else "; ".join(sorted(doubt for doubt in doubts if doubt))


def _doubt(reading: LedgerReading, kind: UsageKind, sources: tuple[str, ...], min_watched: float) -> str | None:
    """Return why the silence of all sources that ever saw a key proves nothing, None where that of one does."""
    claiming = {source.name for source in reading.sources if not source.only_for_use}
    trusted = [name for name in sources if name in claiming]
    if not trusted:
        return f"{', '.join(sources)} can prove use, never absence"
    doubts = [absence.too_little(reading, name, kind, min_watched) for name in trusted]
    return None if None in doubts else "; ".join(doubt for doubt in doubts if doubt)


def _registered(
    reading: LedgerReading, one: Published, last: LastUse | None, reason: str | None, root: Path | None
) -> UnusedKey:
    since = one.first_registered or reading.window.start
    return UnusedKey(
        kind=one.kind,
        key=one.key,
        last_used=last.last_seen if last else None,
        last_day=last.last_day if last else None,
        dated=last is None or last.dated,
        registered=True,
        handler=one.handler.handler,
        path=below(one.handler.path, root),
        line=one.handler.line,
        source=one.source,
        watched_minutes=watching.minutes_since(reading, one.source, since, one.kind),
        reason=reason,
    )


def _forgotten(
    reading: LedgerReading, kind: UsageKind, key: str, last: LastUse, min_watched: float, refusal: str | None
) -> UnusedKey:
    best = max(
        last.sources, key=lambda name: watching.minutes_since(reading, name, reading.window.start, kind), default=""
    )
    return UnusedKey(
        kind=kind,
        key=key,
        last_used=last.last_seen,
        last_day=last.last_day,
        dated=last.dated,
        registered=False,
        handler="",
        path="",
        line=0,
        source=best,
        watched_minutes=watching.minutes_since(reading, best, reading.window.start, kind),
        reason=_doubt(reading, kind, last.sources, min_watched) or refusal,
    )
