"""What a source tells besides numbers of calls is kept, joined by the larger, and added up over origins."""

from collections.abc import Callable
from datetime import date, timedelta

import msgspec
import pytest
import sqlalchemy as sa

from auditor.errors import ChangedMeanwhileError
from auditor.ledger import schema
from auditor.ledger.encoding import unpacked_durations, unpacked_hours
from auditor.ledger.store import Ledger
from auditor.model.ingestion import EventIds, IngestMark
from auditor.model.measures import Durations, HourlyUse
from auditor.model.usage import UsageSample, WatchedDay
from tests.ledger.samples import (
    NOW,
    TODAY,
    WINDOW,
    all_day,
    collection,
    durations,
    measured,
    name,
    route,
    sample,
    users,
)

OF_THE_FIRST_VERSION = "sha256:ffa87a5d3177ada1c2983d42ce3f3de26af8d7a6dda3e248e79e94a1d1a76354"


def read(ledger: Ledger) -> UsageSample:
    (found,) = ledger.read(WINDOW).samples
    return found


def test_what_is_recorded_is_what_is_read(ledger: Ledger) -> None:
    ledger.record([collection(samples=(measured(),))], now=NOW)
    assert read(ledger) == measured(origin="redis")
    assert ledger.record([collection(samples=(measured(),))], now=NOW).sources[0].changed == 0


def test_two_readings_of_an_origin_join_by_the_larger(ledger: Ledger) -> None:
    later = measured(
        count=11, errors=2, by_status={"2xx": 9, "4xx": 1}, succeeded=9, timed_out=2, last_seen=None,
        first_seen=NOW - timedelta(hours=4), durations=durations(5, 7, 900, 2, 2), users=users("b", "c"),
        errors_by_code={"404": 1, "500": 1}, cost=3_000_000, costed=5,
    )  # fmt: skip
    for given in (measured(), later, measured()):
        ledger.record([collection(samples=(given,))], now=NOW)
    assert read(ledger) == measured(
        origin="redis", count=13, errors=3, by_status={"2xx": 9, "4xx": 1, "5xx": 3}, succeeded=9, timed_out=2,
        first_seen=NOW - timedelta(hours=4), durations=durations(5, 7, 900, 2, 2), users=users("a", "b", "c"),
        errors_by_code={"404": 1, "500": 2, "TimeoutError": 1}, cost=3_000_000, costed=5,
    )  # fmt: skip


def test_origins_of_a_source_add_up(ledger: Ledger) -> None:
    other = measured(origin="web-2", users=users("b", "c"), first_seen=None, durations=durations(1))
    ledger.record([collection(samples=(measured(origin="web-1"), other))], now=NOW)
    assert read(ledger) == measured(
        origin="redis", count=20, errors=6, by_status={"2xx": 14, "5xx": 6}, succeeded=14, timed_out=2,
        durations=durations(5, 7, 900, 1), users=users("a", "b", "c"),
        errors_by_code={"500": 4, "TimeoutError": 2}, cost=5_000_000, costed=8,
    )  # fmt: skip


def test_a_measure_that_only_one_source_has_is_not_lost(ledger: Ledger) -> None:
    of_edge = collection("edge", samples=(sample(count=50, by_status={"2xx": 50}),))
    ledger.record([of_edge, collection(samples=(measured(),))], now=NOW)
    assert read(ledger) == measured(origin="edge, redis", count=50, by_status={"2xx": 50})


def test_of_two_sources_each_measure_is_of_the_one_that_knows_most(ledger: Ledger) -> None:
    of_edge = measured(
        count=5, errors=1, succeeded=2, timed_out=0, durations=durations(1, 1, 1, 1), users=users("x", "y", "z"),
        errors_by_code={"9": 9}, cost=1, costed=9, by_status={"2xx": 5},
    )  # fmt: skip
    ledger.record([collection("edge", samples=(of_edge,)), collection(samples=(measured(),))], now=NOW)
    assert read(ledger) == measured(
        origin="edge, redis", durations=durations(1, 1, 1, 1), users=users("x", "y", "z"), errors_by_code={"9": 9},
        cost=1, costed=9,
    )  # fmt: skip


