"""Usage keys -> definitions: who served, what was seen not to be called, and when nothing may be concluded."""

import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from auditor.model.code import Definition, DefinitionKind
from auditor.model.graph import Analysis, EntryPoint, Reachability, ReferenceGraph, Route
from auditor.model.key_answers import LastUse
from auditor.model.usage import (
    BOT,
    PROBE,
    UNDATED,
    LedgerReading,
    Observations,
    RegisteredHandler,
    RegisteredName,
    RegisteredRoute,
    SourceHealth,
    UsageSample,
    WatchedDay,
)
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.attribution import attribute
from tests.analysis.composing import analyse

PROJECTS = Path(__file__).parent.parent / "projects"
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
TODAY = NOW.date()
LONG_AGO = WINDOW.start - timedelta(days=3)


def definition(identity: str, line: int = 1, kind: DefinitionKind = "function", path: str = "") -> Definition:
    module = identity.partition(":")[0]
    return Definition(identity, kind, path or module.replace(".", "/") + ".py", line, line + 9)


DEFINITIONS = (
    definition("shop.v1:get_user", 10),
    definition("shop.v2:get_user", 10),
    definition("shop.v2:list_users", 30),
    definition("shop.v2:Users.get", 50, "method"),
    definition("shop.orders:get_order", 10),
    definition("shop.tasks:remind", 10),
    definition("shop.tasks:monthly", 30),
    definition("shop.export:invoice", 10),
    definition("shop.export:render", 30),
    definition("shop.print:render", 30),
    definition("shop.nightly_export:", kind="module"),
    definition("shop.a.twice:", kind="module"),
    definition("shop.b.twice:", kind="module"),
)


def analysis(routes: Sequence[Route] = (), entry_points: Sequence[EntryPoint] = ()) -> Analysis:
    graph = ReferenceGraph({d.id: d for d in DEFINITIONS}, {})
    return Analysis(graph, tuple(entry_points), tuple(routes), Reachability({}, {}), files=1, lines=1)


def route(key: str, handler: str, shadowed_by: str | None = None) -> Route:
    method, _, template = key.partition(" ")
    module = handler.partition(":")[0]
    return Route(method, template, handler, module.replace(".", "/") + ".py", 10, "fastapi", shadowed_by)


def published(
    key: str, handler: str, *shadowed: str, first: datetime | None = LONG_AGO, last: datetime = NOW, **place: Any
) -> RegisteredRoute:
    return RegisteredRoute(
        key, RegisteredHandler(handler, **place), "3f9c", first, last,
        tuple(RegisteredHandler(other) for other in shadowed), "redis",
    )  # fmt: skip


def sample(key: str, count: int = 5, kind: Any = "endpoint", **fields: Any) -> UsageSample:
    return UsageSample(key, kind, TODAY, count, **{"origin": "redis", "by_status": {"2xx": count}} | fields)


def full(days: Sequence[Any] = (), leave_out: int = 0) -> tuple[WatchedDay, ...]:
    minutes = frozenset(range(leave_out, 1440))
    return tuple(WatchedDay.of_minutes(day, minutes) for day in days or WINDOW.dates())


HEALTHY = SourceHealth("redis", healthy=True, collected_at=NOW)


def reading(*samples: UsageSample, routes: Sequence[RegisteredRoute] = (), **fields: Any) -> LedgerReading:
    defaults: dict[str, Any] = {"watched": {"redis": full()}, "lost": {}, "sources": (HEALTHY,), "window": WINDOW}
    return LedgerReading(samples=samples, routes=tuple(routes), **defaults | fields)


def bind(read: LedgerReading, tree: Analysis | None = None, **options: Any) -> Observations:
    components = options.pop("components", {})
    wanted = {"now": NOW, "min_watched": 0.95, "max_age": timedelta(hours=36)} | options
    return attribute(read, tree or analysis(), components, **wanted)


def found(observations: Observations) -> dict[str, int]:
    return {identity: seen.count for identity, seen in observations.by_definition.items()}


USERS = "GET /users/{id}"


