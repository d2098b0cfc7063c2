"""`/metrics`: what Prometheus reads, checked by its own parser; what is not known is not there."""

import math
from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from auditor.model.answers import LedgerHealth, SourceStatus
from auditor.service.metrics import Family, exposition, families_of_sources
from tests.ledger.samples import NOW

Samples = dict[tuple[str, ...], float]


def parsed(body: bytes) -> Samples:
    """Return the value of each (name, labels)."""
    families = list(text_string_to_metric_families(body.decode()))
    assert all(family.documentation for family in families)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def status(name: str, **more: object) -> SourceStatus:
    given = {
        "status": "ok", "problem": None, "collected_at": NOW, "healthy_at": NOW, "last_watched": NOW,
        "watched_minutes": 1080, **more,
    }  # fmt: skip
    return SourceStatus(name=name, **given)  # type: ignore[arg-type]  # keywords of one test each


def health(*sources: SourceStatus) -> LedgerHealth:
    return LedgerHealth("degraded", NOW, NOW - timedelta(hours=36), (), sources)


def test_each_source_says_how_it_does() -> None:
    stale = status("edge", status="stale", last_watched=None, watched_minutes=0, lost=7, only_for_use=True)
    redis = status("redis", watched_kinds={"task": 2160})
    found = parsed(exposition(families_of_sources(health(redis, stale), ["redis", "edge", "never"])))
    assert found["auditor_source_healthy", "redis"] == 1
    assert found["auditor_source_healthy", "edge"] == 0
    assert found["auditor_source_healthy", "never"] == 0
    assert found["auditor_source_last_collected_timestamp_seconds", "redis"] == NOW.timestamp()
    assert found["auditor_source_last_watched_timestamp_seconds", "redis"] == NOW.timestamp()
    assert math.isclose(found["auditor_source_watched_ratio", "redis", "endpoint"], 0.5)
    assert found["auditor_source_watched_ratio", "redis", "task"] == 1
    assert found["auditor_source_lost_counts", "edge"] == 7
    assert found["auditor_source_only_for_use", "edge"] == 1
    assert found["auditor_looked_back_seconds",] == 36 * 3600


def test_what_is_not_known_is_left_out() -> None:
    never_watched = status("edge", last_watched=None, healthy_at=None)
    never = status("never", status="stale", collected_at=None, healthy_at=None, last_watched=None, watched_minutes=0)
    found = parsed(exposition(families_of_sources(health(never_watched, never), ["never"])))
    assert ("auditor_source_last_watched_timestamp_seconds", "edge") not in found
    assert ("auditor_source_last_healthy_timestamp_seconds", "edge") not in found
    assert [name for name, *labels in found if labels == ["never"]] == ["auditor_source_healthy"]


def test_hostile_names_stay_inside_their_quotes() -> None:
    name = 'a"} 1\nevil{x="\\n\\'
    (row,) = text_string_to_metric_families(
        exposition([Family("auditor_x", "gauge", "a \\ and\na line", [({"source": name}, 1.5)])]).decode()
    )
    assert row.documentation == "a \\ and\na line"
    (sample,) = row.samples
    assert (sample.labels, sample.value) == ({"source": name}, 1.5)


def test_numbers_are_written_as_prometheus_reads_them() -> None:
    values = [0.0, 1.0, 1e300, 1763726400.125, 1 / 3]
    body = exposition([Family("auditor_x_total", "counter", "x", [({"n": str(n)}, v) for n, v in enumerate(values)])])
    assert list(parsed(body).values()) == values