def test_hostile_measures_are_stored_as_far_as_they_can_be(ledger: Ledger) -> None:
    hostile = measured(
        succeeded=2**70, timed_out=-1, cost=2**70, costed=-3, users=b"HYLL\x00 no sketch",
        durations=Durations({-5: 1, 10**9: 2**70, 3: -1}, 2**80, -7, 2**80),
        errors_by_code={"\udcff\0" + "x" * 900: 2**65},
    )  # fmt: skip
    ledger.record([collection(samples=(hostile,))], now=NOW)
    found = read(ledger)
    assert (found.count, found.succeeded, found.timed_out, found.cost, found.costed) == (2**63 - 1,) * 2 + (
        0, 2**63 - 1, 0,
    )  # fmt: skip
    assert found.users == b""
    assert found.durations is not None
    assert (found.durations.buckets[0], found.durations.shortest) == (1, 0)
    assert ledger.record([collection(samples=(hostile,))], now=NOW).sources[0].changed == 0


def test_watched_minutes_of_other_kinds_are_united_by_kind(ledger: Ledger) -> None:
    for minutes in ({1, 2}, {2, 3}):
        day = WatchedDay.of_minutes(TODAY, minutes)
        ledger.record([collection(watched_kinds={"task": (day,), "command": all_day([TODAY])})], now=NOW)
    reading = ledger.read(WINDOW)
    assert reading.watched == {}
    assert reading.watched_kinds == {
        "redis": {"command": all_day([TODAY]), "task": (WatchedDay.of_minutes(TODAY, {1, 2, 3}),)}
    }


@pytest.mark.parametrize("doubt", [{"problem": "refused"}, {"only_for_use": True}])
def test_minutes_of_other_kinds_are_not_those_of_a_source_in_doubt(ledger: Ledger, doubt: dict[str, object]) -> None:
    ledger.record([collection(watched_kinds={"task": all_day()}, **doubt)], now=NOW)
    assert ledger.read(WINDOW).watched_kinds == {}


def test_hours_are_joined_by_the_larger_each_by_itself(ledger: Ledger) -> None:
    """Another origin has hours of its own."""
    of_nine = HourlyUse(4, 1, NOW, {"2xx": 3}, durations=durations(5), users=users("a"), first_seen=NOW, succeeded=3)
    for hours in ({9: of_nine, 30: of_nine}, {9: HourlyUse(6), 23: HourlyUse(1)}):
        ledger.record([collection(samples=(sample(count=9, hours=hours), sample("GET /b")))], now=NOW)
    ledger.record([collection(samples=(sample(origin="b", hours={9: HourlyUse(1)}),))], now=NOW)
    with ledger._database.reading() as connection:
        rows = connection.execute(sa.select(schema.usage_hours).order_by(schema.usage_hours.c.origin)).mappings()
        found = [(row["origin"], unpacked_hours(row["hours"])) for row in rows]
    (origin, joined), (other, alone) = found
    assert (origin, other, list(joined), alone[9].count) == ("", "b", [9, 23], 1)
    assert (joined[9].count, joined[9].errors, joined[9].by_status, joined[23].count) == (6, 1, {"2xx": 3}, 1)
    assert (joined[9].last_seen, joined[9].users) == (NOW, users("a"))
    assert unpacked_durations(joined[9].durations) == durations(5)


def mark(size: int = 100, digest: str = "d", first: date = TODAY, last: date = TODAY) -> IngestMark:
    return IngestMark("log-1", size, digest, first, last, 5, 9)