def registered(kind: Any, name: str, handler: str, **place: Any) -> RegisteredName:
    return RegisteredName(kind, name, RegisteredHandler(handler, **place), "3f9c", LONG_AGO, NOW, "redis")


@pytest.mark.parametrize("kind", ["task", "component", "command", "function"])
def test_a_registered_name_leads_to_what_runs_under_it(kind: Any) -> None:
    """Whatever the name looks like: only the running application knows."""
    names = (
        registered(kind, "shop.v1:get_user", "shop.export:invoice"),
        registered("task", "x", "shop.v1:get_user"),
    )
    seen = bind(reading(sample("shop.v1:get_user", 3, kind, errors=2, by_status={}), names=names))
    assert found(seen) == {"shop.export:invoice": 3}
    assert seen.by_definition["shop.export:invoice"].errors == 2
    assert seen.measured == frozenset(), "silence of such a name proves nothing yet"


def test_a_name_registered_from_elsewhere_is_found_by_its_place() -> None:
    names = (registered("task", "remind", "app.shop.tasks:remind", path="/srv/app/shop/tasks.py", line=12),)
    assert found(bind(reading(sample("remind", 3, "task"), names=names))) == {"shop.tasks:remind": 3}


def test_a_registration_that_leads_nowhere_leaves_the_static_ways() -> None:
    names = (registered("command", "shop.tasks:remind", "click.core:Command"),)
    assert found(bind(reading(sample("shop.tasks:remind", 3, "command"), names=names))) == {"shop.tasks:remind": 3}


def test_a_name_that_two_definitions_ran_under_is_use_of_both() -> None:
    names = (registered("task", "mail", "shop.tasks:remind"), registered("task", "mail", "shop.tasks:monthly"))
    seen = bind(reading(sample("mail", 3, "task"), names=names))
    assert found(seen) == {"shop.tasks:monthly": 3, "shop.tasks:remind": 3}
    assert seen.unattributed == (("mail", 3),)


def test_a_command_without_registration_is_found_by_its_qualified_name() -> None:
    seen = bind(reading(sample("shop.export:invoice", 2, "command"), sample("invoice", 1, "command")))
    assert found(seen) == {"shop.export:invoice": 2}
    assert seen.unattributed == (("invoice", 1),)


def test_uses_by_machines_are_uses_and_told_apart() -> None:
    by_status = {"2xx": 4, PROBE: 30, BOT: 1}
    seen = bind(reading(sample(USERS, 35, by_status=by_status), routes=[published(USERS, "shop.v2:get_user")]))
    user = seen.by_definition["shop.v2:get_user"]
    assert (user.count, user.apart) == (35, {PROBE: 30, BOT: 1})


def test_two_handlers_on_one_path_are_told_apart_by_the_published_table() -> None:
    static = analysis([route(USERS, "shop.v1:get_user"), route(USERS, "shop.v2:get_user", "shop.v1:get_user")])
    seen = bind(reading(sample(USERS), routes=[published(USERS, "shop.v2:get_user", "shop.v1:get_user")]), static)
    assert found(seen) == {"shop.v1:get_user": 0, "shop.v2:get_user": 5}
    assert seen.measured == {"shop.v1:get_user", "shop.v2:get_user"}
    assert seen.by_definition["shop.v1:get_user"].keys == (USERS,)
    assert seen.insufficient is None and seen.unattributed == () and seen.endpoints_observed == 1


def test_without_a_published_table_the_static_order_says_who_serves() -> None:
    static = analysis([route(USERS, "shop.v1:get_user"), route(USERS, "shop.v2:get_user", "shop.v1:get_user")])
    seen = bind(reading(sample(USERS)), static)
    assert found(seen) == {"shop.v1:get_user": 5}
    assert "shop.v2:get_user" not in seen.measured, (
        "on the static table's word alone a shadowed handler is not measured"
    )


