"""Run as a program: records collections into a ledger, again and again. Arguments: URL, root, first number, rounds.

Round n of `first` counts n calls of `GET /first` and of `GET /shared`, and watches minute n of today. Events 1 to n are
there in round n, for all recorders the same: each counts those that no other has. Prints each round done, so that a
test knows what must be there.
"""

import sys
from pathlib import Path

from auditor.errors import ChangedMeanwhileError
from auditor.ledger.store import Ledger
from auditor.model.ingestion import EventIds, IngestMark
from auditor.model.measures import HourlyUse
from auditor.model.usage import Collection, UsageTotal, WatchedDay
from tests.ledger.samples import NOW, TODAY, collection, durations, sample


def main(url: str, root: Path, first: int, rounds: int) -> None:
    for turn in range(1, rounds + 1):
        with Ledger.open(url, root, busy_seconds=60) as ledger:
            while not recorded(ledger, first, turn):
                pass
        print(turn, flush=True)  # noqa: T201 the test reads it


def recorded(ledger: Ledger, first: int, turn: int) -> bool:
    """Collect and record once; return whether what was known then was still the newest."""
    try:
        ledger.record([collected(ledger, first, turn)], now=NOW)
    except ChangedMeanwhileError:
        return False
    return True


def collected(ledger: Ledger, first: int, turn: int) -> Collection:
    origin = str(first)
    before = ledger.before("redis")
    others = {one for ids in before.event_ids if ids.origin != origin for one in split(ids.digests)}
    mine = sorted({number.to_bytes(8) for number in range(1, turn + 1)} - others)
    measures = {"succeeded": turn, "durations": durations(*range(1, turn + 1)), "hours": {3: HourlyUse(count=turn)}}
    padding = tuple(sample(f"GET /padding/{n}", turn, origin=origin) for n in range(300))
    return collection(
        samples=(
            sample(f"GET /{first}", turn, **measures),
            sample("GET /shared", turn, origin=origin, **measures),
            sample("GET /events", len(mine), origin=origin),
            *padding,
        ),
        watched=(WatchedDay.of_minutes(TODAY, {first * 100 + turn}),),
        watched_kinds={"task": (WatchedDay.of_minutes(TODAY, {first * 100 + turn}),)},
        totals=(UsageTotal("shared", "task", turn, 14, origin=origin),),
        marks=(IngestMark(origin, turn, f"{turn}", TODAY, TODAY),),
        event_ids=(EventIds(TODAY, origin, b"".join(mine)),),
        known_version=before.version,
    )


def split(digests: bytes) -> list[bytes]:
    return [digests[at : at + 8] for at in range(0, len(digests), 8)]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
