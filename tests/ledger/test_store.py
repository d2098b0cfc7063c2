"""What is recorded is what is read: nothing counted twice, nothing lowered, nothing lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from auditor.errors import StoreError
from auditor.ledger.store import Ledger
from auditor.model.usage import RegisteredHandler, UsageSample, WatchedDay
from auditor.model.window import Window
from tests.ledger.samples import NOW, WINDOW, all_day, collection, key_stats, name, route, sample

DAY = NOW.date()


def counts(ledger: Ledger, window: Window = WINDOW) -> dict[str, int]:
    return {found.key: found.calls for found in key_stats(ledger.read(window))}


def test_the_same_collection_twice_counts_once(ledger: Ledger) -> None:
    given = collection(samples=(sample(count=7, errors=2, by_status={"2xx": 5, "5xx": 2}),), watched=all_day())
    first = ledger.record([given], now=NOW).sources[0]
    second = ledger.record([given], now=NOW + timedelta(hours=1)).sources[0]
    assert (first.changed, first.minutes_added) == (1, 15 * 1440)
    assert (second.changed, second.minutes_added) == (0, 0)
    (found,) = key_stats(ledger.read(WINDOW))
    assert (found.calls, found.errors, found.by_status) == (7, 2, {"2xx": 5, "5xx": 2})


def test_higher_counts_replace_and_never_add(ledger: Ledger) -> None:
    ledger.record([collection(samples=(sample(count=7),))], now=NOW)
    assert ledger.record([collection(samples=(sample(count=9),))], now=NOW).sources[0].changed == 1
    assert counts(ledger) == {"GET /users/{id}": 9}


def test_a_source_that_restarted_empty_lowers_nothing(ledger: Ledger) -> None:
    ledger.record([collection(samples=(sample(count=100, by_status={"2xx": 100}),), watched=all_day())], now=NOW)
    ledger.record([collection(samples=(sample(count=2, by_status={"5xx": 2}, errors=2),))], now=NOW)
    ledger.record([collection()], now=NOW)
    (found,) = key_stats(ledger.read(WINDOW))
    assert (found.calls, found.errors, found.by_status) == (102, 2, {"2xx": 100, "5xx": 2})
    assert sum(day.minutes for day in ledger.read(WINDOW).watched["redis"]) == 15 * 1440


def test_origins_of_a_source_add_up_and_sources_do_not(ledger: Ledger) -> None:
    of_redis = collection(samples=(sample(count=3, origin="web-1"), sample(count=4, origin="web-2")))
    of_edge = collection("edge", samples=(sample(count=6, errors=1, last_seen=NOW),))
    ledger.record([of_redis, of_edge], now=NOW)
    (found,) = ledger.read(WINDOW).samples
    assert (found.count, found.errors, found.last_seen, found.origin) == (7, 1, NOW, "edge, redis")
    assert key_stats(ledger.read(WINDOW))[0].sources == ("edge", "redis")


def test_kinds_with_the_same_key_are_different(ledger: Ledger) -> None:
    both = (UsageSample("checkout", "component", DAY, 1), UsageSample("checkout", "task", DAY, 2))
    ledger.record([collection(samples=both)], now=NOW)
    assert [(found.kind, found.calls) for found in key_stats(ledger.read(WINDOW))] == [("component", 1), ("task", 2)]


def test_two_samples_of_one_origin_in_one_collection_are_the_higher_one(ledger: Ledger) -> None:
    ledger.record([collection(samples=(sample(count=3), sample(count=5), sample(count=4)))], now=NOW)
    assert counts(ledger) == {"GET /users/{id}": 5}


def test_every_day_the_window_touches_counts(ledger: Ledger) -> None:
    first, last = WINDOW.dates()[0], WINDOW.dates()[-1]
    days = (first - timedelta(days=1), first, last, last + timedelta(days=1))
    ledger.record([collection(samples=tuple(sample(count=10**n, day=day) for n, day in enumerate(days)))], now=NOW)
    assert counts(ledger) == {"GET /users/{id}": 110}


def test_watched_minutes_are_united(ledger: Ledger) -> None:
    for minutes in ({1, 2}, {2, 3}, set[int]()):
        ledger.record([collection(watched=(WatchedDay.of_minutes(DAY, minutes),))], now=NOW)
    assert ledger.read(WINDOW).watched == {"redis": (WatchedDay.of_minutes(DAY, {1, 2, 3}),)}


def test_lost_counts_keep_the_highest(ledger: Ledger) -> None:
    for lost in (5, 2):
        ledger.record([collection(lost=((DAY, lost),))], now=NOW)
    assert ledger.read(WINDOW).lost == {"redis": ((DAY, 5),)}


def test_a_sick_source_proves_use_and_no_absence(ledger: Ledger) -> None:
    sick = collection(
        samples=(sample(count=3),), watched=all_day(), problem="timed out after 5 s", notes=("half read",)
    )
    assert ledger.record([sick], now=NOW).sources[0].problem == "timed out after 5 s"
    reading = ledger.read(WINDOW)
    assert counts(ledger) == {"GET /users/{id}": 3}
    assert reading.watched == {}
    (source,) = reading.sources
    assert (source.healthy, source.problem, source.collected_at, source.healthy_at, source.notes) == (
        False, "timed out after 5 s", NOW, None, ("half read",),
    )  # fmt: skip


def test_a_source_that_turns_sick_keeps_what_it_watched(ledger: Ledger) -> None:
    ledger.record([collection(watched=all_day())], now=NOW - timedelta(hours=2))
    ledger.record([collection(problem="refused")], now=NOW)
    reading = ledger.read(WINDOW)
    assert reading.sources[0].healthy_at == NOW - timedelta(hours=2)
    assert len(reading.watched["redis"]) == 15


def test_health_is_the_latest_whatever_the_order(ledger: Ledger) -> None:
    ledger.record([collection(problem="refused")], now=NOW)
    ledger.record([collection()], now=NOW - timedelta(hours=2))
    assert not ledger.read(WINDOW).sources[0].healthy


def test_minutes_of_a_sampled_source_are_not_watched(ledger: Ledger) -> None:
    ledger.record([collection(samples=(sample(),), watched=all_day(), only_for_use=True)], now=NOW)
    reading = ledger.read(WINDOW)
    assert (reading.watched, reading.sources[0].only_for_use) == ({}, True)


def test_a_route_is_registered_from_its_first_to_its_last_time(ledger: Ledger) -> None:
    early, late = NOW - timedelta(days=20), NOW - timedelta(days=2)
    ledger.record([collection(routes=(route(first=late, last=late, version="v2"),))], now=NOW)
    ledger.record([collection(routes=(route(first=early, last=early, version="v1"),))], now=NOW)
    (found,) = ledger.read(WINDOW).routes
    assert (found.first_registered, found.last_registered, found.version) == (early, late, "v2")
    assert (found.source, found.handler) == ("redis", RegisteredHandler("shop.users:get", "shop/users.py", 12))


def test_the_handler_registered_last_serves_since_its_own_first_time(ledger: Ledger) -> None:
    old = route(handler="shop.old:get", first=NOW - timedelta(days=30), last=NOW - timedelta(days=3))
    new = route(
        handler="shop.new:get", first=NOW - timedelta(days=2), last=NOW - timedelta(days=1), shadowed=["shop.old:get"]
    )
    ledger.record([collection(routes=(new,))], now=NOW)
    ledger.record([collection(routes=(old,))], now=NOW)
    (found,) = ledger.read(WINDOW).routes
    assert (found.handler.handler, found.first_registered) == ("shop.new:get", NOW - timedelta(days=2))
    assert found.shadowed == (RegisteredHandler("shop.old:get", "shop/old.py", 3),)


def test_a_window_of_the_past_shows_the_handler_of_that_time(ledger: Ledger) -> None:
    old = route(handler="shop.old:get", first=NOW - timedelta(days=30), last=NOW - timedelta(days=3))
    new = route(handler="shop.new:get", first=NOW - timedelta(days=2), last=NOW - timedelta(days=1))
    ledger.record([collection(routes=(old, new))], now=NOW)
    (found,) = ledger.read(Window.last_days(7, NOW - timedelta(days=3))).routes
    assert found.handler.handler == "shop.old:get"


def test_a_route_of_the_present_minute_is_known_and_one_of_the_next_is_not(ledger: Ledger) -> None:
    now = NOW.replace(second=30)
    just = route(first=now - timedelta(seconds=20), last=now)
    later = route("GET /later", first=now + timedelta(minutes=1), last=now + timedelta(minutes=1))
    ledger.record([collection(routes=(just, later))], now=now)
    assert [found.key for found in ledger.read(Window.last_days(14, now)).routes] == ["GET /users/{id}"]


def test_a_route_without_times_is_known_since_it_was_collected(ledger: Ledger) -> None:
    ledger.record([collection(routes=(route(first=None, last=None),))], now=NOW - timedelta(days=1))
    (found,) = ledger.read(WINDOW).routes
    assert found.first_registered == found.last_registered == NOW - timedelta(days=1)


def test_two_sources_may_register_the_same_key(ledger: Ledger) -> None:
    ledger.record([collection("shop", routes=(route(),)), collection("admin", routes=(route(),))], now=NOW)
    assert [found.source for found in ledger.read(WINDOW).routes] == ["admin", "shop"]


def test_names_lead_to_what_ran_under_them_in_the_window(ledger: Ledger) -> None:
    """The latest always; an earlier one as long as it was registered in the window."""
    gone, early, late = WINDOW.start - timedelta(days=1), WINDOW.start + timedelta(days=2), NOW
    names = (
        name(target="shop.oldest:remind", last=gone),
        name(target="shop.old:remind", last=early),
        name(target="shop.tasks:remind", first=early, last=late),
        name("only", "shop.old:only", last=gone),
        name("mail.remind", "shop.cli:remind", "command"),
    )
    ledger.record([collection(names=names)], now=NOW)
    ledger.record([collection(names=names[:2])], now=NOW)
    read = ledger.read(WINDOW).names
    assert [(one.kind, one.name, one.target.handler) for one in read] == [
        ("command", "mail.remind", "shop.cli:remind"),
        ("task", "mail.remind", "shop.old:remind"),
        ("task", "mail.remind", "shop.tasks:remind"),
        ("task", "only", "shop.old:only"),
    ]
    assert read[2] == msgspec.structs.replace(names[2], source="redis")


def test_a_name_keeps_its_first_registration_and_takes_the_latest_place(ledger: Ledger) -> None:
    ledger.record([collection(names=(name(), name(first=None, last=None)))], now=NOW)
    (read,) = ledger.read(WINDOW).names
    assert (read.first_registered, read.last_registered) == (NOW - timedelta(days=30), NOW)


def test_since_is_the_first_day_of_any_evidence(ledger: Ledger) -> None:
    assert ledger.read(WINDOW).since is None
    ledger.record([collection(samples=(sample(day=date(2026, 3, 1)),), watched=all_day())], now=NOW)
    assert ledger.read(WINDOW).since == date(2026, 3, 1)


def test_times_keep_their_instant_and_their_zone(ledger: Ledger) -> None:
    in_sydney = datetime.fromisoformat("2026-11-21T22:30:00.000123+11:00")
    ledger.record([collection(samples=(sample(last_seen=in_sydney),))], now=NOW)
    (found,) = key_stats(ledger.read(WINDOW))
    assert found.last_seen == in_sydney
    assert found.last_seen.tzinfo is UTC


def test_hostile_text_and_numbers_are_stored_as_far_as_they_can_be(ledger: Ledger) -> None:
    keys = (
        "GET /\udcff",
        "GET /a\0b",
        "GET /'; DROP TABLE auditor_usage_days; --",
        "GET /" + "x" * 9000,
        "GET /" + "x" * 9001,
    )
    samples = tuple(sample(key, count=2**70, errors=-5, by_status={"2\udc80x": 1}) for key in keys)
    given = collection(
        "red\0is", samples=samples, routes=(route("GET /" + "y" * 9000, handler="\udcffm:f"),), problem="\udcff\0"
    )
    ledger.record([given], now=NOW)
    found = key_stats(ledger.read(WINDOW))
    assert len(found) == len(keys)
    assert {(row.calls, row.errors) for row in found} == {(2**63 - 1, 0)}
    assert ledger.record([given], now=NOW).sources[0].changed == 0


def test_the_digest_is_of_the_evidence_not_of_its_collection(open_ledger: Callable[[], Ledger]) -> None:
    given = collection(samples=(sample(), sample("GET /b", 2)), watched=all_day(), routes=(route(),))
    with open_ledger() as ledger:
        ledger.record([given], now=NOW)
        before = ledger.digest(WINDOW)
    with open_ledger() as ledger:
        ledger.record([given], now=NOW + timedelta(hours=5))
        assert ledger.digest(WINDOW) == before
        assert before.startswith("sha256:")
        assert len(before) == len("sha256:") + 64
        ledger.record([collection(samples=(sample(count=2),))], now=NOW)
        assert ledger.digest(WINDOW) != before


def test_collections_before_a_failing_one_are_kept(ledger: Ledger) -> None:
    broken = collection("edge", samples=(sample(last_seen=datetime(2026, 11, 21)),))  # noqa: DTZ001 a naive time is the mistake
    with pytest.raises(StoreError, match="time zone"):
        ledger.record([collection(samples=(sample(count=4),)), broken], now=NOW)
    assert counts(ledger) == {"GET /users/{id}": 4}
    assert [source.name for source in ledger.read(WINDOW).sources] == ["redis"]


@pytest.mark.parametrize("name", ["with space.db", "100%.db", "a#b.db", "ümlaut.db"])
def test_relative_paths_lie_under_the_root_whatever_their_name(tmp_path: Path, name: str) -> None:
    root = tmp_path / "root%20dir?"
    with Ledger.open(f"sqlite:///state/{name}", root) as ledger:
        ledger.record([collection(samples=(sample(),))], now=NOW)
    assert (root / "state" / name).is_file()
    with Ledger.read_only(f"sqlite:///state/{name}", root) as ledger:
        assert counts(ledger) == {"GET /users/{id}": 1}


def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path}/absolute.db", Path("/nonexistent")) as ledger:
        assert counts(ledger) == {}
    assert (tmp_path / "absolute.db").is_file()