def test_a_route_nobody_called_is_measured_only_where_its_use_would_have_been_seen() -> None:
    static = analysis(
        [
            route(USERS, "shop.v2:get_user"),
            route("GET /users", "shop.v2:list_users"),
            route("GET /o/{id}", "shop.orders:get_order"),
        ]
    )
    by_log = bind(reading(sample(USERS)), static)
    assert found(by_log) == {"shop.v2:get_user": 5, "shop.v2:list_users": 0}
    assert by_log.measured == {"shop.v2:get_user", "shop.v2:list_users"}, "no route of the orders' file was ever seen"
    by_table = bind(reading(sample(USERS), routes=[published(USERS, "shop.v2:get_user")]), static)
    assert by_table.measured == {"shop.v2:get_user"}, "what the application did not publish is not measured"


def test_a_route_first_registered_inside_the_window_is_not_measured() -> None:
    late = published("GET /users", "shop.v2:list_users", first=WINDOW.start + timedelta(days=1))
    unknown = published("GET /o/{id}", "shop.orders:get_order", first=None)
    punctual = published("GET /u", "shop.v1:get_user", first=WINDOW.start)
    seen = bind(reading(sample(USERS), routes=[published(USERS, "shop.v2:get_user"), late, unknown, punctual]))
    assert seen.measured == {"shop.v2:get_user", "shop.v1:get_user"}
    assert found(seen) == {"shop.v2:get_user": 5, "shop.v1:get_user": 0}


def test_a_route_of_two_places_is_measured_as_long_as_the_worse_watched_one() -> None:
    here, there = published("GET /users", "shop.v2:list_users"), published("GET /users", "shop.v2:list_users")
    there = msgspec.structs.replace(there, source="overseas")
    sources = (HEALTHY, SourceHealth("overseas", healthy=True, collected_at=NOW))

    def seen(left_out: int) -> Observations:
        watched = {"redis": full(), "overseas": full(leave_out=left_out)}
        return bind(reading(sample(USERS), routes=[here, there], watched=watched, sources=sources))

    few, many = seen(14), seen(720)
    assert few.by_definition["shop.v2:list_users"].watched_minutes == 14 * 1440 - 14 * 14
    assert many.insufficient is None, "one of the two always watched"
    assert many.measured == frozenset(), "calls there, in the hours that only the other one watched, went unseen"


def test_the_last_use_before_the_window_is_told_by_definition() -> None:
    day = WINDOW.start.date() - timedelta(days=30)
    uses = {
        ("endpoint", "GET /users/{pk}"): LastUse(day, day),
        ("endpoint", "HEAD /users/{id}"): LastUse(day, day + timedelta(days=2)),
        ("component", "render"): LastUse(day, day + timedelta(days=1)),
        ("endpoint", "GET /users"): LastUse(day, TODAY),
        ("endpoint", "GET /gone"): LastUse(day, day),
    }
    routes = [published(USERS, "shop.v2:get_user"), published("GET /users", "shop.v2:list_users")]
    assert bind(reading(sample(USERS), routes=routes), last_uses=uses).last_used == {
        "shop.export:render": day + timedelta(days=1),
        "shop.print:render": day + timedelta(days=1),
        "shop.v2:get_user": day + timedelta(days=2),
    }


def test_a_route_that_is_no_longer_published_is_not_measured() -> None:
    gone = published("GET /users", "shop.v2:list_users", last=NOW - timedelta(days=3))
    seen = bind(reading(sample(USERS), routes=[published(USERS, "shop.v2:get_user"), gone]))
    assert seen.measured == {"shop.v2:get_user"}, "whatever process served it may serve it in a way nobody watches"


def test_a_call_that_routes_of_two_applications_could_have_taken_vouches_for_neither() -> None:
    health = [route("GET /health", "shop.v1:get_user"), route("GET /health", "shop.orders:get_order")]
    others = [
        route("GET /v1", "shop.v1:get_user"),
        route("GET /users", "shop.v2:list_users"),
        route(USERS, "shop.v2:get_user"),
    ]
    seen = bind(reading(sample("GET /health"), sample(USERS)), analysis([*health, *others]))
    assert found(seen) == {
        "shop.orders:get_order": 5,
        "shop.v1:get_user": 5,
        "shop.v2:get_user": 5,
        "shop.v2:list_users": 0,
    }
    assert seen.measured == {"shop.v2:get_user", "shop.v2:list_users"}
    assert seen.unattributed == (("GET /health", 5),)


