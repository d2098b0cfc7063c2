"""`/metrics` for Prometheus. In: the ledger's health and what the service counted. Out: text of format 0.0.4.

Labels are names of configured sources, the five kinds of use and status codes, so the configuration bounds the number
of series.
Counts per key are no metrics: the ledger's are daily aggregates, which retention makes fall; `/stats` has them. What is
not known is left out, never 0: a ledger that cannot be read has no sources here.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from auditor.model.answers import LedgerHealth, SourceStatus

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True)
class Family:
    """One metric with its samples: labels and value."""

    name: str
    kind: Literal["gauge", "counter"]
    meaning: str
    samples: Sequence[_Sample]


def exposition(families: Sequence[Family]) -> bytes:
    """Return the text of all families; one without samples is left out."""
    return "".join(line + "\n" for family in families if family.samples for line in _lines(family)).encode()


def _lines(family: Family) -> Iterator[str]:
    meaning = family.meaning.replace("\\", r"\\").replace("\n", r"\n")
    yield f"# HELP {family.name} {meaning}"
    yield f"# TYPE {family.name} {family.kind}"
    for labels, value in family.samples:
        shown = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        yield f"{family.name}{{{shown}}} {value!r}" if shown else f"{family.name} {value!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def families_of_sources(health: LedgerHealth, configured: Collection[str]) -> list[Family]:
    """Return how each source does; one that is configured and was never collected is not healthy."""
    rows = {row.name: row for row in health.sources if row.collected_at is not None}
    names = sorted({*(row.name for row in health.sources), *configured})
    looked_back = health.checked_at - health.since
    return [
        _gauge("source_healthy", "1: collected and watched within usage.max_age; 0: sick, stale or never collected",
               [(name, float(name in rows and rows[name].status == "ok")) for name in names]),
        _gauge("source_only_for_use", "1: can prove use, never absence",
               [(name, float(row.only_for_use)) for name, row in sorted(rows.items())]),
        _moments("source_last_collected_timestamp_seconds", "When it was last collected, well or not",
                 {name: row.collected_at for name, row in rows.items()}),
        _moments("source_last_healthy_timestamp_seconds", "When it was last collected well",
                 {name: row.healthy_at for name, row in rows.items()}),
        _moments("source_last_watched_timestamp_seconds", "Start of its last watched minute",
                 {name: row.last_watched for name, row in rows.items()}),
        Family("auditor_source_watched_ratio", "gauge", "Share of the minutes looked back on in which it watched",
               [({"source": name, "kind": kind}, min(1.0, minutes / max(1.0, looked_back / timedelta(minutes=1))))
                for name, row in sorted(rows.items()) for kind, minutes in _minutes(row)]),
        _gauge("source_lost_counts", "Counts of the days looked back on that a tracker could not deliver",
               [(name, float(row.lost)) for name, row in sorted(rows.items())]),
        Family("auditor_looked_back_seconds", "gauge", "Length of the time that auditor_source_watched_ratio is of",
               [({}, looked_back.total_seconds())]),
    ]  # fmt: skip


def _gauge(name: str, meaning: str, values: Sequence[tuple[str, float]]) -> Family:
    return Family(f"auditor_{name}", "gauge", meaning, [({"source": source}, value) for source, value in values])


def _moments(name: str, meaning: str, values: Mapping[str, datetime | None]) -> Family:
    return _gauge(
        name, meaning, [(source, time.timestamp()) for source, time in sorted(values.items()) if time is not None]
    )


def _minutes(row: SourceStatus) -> list[tuple[str, int]]:
    """Return the watched minutes of a source by kind."""
    return [("endpoint", row.watched_minutes), *sorted(row.watched_kinds.items())]
