"""Order and repetition of collections never matter; recording more never shows less."""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.ledger.store import Ledger
from auditor.model.usage import Collection, LedgerReading, RegisteredName, RegisteredRoute, UsageSample, WatchedDay
from tests.ledger.samples import NOW, TODAY, WINDOW, collection, name, route

days = st.integers(0, 3).map(lambda back: TODAY - timedelta(days=back))
moments = st.integers(0, 5).map(lambda hours: NOW - timedelta(hours=hours))
statuses = st.dictionaries(st.sampled_from(["2xx", "4xx", "5xx", "err"]), st.integers(0, 9), max_size=3)


@st.composite
def samples(draw: st.DrawFn) -> UsageSample:
    by_status = draw(statuses)
    total = sum(by_status.values()) + draw(st.integers(0, 3))
    return UsageSample(
        key=draw(st.sampled_from(["GET /a", "GET /b"])),
        kind="endpoint",
        day=draw(days),
        count=total,
        errors=draw(st.integers(0, total)),
        last_seen=draw(st.none() | moments),
        by_status=by_status,
        origin=draw(st.sampled_from(["", "web-1"])),
    )


@st.composite
def registered(draw: st.DrawFn) -> RegisteredRoute:
    first, last = sorted((draw(moments), draw(moments)))
    return route(
        draw(st.sampled_from(["GET /a", "GET /b"])),
        draw(st.sampled_from(["m:one", "m:two"])),
        first=first,
        last=last,
        version=draw(st.sampled_from(["v1", "v2"])),
        shadowed=draw(st.lists(st.sampled_from(["m:three"]), max_size=1)),
    )


@st.composite
def names(draw: st.DrawFn) -> RegisteredName:
    first, last = sorted((draw(moments), draw(moments)))
    return name(draw(st.sampled_from(["a", "b"])), draw(st.sampled_from(["m:one", "m:two"])), first=first, last=last)


watched = st.builds(WatchedDay.of_minutes, days, st.sets(st.integers(0, 1439), max_size=4))
collections = st.builds(
    collection,
    st.sampled_from(["redis", "edge"]),
    samples=st.lists(samples(), max_size=4).map(tuple),
    watched=st.lists(watched, max_size=3).map(tuple),
    routes=st.lists(registered(), max_size=3).map(tuple),
    lost=st.lists(st.tuples(days, st.integers(0, 5)), max_size=2).map(tuple),
    names=st.lists(names(), max_size=3).map(tuple),
    problem=st.none() | st.sampled_from(["refused", "timed out"]),
    only_for_use=st.booleans(),
)


def reading_of(recorded: list[Collection]) -> tuple[LedgerReading, str]:
    with tempfile.TemporaryDirectory() as directory, Ledger.open("sqlite:///l.db", Path(directory)) as ledger:
        ledger.record(recorded, now=NOW)
        return ledger.read(WINDOW), ledger.digest(WINDOW)


@settings(max_examples=40)
@given(st.data(), st.lists(collections, max_size=4))
def test_order_and_repetition_do_not_matter(data: st.DataObject, recorded: list[Collection]) -> None:
    again = data.draw(st.lists(st.sampled_from(recorded), max_size=3)) if recorded else []
    shuffled = data.draw(st.permutations([*recorded, *again]))
    assert reading_of(recorded) == reading_of(list(shuffled))


@settings(max_examples=25)
@given(st.lists(collections, max_size=3), collections)
def test_recording_more_never_shows_less(recorded: list[Collection], more: Collection) -> None:
    before, _ = reading_of(recorded)
    after, _ = reading_of([*recorded, more])
    counts = {(sample.key, sample.day): sample.count for sample in after.samples}
    assert all(counts[sample.key, sample.day] >= sample.count for sample in before.samples)
    assert all(sample.count >= sum(sample.by_status.values()) for sample in after.samples)
    minutes = {(name, day.day): day.minutes for name, known in after.watched.items() for day in known}
    assert all(minutes[name, day.day] >= day.minutes for name, known in before.watched.items() for day in known)