def test_a_handler_that_is_no_longer_registered_but_served_in_the_window_is_used() -> None:
    now = published(USERS, "shop.v2:get_user", first=WINDOW.end - timedelta(days=5))
    before = published(USERS, "shop.v1:get_user", last=WINDOW.end - timedelta(days=5))
    seen = bind(reading(sample(USERS), routes=[now], earlier_routes=(before,)))
    assert found(seen) == {"shop.v1:get_user": 5, "shop.v2:get_user": 5}


def test_a_handler_that_also_serves_an_unpublished_route_is_not_measured() -> None:
    static = analysis([route("GET /users", "shop.v2:list_users"), route("GET /admin/users", "shop.v2:list_users")])
    table = [published(USERS, "shop.v2:get_user"), published("GET /users", "shop.v2:list_users")]
    assert bind(reading(sample(USERS), routes=table), static).measured == {"shop.v2:get_user"}


def test_templates_that_differ_in_spelling_are_one_route() -> None:
    static = analysis([route("GET /users/{user_id:int}", "shop.v2:get_user")])
    assert found(bind(reading(sample(USERS)), static)) == {"shop.v2:get_user": 5}
    seen = bind(reading(sample("GET /users/{pk}"), routes=[published(USERS, "shop.v2:get_user")]))
    assert found(seen) == {"shop.v2:get_user": 5}
    assert found(bind(reading(sample("HEAD /users/{id}")), static)) == {"shop.v2:get_user": 5}


def test_a_route_of_every_method_is_used_by_each_method() -> None:
    static = analysis([route("ANY /users", "shop.v2:list_users"), route(USERS, "shop.v2:get_user")])
    assert found(bind(reading(sample("POST /users")), static)) == {"shop.v2:list_users": 5, "shop.v2:get_user": 0}
    assert found(bind(reading(sample("DELETE /users/{id}")), static)) == {}


@pytest.mark.parametrize("project", ["aiohttp_app", "tornado_app", "django_routes", "drf_app", "house_fastapi"])
def test_every_static_route_is_found_under_other_names_of_its_parameters(project: str) -> None:
    """As a tracker, a log or a counter of the user's own may spell it: `GET /items/{1}` for `/items/{id:int}`."""
    static, _ = analyse(PROJECTS / project)
    assert static.routes
    for row in static.routes:
        if row.shadowed_by is None and row.handler in static.graph.definitions:
            template = re.sub(r"\{\w+(:path)?[^{}]*\}", r"{renamed\1}", row.template)
            key = f"{'POST' if row.method == 'ANY' else row.method} {template}"
            counted = found(bind(reading(sample(key)), static))
            assert counted.get(row.handler) == 5, (key, row)


@pytest.mark.parametrize(
    ("handler", "place", "expected"),
    [
        ("__mp_main__:list_users", {"path": "/srv/app/shop/v2.py", "line": 30}, "shop.v2:list_users"),
        ("__main__:list_users", {"path": "C:\\app\\shop\\v2.py", "line": 33}, "shop.v2:list_users"),
        ("src.shop.v2:get_user", {}, "shop.v2:get_user"),
        ("v2:Users.get", {}, "shop.v2:Users.get"),
        ("other.v2:get_user", {}, None),
        ("__main__:get_user", {"path": "/srv/shop/v2.py", "line": 31}, None),
        ("gone:vanished", {"path": "/srv/shop/v2.py", "line": 30}, None),
    ],
)
def test_a_handler_is_recognised_by_its_id_place_or_end_and_never_by_likeness(
    handler: str, place: dict[str, Any], expected: str | None
) -> None:
    static = analysis([route(USERS, "shop.v1:get_user")])
    seen = bind(reading(sample(USERS), routes=[published(USERS, handler, **place)]), static)
    assert found(seen) == ({expected: 5} if expected else {})
    assert seen.unattributed == (() if expected else ((USERS, 5),))