def test_the_latest_mark_holds_and_the_days_of_the_same_content_are_united(ledger: Ledger) -> None:
    week_ago, yesterday = TODAY - timedelta(days=7), TODAY - timedelta(days=1)
    for at, given in enumerate((mark(50, "old"), mark(), mark(first=week_ago, last=yesterday))):
        ledger.record([collection(marks=(given,))], now=NOW + timedelta(minutes=at))
    assert ledger.before("redis").marks == {"log-1": mark(first=week_ago)}
    ledger.record([collection(marks=(mark(70, "new"),))], now=NOW + timedelta(hours=1))
    assert ledger.before("redis").marks == {"log-1": mark(70, "new")}
    assert ledger.before("edge").marks == {}


def ids(*numbers: int, origin: str = "events.jsonl", day: date = TODAY) -> EventIds:
    return EventIds(day, origin, b"".join(number.to_bytes(8) for number in sorted(numbers)))


def test_ids_of_events_are_united(ledger: Ledger) -> None:
    ledger.record([collection(event_ids=(ids(1, 3), ids(7, origin="b")), known_version=0)], now=NOW)
    before = ledger.before("redis")
    assert before.version == 1
    ledger.record([collection(event_ids=(ids(2, 3),), known_version=1)], now=NOW)
    before = ledger.before("redis")
    assert (before.event_ids, before.version) == ((ids(7, origin="b"), ids(1, 2, 3)), 2)


def test_events_counted_without_knowing_the_newest_are_refused_whole(ledger: Ledger) -> None:
    first = collection(samples=(sample(count=2),), event_ids=(ids(1, 2),), known_version=0)
    ledger.record([first], now=NOW)
    late = collection(
        samples=(sample(count=5, origin="b"),), event_ids=(ids(1, 2, 3, 4, 5, origin="b"),), known_version=0,
        watched=all_day(), marks=(mark(),),
    )  # fmt: skip
    with pytest.raises(ChangedMeanwhileError, match="collect it again"):
        ledger.record([late], now=NOW + timedelta(minutes=1))
    assert read(ledger).count == 2
    assert ledger.read(WINDOW).watched == {}
    assert ledger.read(WINDOW).sources[0].collected_at == NOW
    assert ledger.before("redis").marks == {}
    ledger.record([collection("edge", event_ids=(ids(1),), known_version=0)], now=NOW)


def test_ids_that_are_known_already_count_up_nothing(ledger: Ledger) -> None:
    ledger.record([collection(event_ids=(ids(1),), known_version=0)], now=NOW)
    ledger.record([collection(event_ids=(ids(1),), known_version=1), collection()], now=NOW)
    assert ledger.before("redis").version == 1


def test_the_digest_of_evidence_without_measures_is_that_of_the_first_version(ledger: Ledger) -> None:
    """Computed by the code that knew none of them."""
    given = collection(
        samples=(
            sample(count=7, errors=2, by_status={"2xx": 5, "5xx": 2}, last_seen=NOW),
            sample("GET /b", 2, day=TODAY - timedelta(days=3), origin="web-1"),
        ),
        watched=all_day(), routes=(route(),), names=(name(),), lost=((TODAY, 3),),
    )  # fmt: skip
    ledger.record([given, collection("edge", samples=(sample(count=9),), problem="refused")], now=NOW)
    assert ledger.digest(WINDOW) == OF_THE_FIRST_VERSION


@pytest.mark.parametrize("measure", ["first_seen", "succeeded", "durations", "users", "errors_by_code", "cost"])
def test_every_measure_but_users_is_part_of_the_digest(open_ledger: Callable[[], Ledger], measure: str) -> None:
    """Sketches of users decide nothing and never leave the ledger: evidence as a file has the digest of its ledger."""
    with open_ledger() as ledger:
        ledger.record([collection(samples=(sample(count=10),))], now=NOW)
        before = ledger.digest(WINDOW)
        given = msgspec.structs.replace(sample(count=10), **{measure: getattr(measured(), measure)})
        ledger.record([collection(samples=(given,))], now=NOW)
        assert (ledger.digest(WINDOW) == before) == (measure == "users")
