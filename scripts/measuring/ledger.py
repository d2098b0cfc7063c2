"""The command line of `scripts/bench/ledger`: how fast a large ledger answers and records.

In: a number of keys and of days, the URL of an empty PostgreSQL database if wanted. Out: a table on stdout: medians of
wall and CPU milliseconds of `stats` over 14 days and over all, of recording 14 days of every key anew and once more,
and of the same answer by peers in the same rounds: plain Python over the rows of SQLite, one GROUP BY of SQLite, DuckDB
over the same rows. Peers answer calls and errors alone. The server's CPU time is not ours; wall time grows with what
else runs. Exit 1 where the CPU time of an answer from counts in SQLite is 100 ms or more.
"""

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from auditor.ledger.store import Ledger
from auditor.model.measures import Durations
from auditor.model.usage import Collection, UsageSample, WatchedDay
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.tracking.sketches import UserSketch

MOST_MILLISECONDS = 100.0
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHORT = 14
FILE = "ledger.db"


def main() -> int:
    """Build, measure and print; return the exit code."""
    parser = argparse.ArgumentParser("scripts/bench/ledger", description="How fast a large ledger answers.")
    parser.add_argument("--keys", type=int, default=1000, help="usage keys (default: 1000)")
    parser.add_argument("--days", type=int, default=400, help="days of use of every key (default: 400)")
    parser.add_argument("--rounds", type=int, default=9, help="rounds for each figure (default: 9)")
    parser.add_argument("--measures", action="store_true", help="durations, users and codes of every key and day too")
    parser.add_argument("--postgres", metavar="URL", help="an empty database, measured as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="auditor-ledger-") as directory:
        root = Path(directory)
        failed = measure(f"sqlite:///{FILE}", root, options)
        if options.postgres:
            measure(options.postgres, root, options)
    return int(failed)


def measure(url: str, root: Path, options: argparse.Namespace) -> bool:
    """Print the figures of one database; return whether an answer took too long."""
    chance = random.Random(1)
    first = (NOW - timedelta(days=options.days)).date()
    days = [first + timedelta(days=n) for n in range(options.days + 1)]
    recent = None
    with Ledger.open(url, root) as ledger:
        for start in range(0, len(days), SHORT):
            recent = _collection(days[start : start + SHORT], options.keys, chance, plain=not options.measures)
            ledger.record([recent], now=NOW)
        assert recent is not None
        fresh = _collection(days[-SHORT:], options.keys, chance, plain=not options.measures)
        again = iter(range(1, 10**6))
        asked: dict[str, Callable[[], object]] = {
            f"stats, {SHORT} days": lambda: ledger.usage_stats(SHORT, now=NOW),
            f"stats, {options.days} days": lambda: ledger.usage_stats(options.days, now=NOW),
            f"record {SHORT} days, changed": lambda: ledger.record([_raised(fresh, next(again))], now=NOW),
            f"record {SHORT} days, once more": lambda: ledger.record([recent], now=NOW),
        }
        if url.startswith("sqlite"):
            asked |= _peers(root, options.days)
        found = _measured(asked, options.rounds)
    _print(url.partition(":")[0], options, found)
    if url.startswith("sqlite"):
        print(f"{'file':<36}{(root / FILE).stat().st_size / 1e6:>10.1f} MB")
    answers = [statistics.median(cpu for _, cpu in runs) for name, runs in found.items() if name.startswith("stats")]
    return max(answers) >= MOST_MILLISECONDS and url.startswith("sqlite") and not options.measures


def _collection(days: list[date], keys: int, chance: random.Random, *, plain: bool) -> Collection:
    samples = tuple(
        _sample(f"GET /resource-{key}/{{id}}", day, chance, plain=plain) for day in days for key in range(keys)
    )
    watched = tuple(WatchedDay(day, b"\xff" * 180) for day in days)
    return Collection("edge", Window.last_days(SHORT, NOW), watched, samples)


def _sample(key: str, day: date, chance: random.Random, *, plain: bool) -> UsageSample:
    calls, errors = chance.randrange(20, 2000), chance.randrange(20)
    seen = datetime(day.year, day.month, day.day, chance.randrange(24), 30, tzinfo=UTC)
    counted = UsageSample(key, "endpoint", day, calls + errors, errors, seen, {"2xx": calls, "5xx": errors}, "log-1")
    if plain:
        return counted
    taken = [int(chance.lognormvariate(10, 1)) for _ in range(60)]
    buckets = Counter(layout.duration_bucket(one / 1e6) for one in taken)
    users = UserSketch.of_pairs((chance.randrange(1 << 14), chance.choice((1, 1, 1, 2, 2, 3))) for _ in range(12))
    return UsageSample(
        key, "endpoint", day, counted.count, errors, seen, counted.by_status, "log-1", succeeded=calls,
        durations=Durations(dict(buckets), sum(taken), min(taken), max(taken)), users=users.redis_value(),
        errors_by_code={"500": errors},
    )  # fmt: skip


def _raised(given: Collection, by: int) -> Collection:
    """Return a collection in which every key was used more often."""
    raised = (
        UsageSample(
            one.key, one.kind, one.day, one.count + 10_000 * by, one.errors, one.last_seen,
            {**one.by_status, "2xx": one.by_status["2xx"] + 10_000 * by}, one.origin, succeeded=one.succeeded,
            durations=one.durations, users=one.users, errors_by_code=one.errors_by_code,
        )
        for one in given.samples
    )  # fmt: skip
    return Collection(given.source, given.window, given.watched, tuple(raised))


def _peers(root: Path, days: int) -> dict[str, Callable[[], object]]:
    import duckdb

    first = Window.last_days(days, NOW).dates()[0].isoformat()
    database = sqlite3.connect(root / FILE)
    every = "SELECT kind, key, count, errors FROM auditor_usage_days WHERE day >= ?"
    summed = "SELECT kind, key, sum(count), sum(errors) FROM {} WHERE day >= ? GROUP BY kind, key"
    rows = root / "days.tsv"
    with rows.open("w") as file:
        for row in database.execute("SELECT day, kind, key, count, errors FROM auditor_usage_days"):
            file.write("\t".join(map(str, row)) + "\n")
    copy = duckdb.connect()
    copy.execute("CREATE TABLE days (day VARCHAR, kind VARCHAR, key VARCHAR, count BIGINT, errors BIGINT)")
    copy.execute(f"COPY days FROM '{rows}' (DELIMITER '\t', HEADER false, QUOTE '')")

    def plain() -> dict[tuple[str, str], list[int]]:
        sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for kind, key, count, errors in database.execute(every, [first]):
            one = sums[kind, key]
            one[0] += count
            one[1] += errors
        return sums

    return {
        f"peer: Python over rows, {days} days": plain,
        f"peer: SQLite GROUP BY, {days} days": lambda: database.execute(
            summed.format("auditor_usage_days"), [first]
        ).fetchall(),
        f"peer: DuckDB GROUP BY, {days} days": lambda: copy.execute(summed.format("days"), [first]).fetchall(),
    }


def _measured(asked: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Return wall and CPU milliseconds of each run; rounds are interleaved, the first of each only warms up."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
    for number in range(rounds + 1):
        for name, ask in asked.items():
            wall, cpu = perf_counter(), process_time()
            ask()
            if number:
                found[name].append(((perf_counter() - wall) * 1000, (process_time() - cpu) * 1000))
    return found


def _print(kind: str, options: argparse.Namespace, found: dict[str, list[tuple[float, float]]]) -> None:
    stored = "all measures" if options.measures else "counts and statuses"
    print(f"\n{kind}: {options.keys:,} keys x {options.days} days, {stored}")
    print(f"{'median of':<36}{'wall ms':>10}{'CPU ms':>10}{'ratio':>8}")
    base = statistics.median(cpu for _, cpu in found[f"stats, {options.days} days"])
    for name, runs in found.items():
        wall, cpu = (statistics.median(figures) for figures in zip(*runs, strict=True))
        print(f"{name:<36}{wall:>10.1f}{cpu:>10.1f}{cpu / base:>8.2f}")


if __name__ == "__main__":
    sys.exit(main())