def test_after_a_change_of_handlers_inside_the_window_both_count() -> None:
    old = published(USERS, "shop.v1:get_user", last=WINDOW.start + timedelta(days=2))
    new = published(USERS, "shop.v2:get_user", first=WINDOW.start + timedelta(days=3))
    seen = bind(reading(sample(USERS), routes=[old, new]))
    assert found(seen) == {"shop.v1:get_user": 5, "shop.v2:get_user": 5}
    assert seen.unattributed == ((USERS, 5),)


def test_a_handler_replaced_before_the_window_gets_no_credit() -> None:
    old = published(USERS, "shop.v1:get_user", first=LONG_AGO - timedelta(days=9), last=LONG_AGO - timedelta(days=1))
    new = published(USERS, "shop.v2:get_user", "shop.v1:get_user")
    assert found(bind(reading(sample(USERS), routes=[old, new]))) == {"shop.v1:get_user": 0, "shop.v2:get_user": 5}


def test_405_means_that_no_handler_was_called_and_other_4xx_count_as_use() -> None:
    table = [published(USERS, "shop.v2:get_user"), published("GET /users", "shop.v2:list_users")]
    refused = sample(USERS, 7, by_status={"405": 7})
    invalid = sample("GET /users", 3, by_status={"4xx": 2, "405": 1})
    seen = bind(reading(refused, invalid, routes=table))
    assert found(seen) == {"shop.v2:get_user": 0, "shop.v2:list_users": 2}
    assert seen.endpoints_observed == 1


def test_tasks_components_and_functions_are_found_by_their_names() -> None:
    task = EntryPoint("shop.tasks:monthly", "task", True, "a task", "shop/tasks.py", 30, usage_key="billing.monthly")
    seen = bind(
        reading(
            sample("billing.monthly", 1, "task"),
            sample("shop.tasks.remind", 2, "task"),
            sample("invoice-export", 3, "component"),
            sample("shop.print:render", 4, "component"),
            sample("get_order", 5, "component"),
            sample("shop.v2:Users.get", 6, "function"),
            sample("nightly_export", 7, "component"),
            sample("invoice", 8, "task"),
            sample("twice", 9, "component"),
        ),
        analysis(entry_points=[task]),
        components={"invoice-export": ("shop.export:invoice",), "ghost": ("shop.gone:ghost",)},
    )
    assert found(seen) == {
        "shop.tasks:monthly": 1, "shop.tasks:remind": 2, "shop.export:invoice": 3, "shop.print:render": 4,
        "shop.orders:get_order": 5, "shop.v2:Users.get": 6, "shop.nightly_export:": 7,
    } | {"shop.export:invoice": 3 + 8}  # fmt: skip
    assert seen.measured == frozenset() and seen.unattributed == (("twice", 9),)


def test_what_leads_nowhere_or_to_several_is_shown_and_nobody_passes_for_uncalled() -> None:
    unmatched = sample(layout.UNMATCHED, 40)
    seen = bind(
        reading(unmatched, sample("GET /gone", 3), sample("render", 4, "component"), sample("ghost", 2, "component"))
    )
    assert seen.unattributed == ((layout.UNMATCHED, 40), ("GET /gone", 3), ("ghost", 2), ("render", 4))
    assert found(seen) == {"shop.export:render": 4, "shop.print:render": 4}


def test_observations_add_up_days_errors_times_and_sources() -> None:
    earlier = UsageSample(
        USERS, "endpoint", TODAY - timedelta(days=1), 2, 1, NOW - timedelta(days=1), {"5xx": 1, "2xx": 1}, "edge, redis"
    )  # fmt: skip
    later = sample(USERS, 3, last_seen=NOW - timedelta(hours=1))
    both = (HEALTHY, SourceHealth("edge", healthy=True, only_for_use=True))
    seen = bind(reading(earlier, later, routes=[published(USERS, "shop.v2:get_user")], sources=both))
    user = seen.by_definition["shop.v2:get_user"]
    assert (user.count, user.errors, user.last_seen, user.sources) == (
        5,
        1,
        NOW - timedelta(hours=1),
        ("edge", "redis"),
    )


TABLE = [published(USERS, "shop.v2:get_user")]


