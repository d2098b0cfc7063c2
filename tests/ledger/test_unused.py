"""Unused means registered, watched and silent; anything less is undecided or refused, with the reason."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from auditor.ledger import unused
from auditor.ledger.store import Ledger
from auditor.model.answers import UnusedRoutes
from auditor.model.usage import (
    UNDATED,
    Collection,
    LedgerReading,
    RegisteredName,
    SourceHealth,
    UsageSample,
    WatchedDay,
)
from tests.ledger.samples import NOW, TODAY, WINDOW, all_day, collection, name, route, sample


def asked(ledger: Ledger, *collections: Collection, days: int = 14) -> UnusedRoutes:
    ledger.record(collections, now=NOW)
    return ledger.unused(days, now=NOW, min_watched=0.95)


def test_registered_watched_and_silent_is_unused(ledger: Ledger) -> None:
    routes = (route("GET /silent", "shop.a:silent", shadowed=["shop.old:silent"]), route("GET /used"))
    found = asked(ledger, collection(watched=all_day(), routes=routes, samples=(sample("GET /used"),)))
    (only,) = found.unused
    assert (only.key, only.handler, only.path, only.line) == ("GET /silent", "shop.a:silent", "shop/users.py", 12)
    assert (only.source, only.watched_minutes, only.shadowed[0].handler) == ("redis", WINDOW.minutes, "shop.old:silent")
    assert (found.registered, found.called, found.undecided, found.refusal) == (2, 1, (), None)


@pytest.mark.parametrize(("root", "expected"), [
    ("/srv/shop", "app/users.py"), ("/srv/other", "/srv/shop/app/users.py"), (None, "/srv/shop/app/users.py"),
])  # fmt: skip
def test_places_below_the_audited_root_are_relative_to_it(ledger: Ledger, root: str | None, expected: str) -> None:
    published = route("GET /silent")
    handler = msgspec.structs.replace(published.handler, path="/srv/shop/app/users.py")
    published = msgspec.structs.replace(published, handler=handler)
    ledger.record((collection(watched=all_day(), routes=(published,)),), now=NOW)
    place = Path(root) if root else None
    (only,) = unused.unused(ledger.read(WINDOW), (), now=NOW, min_watched=0.95, root=place).unused
    assert only.path == expected


@pytest.mark.parametrize(
    "use",
    [
        collection("edge", samples=(sample("GET /a"),)),
        collection("edge", samples=(sample("GET /a"),), problem="half read"),
        collection("edge", samples=(sample("GET /a"),), only_for_use=True),
        collection("redis", samples=(sample("GET /a", by_status={"4xx": 1}),)),
        collection("redis", samples=(sample("HEAD /a"),)),
        collection("redis", samples=(sample("GET /a", day=WINDOW.dates()[0]),)),
    ],
    ids=["another source", "a sick one", "a sampled one", "an error", "HEAD", "the first day"],
)
def test_any_call_from_anyone_is_use(ledger: Ledger, use: Collection) -> None:
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /a"),)), use)
    assert (found.unused, found.undecided, found.called) == ((), (), 1)


@pytest.mark.parametrize("key", ["POST /a", "GET /a/", "GET /ab", "HEAD /b"])
def test_calls_of_another_key_are_not(ledger: Ledger, key: str) -> None:
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /a"),), samples=(sample(key),)))
    assert [row.key for row in found.unused] == ["GET /a"]


def test_without_any_collection_nothing_is_unused(ledger: Ledger) -> None:
    found = asked(ledger)
    assert found.unused == ()
    assert found.refusal == "no source was ever collected; run 'auditor collect'"


def test_without_a_route_table_nothing_is_unused(ledger: Ledger) -> None:
    found = asked(ledger, collection(watched=all_day(), samples=(sample(),)))
    assert found.refusal is not None
    assert "no tracker has published a route table" in found.refusal


def test_a_window_watched_too_little_is_refused_with_figures(ledger: Ledger) -> None:
    found = asked(ledger, collection(watched=all_day(WINDOW.dates()[2:]), routes=(route(),)))
    assert found.unused == ()
    assert found.refusal == (
        "redis watched 18,000 of the 20,160 minutes of 2026-11-07 12:00 to 2026-11-21 12:00 UTC (89.2 %), "
        "95 % are needed; nothing is known before 2026-11-09"
    )
    assert [row.key for row in found.undecided] == ["GET /users/{id}"]


def test_days_beyond_what_was_collected_are_refused(ledger: Ledger) -> None:
    refusal = asked(ledger, collection(watched=all_day(), routes=(route(),)), days=90).refusal
    assert refusal is not None
    assert "nothing is known before 2026-11-07" in refusal


def test_a_day_with_lost_counts_was_not_watched(ledger: Ledger) -> None:
    lost = ((TODAY - timedelta(days=3), 1),)
    refusal = asked(ledger, collection(watched=all_day(), routes=(route(),), lost=lost)).refusal
    assert refusal is not None
    assert "counts were lost on 2026-11-18" in refusal


def test_what_another_source_watched_does_not_count_for_a_tracker(ledger: Ledger) -> None:
    found = asked(ledger, collection(routes=(route(),)), collection("edge", watched=all_day()))
    assert found.unused == ()
    assert found.refusal is not None


def test_one_source_watched_too_little_leaves_the_others_answers(ledger: Ledger) -> None:
    found = asked(
        ledger,
        collection("shop", watched=all_day(), routes=(route("GET /shop"),)),
        collection("admin", watched=(WatchedDay.of_minutes(TODAY, {1}),), routes=(route("GET /admin"),)),
    )
    assert [row.key for row in found.unused] == ["GET /shop"]
    (doubtful,) = found.undecided
    assert (doubtful.key, doubtful.source) == ("GET /admin", "admin")
    assert doubtful.reason.startswith("admin watched 1 of")


def test_a_route_younger_than_the_window_is_undecided(ledger: Ledger) -> None:
    young = route("GET /new", first=NOW - timedelta(days=3), last=NOW - timedelta(days=1))
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /old"), young)))
    assert [row.key for row in found.unused] == ["GET /old"]
    assert found.undecided[0].reason == "its handler was first registered on 2026-11-18 12:00 UTC, inside the window"


def test_a_changed_handler_is_undecided_though_its_path_is_old(ledger: Ledger) -> None:
    new = route(handler="shop.v2:get", first=NOW - timedelta(days=2), last=NOW)
    found = asked(ledger, collection(watched=all_day(), routes=(route(handler="shop.v1:get"), new)))
    assert (found.unused, [row.handler for row in found.undecided]) == ((), ["shop.v2:get"])


def test_a_route_that_the_newest_version_dropped_is_not_called_unused(ledger: Ledger) -> None:
    gone = route("GET /gone", version="v1", last=NOW - timedelta(days=10))
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /a", version="v2"), gone)))
    assert [row.key for row in found.unused] == ["GET /a"]
    assert found.undecided[0].reason == "not registered by the newest version 'v2', only by 'v1'"


def test_a_sampled_tracker_proves_no_absence(ledger: Ledger) -> None:
    ledger.record([collection(watched=all_day(), routes=(route(),))], now=NOW - timedelta(hours=1))
    found = asked(ledger, collection(only_for_use=True))
    assert (found.unused, found.undecided[0].reason) == ((), "source redis can prove use, never absence")


def test_a_source_that_turned_sick_is_named(ledger: Ledger) -> None:
    refusal = asked(ledger, collection(watched=all_day(), routes=(route(),), problem="timed out")).refusal
    assert refusal is not None
    assert refusal == "redis is sick: timed out"


def test_a_whole_day_that_nobody_watched_is_refused_though_the_share_is_reached(ledger: Ledger) -> None:
    days = tuple(day for day in WINDOW.dates() if day != TODAY - timedelta(days=4))
    half = WatchedDay.of_minutes(TODAY - timedelta(days=4), set(range(720)))
    refusal = asked(ledger, collection(watched=(*all_day(days), half), routes=(route(),))).refusal
    assert refusal == "redis watched 720 of the 1,440 minutes of 2026-11-17 (50.0 %), 95 % are needed"


def test_a_source_taken_out_of_the_configuration_proves_use_and_nothing_else(
    open_ledger: Callable[..., Ledger],
) -> None:
    used = collection("old", watched=all_day(), routes=(route("GET /b"),), samples=(sample("GET /a"),), problem="gone")
    both = (route("GET /a"), route("GET /b"))
    with open_ledger(sources=["redis"]) as ledger:
        found = asked(ledger, used, collection(watched=all_day(), routes=both))
        assert ([row.key for row in found.unused], found.registered, found.refusal) == (["GET /b"], 2, None)
        assert ledger.health(now=NOW, max_age=timedelta(hours=1)).status == "ok"


def names_only(*names: RegisteredName, **more: object) -> LedgerReading:
    """Return what is known of tasks that were published by a worker that was watched throughout."""
    published = tuple(msgspec.structs.replace(one, source="worker") for one in names)
    filled: dict[str, object] = {
        "watched": {}, "watched_kinds": {"worker": {"task": all_day()}}, "sources": (SourceHealth("worker", True),),
        "samples": (), "routes": (), "lost": {},
    } | more  # fmt: skip
    return LedgerReading(window=WINDOW, names=published, **filled)  # type: ignore[arg-type]  # keywords of one test each


def of_names(reading: LedgerReading) -> UnusedRoutes:
    used = {(one.kind, one.key) for one in reading.samples}
    return unused.unused(reading, used, now=NOW, min_watched=0.95)


def test_a_task_that_never_ran_while_tasks_were_watched_is_unused() -> None:
    ran = UsageSample("mail.send", "task", TODAY, 3)
    found = of_names(names_only(name("mail.remind"), name("mail.send", "shop.tasks:send"), samples=(ran,)))
    (only,) = found.names
    assert (only.kind, only.name, only.handler, only.line) == ("task", "mail.remind", "shop.tasks:remind", 7)
    assert (only.source, only.watched_minutes) == ("worker", WINDOW.minutes)
    assert (found.names_registered, found.names_used, found.undecided_names, found.refusal) == (2, 1, (), None)
    assert (found.unused, found.registered) == ((), 0)
    assert found.notes == (
        "no tracker has published a route table in the window, so nothing is known of unused routes",
    )  # fmt: skip


def test_minutes_of_requests_prove_nothing_of_tasks() -> None:
    found = of_names(names_only(name(), watched={"worker": all_day()}, watched_kinds={}))
    assert found.names == ()
    assert found.refusal is not None
    assert found.refusal.startswith("worker watched tasks in 0 of the 20,160 minutes")
    assert [(row.name, row.reason) for row in found.undecided_names] == [("mail.remind", found.refusal)]


def test_minutes_of_one_kind_prove_nothing_of_another() -> None:
    found = of_names(names_only(name(), name("Checkout", "shop.ui:Checkout", "component")))
    assert [row.name for row in found.names] == ["mail.remind"]
    assert [(row.kind, row.name) for row in found.undecided_names] == [("component", "Checkout")]


def test_a_use_of_another_kind_under_the_same_name_is_none() -> None:
    used = UsageSample("mail.remind", "component", TODAY, 3)
    assert [row.name for row in of_names(names_only(name(), samples=(used,))).names] == ["mail.remind"]


@pytest.mark.parametrize(("names", "more", "reason"), [
    ((name(first=NOW - timedelta(days=3)),), {}, "first registered on 2026-11-18 12:00 UTC, inside the window"),
    ((name(first=None),), {}, "first registered at an unknown time"),
    ((name(), name("b", version="v2", last=NOW)), {}, "not registered by the newest version 'v2', only by 'v1'"),
    ((name(),), {"lost": {"worker": ((TODAY - timedelta(days=3), 1),)}}, "counts were lost on 2026-11-18"),
    ((name(),), {"sources": (SourceHealth("worker", True, only_for_use=True),)}, "can prove use, never absence"),
    ((name(),), {"sources": (SourceHealth("worker", False, "no such file"),)}, "worker is sick: no such file"),
    ((name(),), {"watched_kinds": {"worker": {"task": all_day(WINDOW.dates()[2:])}}}, "watched tasks in 18,000 of"),
], ids=["young", "no time", "dropped", "lost", "sampled", "sick", "thin"])  # fmt: skip
def test_names_have_the_doubts_of_routes(
    names: tuple[RegisteredName, ...], more: dict[str, object], reason: str
) -> None:
    found = of_names(names_only(*names, **more))
    assert "mail.remind" not in [row.name for row in found.names]
    assert reason in next(row.reason for row in found.undecided_names if row.name == "mail.remind")


def test_of_the_definitions_under_one_name_the_latest_is_judged() -> None:
    moved = name(target="shop.jobs:remind", first=NOW - timedelta(days=2), last=NOW)
    found = of_names(names_only(moved, name()))
    assert [(row.handler, row.reason[:35]) for row in found.undecided_names] == [
        ("shop.jobs:remind", "its handler was first registered on")
    ]  # fmt: skip


def test_undated_use_is_use() -> None:
    used = UsageSample("mail.remind", "task", TODAY, 3, by_status={UNDATED: 3})
    assert of_names(names_only(name(), samples=(used,))).names == ()
