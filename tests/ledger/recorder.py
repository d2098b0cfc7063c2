"""Run as a program: records collections into a ledger, again and again. Arguments: URL, root, first number, rounds.

Round n of `first` counts n calls of `GET /first` and of `GET /shared`, and watches minute n of today. Prints each round
done, so that a test knows what must be there.
"""

import sys
from pathlib import Path

from auditor.ledger.store import Ledger
from auditor.model.usage import WatchedDay
from tests.ledger.samples import NOW, TODAY, collection, sample


def main(url: str, root: Path, first: int, rounds: int) -> None:
    for turn in range(1, rounds + 1):
        with Ledger.open(url, root, busy_seconds=60) as ledger:
            padding = tuple(sample(f"GET /padding/{n}", turn, origin=str(first)) for n in range(300))
            samples = (sample(f"GET /{first}", turn), sample("GET /shared", turn, origin=str(first)), *padding)
            watched = (WatchedDay.of_minutes(TODAY, {first * 100 + turn}),)
            ledger.record([collection(samples=samples, watched=watched)], now=NOW)
        print(turn, flush=True)  # noqa: T201 the test reads it


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