def test_a_well_watched_window_is_sufficient() -> None:
    seen = bind(reading(sample(USERS), routes=TABLE))
    assert seen.insufficient is None
    assert seen.watched_minutes == 14 * 1440 and seen.watched_share == 1
    assert seen.watched[0].minutes == 960 and seen.watched[-1].minutes == 480


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sources": ()}, "no usage source was ever collected"),
        ({"sources": (SourceHealth("redis", False, "refused"),)}, "every usage source is sick; redis: refused"),
        ({"sources": (HEALTHY, SourceHealth("edge", False, "no file"))}, "a usage source is sick; edge: no file"),
        ({"sources": (SourceHealth("cdn", True, only_for_use=True),)}, "no source can prove absence: cdn"),
        ({"watched": {}}, "0 of 20,160 minutes watched (0 %), 95 % needed"),
        ({"watched": {"redis": full(leave_out=600)}}, "11,760 of 20,160 minutes watched (58.3 %), 95 % needed"),
        ({"watched": {"unheard-of": full()}}, "0 of 20,160 minutes watched"),
        ({"lost": {"redis": ((TODAY, 12),)}}, "12 counts of redis were lost on 2026-11-21"),
        ({"watched": {"redis": full(WINDOW.dates()[:-2])}}, "the newest evidence is from 2026-11-20T00:00Z, 32 h ago"),
    ],
)
def test_why_nothing_may_be_concluded(fields: dict[str, Any], said: str) -> None:
    insufficient = bind(reading(sample(USERS), routes=TABLE, **fields), max_age=timedelta(hours=24)).insufficient
    assert insufficient is not None and said in insufficient and "\n" not in insufficient


def test_one_thin_day_is_named_although_the_window_is_well_watched() -> None:
    days = WINDOW.dates()
    thin = (*full(days[:5]), *full(days[5:6], leave_out=200), *full(days[6:]))
    insufficient = bind(reading(sample(USERS), routes=TABLE, watched={"redis": thin})).insufficient
    assert insufficient == f"on {days[5]} 1,240 of 1,440 minutes watched (86.1 %), 95 % needed"


def test_a_sick_source_that_only_proves_use_does_not_matter_and_its_minutes_do_not_count() -> None:
    sampled = SourceHealth("cdn", False, "gone", only_for_use=True)
    seen = bind(reading(sample(USERS), routes=TABLE, sources=(HEALTHY, sampled)))
    assert seen.insufficient is None
    half = reading(sample(USERS), routes=TABLE, sources=(HEALTHY, sampled),
                   watched={"redis": full(leave_out=700), "cdn": full()}, lost={"cdn": ((TODAY, 1),)})  # fmt: skip
    assert "minutes watched" in str(bind(half).insufficient)


def test_sources_complete_each_other() -> None:
    other = SourceHealth("edge", healthy=True)
    first = tuple(WatchedDay.of_minutes(day, frozenset(range(720))) for day in WINDOW.dates())
    second = tuple(WatchedDay.of_minutes(day, frozenset(range(700, 1440))) for day in WINDOW.dates())
    seen = bind(
        reading(sample(USERS), routes=TABLE, sources=(HEALTHY, other), watched={"redis": first, "edge": second})
    )
    assert seen.insufficient is None and seen.watched_minutes == 14 * 1440
    assert sum(row.minutes for row in seen.watched if row.source == "edge") < 14 * 1440


def test_a_route_is_measured_only_by_what_its_own_source_watched() -> None:
    other = SourceHealth("edge", healthy=True)
    poor = {"redis": full(leave_out=700), "edge": full()}
    seen = bind(reading(sample(USERS), routes=TABLE, sources=(HEALTHY, other), watched=poor))
    assert seen.insufficient is None and seen.measured == frozenset()
    assert found(seen) == {"shop.v2:get_user": 5}, "use counts whoever saw it"
    rich = {"redis": full(), "edge": full(leave_out=700)}
    seen = bind(reading(sample(USERS), routes=TABLE, sources=(HEALTHY, other), watched=rich))
    assert seen.measured == {"shop.v2:get_user"}


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        ((), "not a single use of anything"),
        ((sample(layout.UNMATCHED, 9),), "none of 9 requests matched a known route"),
        ((sample("ghost", 9, "component"),), "none of the 1 usage keys"),
    ],
)
def test_silence_is_not_evidence(samples: tuple[UsageSample, ...], said: str) -> None:
    assert said in str(bind(reading(*samples, routes=TABLE)).insufficient)


