"""One reading of one log in a process of its own. In: who reads, a format, a file. Out: a line of JSON on stdout.

Everybody counts requests by usage key, UTC day and status class with the same route table, and tells a digest of these
counts. Ours counts hours, minutes, durations and bad lines besides.
"""

import hashlib
import json
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from auditor.usage.routes import RouteTable
from measuring.logs.generate import DAYS, END, KEYS

Counts = Counter[tuple[str, str, str]]
_COMBINED = re.compile(r'\[([^\]]+)\] "([A-Z]+) (\S+) HTTP/[\d.]+" (\d{3}) ')
_UNMATCHED = "(unmatched)"


def ours(kind: str, path: Path) -> Counts:
    """Read with auditor."""
    from auditor.config import SourceConfig
    from auditor.model.window import Window
    from auditor.usage.logs.source import LogFiles

    source = SourceConfig(name="edge", kind="json_log" if kind == "json" else "access_log", path=str(path))
    found = LogFiles(source, path.parent, KEYS).collect(Window.last_days(DAYS, END))
    if found.problem or found.only_for_use:
        raise SystemExit(f"the log was not read well: {found.problem} {found.notes}")
    counts: Counts = Counter()
    for sample in found.samples:
        for status, number in sample.by_status.items():
            counts[sample.key, sample.day.isoformat(), status] += number
    return counts


def python(kind: str, path: Path) -> Counts:
    """Read line by line with the json module or a regular expression."""
    key_of = _key_of()
    counts: Counts = Counter()
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if kind == "json":
                row = json.loads(line)
                day, method, target, status = row["timestamp"][:10], row["method"], row["path"], row["status"]
            else:
                found = _COMBINED.search(line)
                if found is None:
                    continue
                clock, method, target, status = found.groups()
                day = _day_of(clock[:11])
            counts[key_of(method, target.partition("?")[0]), day, f"{str(status)[0]}xx"] += 1
    return counts


def polars(kind: str, path: Path) -> Counts:
    """Read with polars' streaming engine, grouped by path; then match each path."""
    import polars as pl  # type: ignore[import-not-found,unused-ignore]

    if kind == "json":
        schema = {"timestamp": pl.String, "method": pl.String, "path": pl.String, "status": pl.Int64}
        rows = pl.scan_ndjson(path, schema=schema).with_columns(day=pl.col("timestamp").str.slice(0, 10))
    else:
        whole = pl.scan_csv(path, separator="\x01", has_header=False, new_columns=["line"], quote_char=None)
        parts = pl.col("line").str.extract_groups(_COMBINED.pattern)
        rows = whole.select(part=parts).select(
            day=pl.col("part").struct.field("1").str.slice(0, 11),
            method=pl.col("part").struct.field("2"),
            path=pl.col("part").struct.field("3"),
            status=pl.col("part").struct.field("4"),
        )
    place = pl.col("path").str.split_exact("?", 1).struct.field("field_0")
    groups = rows.with_columns(place=place).group_by("day", "method", "place", "status").len()
    key_of = _key_of()
    counts: Counts = Counter()
    for day, method, target, status, number in groups.collect(engine="streaming").iter_rows():
        counts[key_of(method, target), day if kind == "json" else _day_of(day), f"{str(status)[0]}xx"] += number
    return counts


def _key_of() -> Callable[[str, str], str]:
    table = RouteTable(KEYS)

    @lru_cache(maxsize=1_000_000)
    def key_of(method: str, target: str) -> str:
        return table.match_end(method, target) or _UNMATCHED

    return key_of


@lru_cache
def _day_of(text: str) -> str:
    return datetime.strptime(text, "%d/%b/%Y").replace(tzinfo=UTC).date().isoformat()


def main(who: str, kind: str, path: str) -> None:
    """Read once, and print what it took and what it gave."""
    started, cpu = time.perf_counter(), time.process_time()
    counts = {"auditor": ours, "python": python, "polars": polars}[who](kind, Path(path))
    digest = hashlib.sha256(json.dumps(sorted((*key, number) for key, number in counts.items())).encode())
    answer = {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - cpu,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "requests": sum(counts.values()),
        "digest": digest.hexdigest(),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:4])
