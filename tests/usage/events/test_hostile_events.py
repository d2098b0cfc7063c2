"""Whatever a line holds, it is an event, none, or a bad line; the collection stays bounded and storable."""

import json
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.config import SourceConfig
from auditor.model.ingestion import IngestedBefore
from auditor.model.window import Window
from auditor.usage.events.fields import Event, EventFields
from auditor.usage.events.names import LONGEST_NAME
from auditor.usage.events.source import EventLogs

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
FIELDS = (
    "uuid", "component", "tool", "agent", "outcome", "status", "duration_ms", "duration", "cost", "occurred_at", "ts",
    "user", "error", "error_code", "x",
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(10**15, 10**30), st.floats(), st.text(max_size=20),
    st.sampled_from([
        "", "1e999", "-1", "NaN", str(10**400), "2026-11-21T07:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01",
        1795231460, 10**400, -(10**400), 1e308, "failed", "started", "\ud800", "２０２６",
    ]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("id", "name", "code", "y")), inner, max_size=2)
    ),
    max_leaves=4,
)
LINES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8).map(lambda line: json.dumps(line).encode())


@given(st.one_of(LINES, st.binary(max_size=40)))
@settings(max_examples=600)
def test_any_line_is_an_event_or_none_or_refused(line: bytes) -> None:
    fields = EventFields("component", {"tool": "x.name", "cost": "x.y"}, "ns", None)
    try:
        event = fields.event(line)
    except ValueError:
        return
    assert event is None or isinstance(event, Event)
    if event is not None:
        assert event.microseconds is None or event.microseconds >= 0
        assert event.cost is None or 0 <= event.cost <= 10**15


@given(lines=st.lists(LINES, max_size=8))
@settings(max_examples=60)
def test_any_lines_make_a_collection_that_can_be_stored(tmp_path_factory: object, lines: list[bytes]) -> None:
    directory = Path(tmp_path_factory.mktemp("hostile"))  # type: ignore[attr-defined]
    stamped = [line[:-1] + b', "occurred_at": "2026-11-21T07:00:00Z"}' if len(line) > 2 else line for line in lines]
    (directory / "events").write_bytes(b"\n".join([*lines, *stamped]))
    source = EventLogs(SourceConfig(name="e", kind="events", path="events"), directory, "shop", IngestedBefore)
    found = source.collect(Window.last_days(14, NOW))
    assert found.problem is not None or found.samples
    for sample in found.samples:
        assert 0 < len(sample.key) <= LONGEST_NAME and sample.key.isprintable()
        assert 0 <= sample.errors + sample.succeeded <= 2 * len(lines) and sample.cost >= 0
        assert sum(sample.errors_by_code.values()) == sample.errors
        assert sum(hour.count for hour in sample.hours.values()) == sample.count
        sample.key.encode()