def test_the_order_of_what_the_ledger_holds_does_not_matter() -> None:
    samples = [sample(USERS), sample("GET /users", 2), sample("render", 4, "component"), sample("GET /gone", 3)]
    routes = [published(USERS, "shop.v2:get_user", "shop.v1:get_user"), published("GET /users", "shop.v2:list_users")]
    expected = bind(reading(*samples, routes=routes))
    for seed in range(5):
        random.Random(seed).shuffle(samples)
        routes.reverse()
        assert bind(reading(*samples, routes=routes)) == expected


def task_entry(definition: str, kind: Any = "task", name: str = "shop.tasks.remind") -> EntryPoint:
    return EntryPoint(definition, kind, True, "registered", "shop/tasks.py", 10, name)


REMIND = registered("task", "shop.tasks.remind", "shop.tasks:remind")
WORKERS = {"redis": {"task": full()}}


def measured_tasks(*entries: EntryPoint, names: Sequence[RegisteredName] = (REMIND,), **fields: Any) -> Observations:
    fields = {"watched_kinds": WORKERS} | fields
    return bind(reading(sample(USERS), routes=TABLE, names=tuple(names), **fields), analysis(entry_points=entries))


def test_a_task_nobody_ran_is_measured_by_its_own_workers_minutes() -> None:
    seen = measured_tasks(task_entry("shop.tasks:remind"))
    assert seen.measured == {"shop.v2:get_user", "shop.tasks:remind"}
    zero = seen.by_definition["shop.tasks:remind"]
    assert (zero.count, zero.keys) == (0, ("shop.tasks.remind",))


@pytest.mark.parametrize(
    "fields",
    [
        {"watched_kinds": {}},
        {"watched_kinds": {"redis": {"component": full()}}},
        {"watched_kinds": {"redis": {"task": full(leave_out=100)}}},
        {"watched_kinds": {"redis": {"task": (*full(WINDOW.dates()[:6]), *full(WINDOW.dates()[7:])) }}},
        {"watched_kinds": {"other": {"task": full()}}},
        {"names": (msgspec.structs.replace(REMIND, first_registered=NOW - timedelta(days=3)),)},
        {"names": (msgspec.structs.replace(REMIND, last_registered=NOW - timedelta(days=3)),)},
        {"names": (REMIND, msgspec.structs.replace(REMIND, name="other", last_registered=LONG_AGO))},
    ],
)  # fmt: skip
def test_a_task_is_not_measured_unless_its_own_kind_was_watched_while_it_was_there(fields: dict[str, Any]) -> None:
    assert measured_tasks(task_entry("shop.tasks:remind"), **fields).measured == {"shop.v2:get_user"}


@pytest.mark.parametrize("other", ["command", "route"])
def test_what_production_may_start_in_another_way_is_not_measured_by_one(other: str) -> None:
    entries = task_entry("shop.tasks:remind"), task_entry("shop.tasks:remind", other, "remind")
    assert measured_tasks(*entries).measured == {"shop.v2:get_user"}


def test_an_application_without_any_route_is_watched_by_what_its_workers_ran() -> None:
    ran = sample("shop.tasks.remind", kind="task")
    seen = bind(reading(ran, names=(REMIND,), watched={}, watched_kinds=WORKERS))
    assert seen.insufficient is None and seen.watched_minutes == 14 * 1440
    web = bind(reading(ran, names=(REMIND,), routes=TABLE, watched={}, watched_kinds=WORKERS))
    assert "0 of 20,160 minutes watched" in str(web.insufficient), "workers say nothing of requests"


def test_uses_at_no_known_day_are_uses_and_told_apart() -> None:
    seen = bind(reading(sample(USERS, 812, by_status={UNDATED: 812}, last_seen=None), routes=TABLE))
    user = seen.by_definition["shop.v2:get_user"]
    assert (user.count, user.last_seen, user.apart) == (812, None, {UNDATED: 812})
