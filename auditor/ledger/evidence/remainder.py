"""What an evidence file knows of uses beyond what the ledger collected itself. In: rows. Out: rows to write.

A ledger that both collects a source and is given sums of it must not count a use twice. So of an imported sum only what
its own rows lack is kept, in a row of its own beside them, and that shrinks as they grow. However collecting and
importing follow each other, a sum never falls, and is the larger of what either knows. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from auditor.ledger.evidence.tables import EXPORTED
from auditor.ledger.joins import join_usage
from auditor.ledger.rows import Row
from auditor.ledger.tables import Merged, Place

_NUMBERS = ("count", "errors", "succeeded", "timed_out", "cost", "costed")
_SPLITS = ("by_status", "errors_by_code")


def raised(known: Mapping[Place, Row], imported: Iterable[Row]) -> list[tuple[Row | None, Row]]:
    """Return what importing sums changes: rows as they were (None: not there) and as they are to be.

    Args:
        known: The ledger's rows of the same source and days, by primary key.
        imported: The sums of a source's keys and days, each with the origin `EXPORTED`.
    """
    own: dict[Place, list[Row]] = defaultdict(list)
    kept: dict[Place, Row] = {}
    for row in known.values():
        if row["origin"] == EXPORTED:
            kept[_place(row)] = row
        else:
            own[_place(row)].append(row)
    changes: list[tuple[Row | None, Row]] = []
    for row in imported:
        place = _place(row)
        before = kept.get(place)
        after = _beyond(row, own[place], before) if place in own else join_usage(before, row) if before else row
        if after is not None and after != before:
            changes.append((before, after))
    return changes


def shrunk(days: Merged) -> tuple[Merged, list[tuple[Row, Row]]]:
    """Return what recording a source did, less what its rows now tell of what was imported; and the rows to lower."""
    kept = {_place(row): (key, row) for key, row in days.now.items() if row["origin"] == EXPORTED}
    if not kept:
        return days, []
    grown: dict[Place, list[tuple[Row | None, Row]]] = defaultdict(list)
    for before, after in days.changes:
        if after["origin"] != EXPORTED and _place(after) in kept:
            grown[_place(after)].append((before, after))
    now = dict(days.now)
    lowered = []
    for place, changes in grown.items():
        key, row = kept[place]
        growth = _less(_sum([after for _, after in changes]), _sum([before for before, _ in changes if before]))
        now[key] = row | _less(row, growth)
        lowered.append((row, now[key]))
    return Merged(days.changes, now), lowered


def _beyond(imported: Row, own: list[Row], kept: Row | None) -> Row | None:
    """Return the row that fills a ledger's own ones up to what was imported; None where they tell as much."""
    told = _sum(own)
    known = _sum([*own, kept]) if kept else told
    rest = _less(_higher(known, imported), told)
    if kept is None and not any(rest[name] for name in (*_NUMBERS, *_SPLITS)):
        return None
    joined = join_usage(kept, imported) if kept else imported
    return joined | rest | {"durations": kept["durations"] if kept else None}


def _sum(rows: Iterable[Row]) -> Row:
    found: Row = {name: 0 for name in _NUMBERS} | {name: {} for name in _SPLITS}
    for row in rows:
        for name in _NUMBERS:
            found[name] += row[name]
        for name in _SPLITS:
            for part, count in (row[name] or {}).items():
                found[name][part] = found[name].get(part, 0) + count
    return found


def _higher(one: Row, other: Row) -> Row:
    found: Row = {name: max(one[name], other[name]) for name in _NUMBERS}
    for name in _SPLITS:
        parts, others = one[name] or {}, other[name] or {}
        found[name] = {part: max(parts.get(part, 0), others.get(part, 0)) for part in sorted({*parts, *others})}
    return found


def _less(one: Row, other: Row) -> Row:
    """Return the numbers of `one` less those of `other`, never below zero."""
    found: Row = {name: max(0, one[name] - other[name]) for name in _NUMBERS}
    for name in _SPLITS:
        parts, others = one[name] or {}, other[name] or {}
        left = {part: count - others.get(part, 0) for part, count in parts.items()}
        found[name] = {part: left[part] for part in sorted(left) if left[part] > 0}
    return found | {"errors_by_code": found["errors_by_code"] or None}


def _place(row: Row) -> tuple[Any, ...]:
    return row["day"], row["kind"], row["key"]
