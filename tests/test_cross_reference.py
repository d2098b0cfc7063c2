"""The verdict table, what is held back, and the evidence, on programs small enough to read."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.config import KeepEntry
from auditor.cross_reference import CrossReference, cross_reference
from auditor.cross_reference.standing import TABLE
from auditor.errors import ConfigError
from auditor.model.code import Definition, module_id
from auditor.model.graph import Analysis, Edge, EntryPoint, Reachability, ReferenceGraph, Route
from auditor.model.usage import Observation, Observations
from auditor.model.verdict import Finding, Verdict
from auditor.model.window import Window

NOW = datetime(2026, 11, 21, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)


def definition(id: str, kind: str | None = None, **fields: object) -> Definition:
    module, _, name = id.partition(":")
    guess = "module" if not name else "class" if name[0].isupper() and "." not in name else "function"
    path = module.replace(".", "/") + ".py"
    made = Definition(id, kind or guess, path, 1, 5, body_hash=f"hash of {id}", in_tests=module.startswith("tests"))  # type: ignore[arg-type]  # kinds are checked by msgspec
    return msgspec.structs.replace(made, **fields)


def route(handler: str, key: str, shadowed_by: str | None = None) -> Route:
    method, template = key.split(" ")
    return Route(method, template, handler, "shop/api.py", 1, "fastapi", shadowed_by)


def entry(
    id: str, key: str = "", kind: str = "route", production: bool = True, period: float | None = None
) -> EntryPoint:
    return EntryPoint(id, kind, production, "it is one", "shop/api.py", 1, key, period)  # type: ignore[arg-type]  # kinds are checked by msgspec


def analysis(
    definitions: Iterable[Definition | str],
    edges: Iterable[tuple[str, str]],
    entries: Iterable[EntryPoint],
    **fields: object,
) -> Analysis:
    """Join a program by hand; each definition's module is added, and every edge is a plain use of a name."""
    made = {d.id: d for d in (definition(d) if isinstance(d, str) else d for d in definitions)}
    for module in sorted({d.module for d in made.values()}):
        made.setdefault(module_id(module), definition(module_id(module)))
    outgoing: dict[str, tuple[Edge, ...]] = {}
    for source, target in edges:
        outgoing[source] = (*outgoing.get(source, ()), Edge(source, target, "name", 3))
    for id, found in made.items():
        if found.kind != "module":
            outgoing[id] = (*outgoing.get(id, ()), Edge(id, module_id(found.module), "contains", 0))
    graph_fields = {k: fields.pop(k) for k in ("dynamic_notes", "opaque", "members") if k in fields}
    graph = ReferenceGraph(made, outgoing, **graph_fields)  # type: ignore[arg-type]  # mappings given by each test
    entries = tuple(entries)
    production = graph.reached_from([e.definition for e in entries if e.production])
    tests = graph.reached_from([e.definition for e in entries if not e.production])
    rest = {id: link for id, link in tests.items() if id not in production}
    routes = fields.pop("routes", ())
    return Analysis(graph, entries, routes, Reachability(production, rest), 1, 10, **fields)  # type: ignore[arg-type]  # as above


def observations(
    counts: Mapping[str, int] | None = None, insufficient: str | None = None, measured: Iterable[str] | None = None
) -> Observations:
    counts = counts or {}
    seen = {
        id: Observation(
            id, (f"GET /{id.partition(':')[2]}",), n, 0, NOW - timedelta(hours=2) if n else None, ("redis",)
        )
        for id, n in counts.items()
    }
    watched = WINDOW.minutes - 162 if insufficient is None else 60
    return Observations(
        WINDOW,
        seen,
        frozenset(counts if measured is None else measured),
        (),
        (),
        watched,
        (),
        insufficient,
        len(counts),
    )


def join(
    program: Analysis,
    seen: Observations,
    *,
    keep: tuple[KeepEntry, ...] = (),
    bodies: Mapping[str, str] | str | None = "same",
    **fields: object,
) -> CrossReference:
    at_start = {id: d.body_hash for id, d in program.graph.definitions.items()} if bodies == "same" else bodies
    return cross_reference(program, seen, bodies_at_start=at_start, keep=keep, today=NOW.date(), **fields)  # type: ignore[arg-type]  # as given


def finding(result: CrossReference, id: str) -> Finding:
    found = [f for f in result.findings if f.definition.id == id]
    assert len(found) == 1, f"{id} is not among {[f.definition.id for f in result.findings]}"
    return found[0]


def verdict(result: CrossReference, id: str) -> str:
    found = [f.verdict for f in result.findings if f.definition.id == id]
    return found[0] if found else "LIVE (plainly)"


def reasons(result: CrossReference, id: str) -> list[str]:
    return [held.reason for held in finding(result, id).held_back]


def said(result: CrossReference, id: str) -> str:
    return " | ".join(evidence.detail for evidence in finding(result, id).evidence)


SHOP = analysis(
    ["shop.api:orders", "shop.api:refund", "shop.core:total", "shop.core:refund_rules", "shop.core:shared",
     "shop.old:export", "shop.old:csv", "shop.fake:sample", "tests.test_a:test_sample", "shop.main:main"],
    [("shop.api:orders", "shop.core:total"), ("shop.api:orders", "shop.core:shared"),
     ("shop.api:refund", "shop.core:refund_rules"), ("shop.api:refund", "shop.core:shared"),
     ("shop.old:export", "shop.old:csv"), ("tests.test_a:test_sample", "shop.fake:sample")],
    [entry("shop.api:orders", "GET /orders"), entry("shop.api:refund", "POST /refund"),
     entry("shop.main:main", kind="script"), entry("tests.test_a:test_sample", kind="test", production=False)],
)  # fmt: skip
THREE = {"shop.old:export": 3}
CALLED = {"shop.api:orders": 2000, "shop.api:refund": 0}
THIN = "9 of 14 days were watched"


@pytest.mark.parametrize(
    ("row", "column", "id", "seen", "expected"),
    [
        ("production", "called", "shop.api:orders", observations(CALLED), "LIVE"),
        ("production", "called", "shop.core:shared", observations(CALLED), "LIVE (plainly)"),
        ("production", "called", "shop.api:orders", observations(CALLED, THIN), "LIVE"),
        ("production", "quiet", "shop.api:refund", observations(CALLED), "DORMANT"),
        ("production", "quiet", "shop.core:refund_rules", observations(CALLED), "DORMANT"),
        ("production", "unwatched", "shop.api:refund", observations(CALLED, THIN), "UNDECIDED"),
        ("production", "unwatched", "shop.core:refund_rules", observations(CALLED, THIN), "UNDECIDED"),
        ("production", "unmeasured", "shop.main:main", observations(CALLED), "LIVE (plainly)"),
        ("production", "unmeasured", "shop.main:main", observations(CALLED, THIN), "LIVE (plainly)"),
        ("production", "unmeasured", "shop.core:refund_rules", observations(), "LIVE (plainly)"),
        ("tests", "called", "shop.fake:sample", observations({**CALLED, "shop.fake:sample": 3}), "CONTRADICTED"),
        ("tests", "called", "shop.fake:sample", observations({**CALLED, "shop.fake:sample": 3}, THIN), "CONTRADICTED"),
        ("tests", "quiet", "shop.fake:sample", observations(CALLED), "TEST_ONLY"),
        ("tests", "unwatched", "shop.fake:sample", observations(CALLED, THIN), "UNDECIDED"),
        ("unreached", "called", "shop.old:export", observations({**CALLED, **THREE}), "CONTRADICTED"),
        ("unreached", "called", "shop.old:export", observations({**CALLED, **THREE}, THIN), "CONTRADICTED"),
        ("unreached", "quiet", "shop.old:export", observations(CALLED), "DEAD"),
        ("unreached", "quiet", "shop.old:export", observations({**CALLED, "shop.old:export": 0}), "DEAD"),
        ("unreached", "unwatched", "shop.old:export", observations(CALLED, THIN), "UNDECIDED"),
    ],
)  # fmt: skip
def test_every_cell_of_the_table(row: str, column: str, id: str, seen: Observations, expected: str) -> None:
    assert (row, column) in TABLE
    assert verdict(join(SHOP, seen), id) == expected


def test_the_cells_above_are_all_cells() -> None:
    cells = {mark.args[1][n][:2] for mark in test_every_cell_of_the_table.pytestmark for n in range(len(mark.args[1]))}
    assert cells == set(TABLE)


def test_counts_are_over_all_production_definitions() -> None:
    counts = join(SHOP, observations(CALLED)).counts
    assert counts == {"LIVE": 7, "DORMANT": 2, "DEAD": 3, "TEST_ONLY": 2, "CONTRADICTED": 0, "UNDECIDED": 0}
    assert sum(counts.values()) == sum(1 for d in SHOP.graph.definitions.values() if not d.in_tests)


def test_what_a_contradicted_definition_reaches_is_alive_in_effect() -> None:
    result = join(SHOP, observations({**CALLED, **THREE}))
    assert result.contradictions == (finding(result, "shop.old:export"),)
    assert [verdict(result, id) for id in ("shop.old:csv", "shop.old:")] == ["LIVE", "LIVE"]
    assert "`shop.old:export` reaches it, which was seen to run in production" in said(result, "shop.old:csv")
    assert "3 times" in said(result, "shop.old:export")
    assert "2026-11-20 22:00 UTC" in said(result, "shop.old:export")
    assert "blind spot of the analysis" in said(result, "shop.old:export")


def test_neighbours_of_a_contradiction_are_held_back() -> None:
    program = analysis(["m:ran", "m:other", "n:other"], [], [])
    result = join(program, observations({"m:ran": 1}))
    assert reasons(result, "m:other") == ["contradiction_in_module"]
    assert reasons(result, "n:other") == []
    assert "production ran `m:ran` beside it" in finding(result, "m:other").held_back[0].detail


def test_a_contradiction_holds_back_what_stands_in_the_same_scope() -> None:
    program = analysis(
        [
            definition("m:K", "class"), "m:K.ran", "m:K.other", definition("m:K.Inner", "class"), "m:K.Inner.f",
            "m:alone", definition("m:L", "class"), "m:L.dead", definition("m:M", "class"), "m:M.f", "m:live",
        ],
        [("m:live", "m:L")],
        [entry("m:live", kind="script")],
    )  # fmt: skip
    held = join(program, observations({"m:K.ran": 1}))
    assert {f.definition.id for f in held.findings if f.held_back} == {"m:K.other", "m:K.Inner", "m:K.Inner.f"}
    held = join(program, observations({"m:alone": 1}))
    assert {f.definition.id for f in held.findings if f.held_back} == {
        "m:K", "m:K.ran", "m:K.other", "m:K.Inner", "m:K.Inner.f", "m:M", "m:M.f",
    }, "whoever finds a function of the module may find its classes"  # fmt: skip
    replaced = msgspec.structs.replace(observations({"m:alone": 1}), replaced={"m:alone": NOW})
    result = join(program, replaced)
    assert not any(f.held_back for f in result.findings), "that it served a route says how it was called"
    assert "by it until 2026-11-21, in the window, and by another handler since" in said(result, "m:alone")


def test_dormant_names_the_endpoints_it_hangs_on() -> None:
    text = said(join(SHOP, observations(CALLED)), "shop.core:refund_rules")
    assert "is reached only from `POST /refund`: 0 calls in 14 days, 19,998 of 20,160 minutes watched (99.1 %)" in text
    assert "2,000 calls" in text


def test_code_that_is_itself_observed_is_not_dormant_nor_is_what_it_reaches() -> None:
    program = analysis(
        ["a:quiet", "a:inner", "a:deep"],
        [("a:quiet", "a:inner"), ("a:inner", "a:deep")],
        [entry("a:quiet", "GET /q")],
    )
    result = join(program, observations({"a:quiet": 0, "a:inner": 4}))
    assert [verdict(result, id) for id in ("a:quiet", "a:inner", "a:deep")] == ["DORMANT", "LIVE", "LIVE (plainly)"]


def test_a_route_table_that_names_a_silent_view_does_not_call_it() -> None:
    program = analysis(
        [definition("urls:urlpatterns", "variable"), "views:silent", "views:other", "views:helper"],
        [("urls:", "urls:urlpatterns"), ("urls:urlpatterns", "views:silent"), ("urls:", "views:silent"),
         ("urls:urlpatterns", "views:other"), ("views:silent", "views:helper")],
        [entry("urls:", kind="hook"), entry("views:silent", "GET /s"), entry("views:other", "GET /o")],
    )  # fmt: skip
    result = join(program, observations({"views:silent": 0, "views:other": 5}))
    assert [verdict(result, id) for id in ("views:silent", "views:helper")] == ["DORMANT", "DORMANT"]
    assert verdict(result, "views:") == "LIVE (plainly)"


def test_a_silent_endpoint_that_live_code_calls_directly_is_alive() -> None:
    program = analysis(
        ["a:silent", "a:busy"],
        [("a:busy", "a:silent")],
        [entry("a:silent", "GET /s"), entry("a:busy", "GET /b")],
    )
    assert verdict(join(program, observations({"a:silent": 0, "a:busy": 5})), "a:silent") == "LIVE"


def test_a_definition_that_is_a_script_too_is_not_dormant() -> None:
    program = analysis(["a:both"], [], [entry("a:both", "GET /b"), entry("a:both", kind="script")])
    assert verdict(join(program, observations({"a:both": 0})), "a:both") == "LIVE"


@pytest.mark.parametrize("is_entry", [True, False])
def test_a_shadowed_handler_is_dead_while_the_serving_one_is_called(is_entry: bool) -> None:
    entries = [entry("v2:chat", "POST /chat"), *([entry("v1:chat", "POST /chat")] if is_entry else [])]
    program = analysis(
        [definition("v1:chat", decorators=("v1.router.post",)), "v2:chat", "v1:prompt"],
        [("v1:chat", "v1:prompt")],
        entries,
        routes=(route("v2:chat", "POST /chat"), route("v1:chat", "POST /chat", "v2:chat")),
    )
    result = join(program, observations({"v1:chat": 0, "v2:chat": 41}))
    assert [verdict(result, id) for id in ("v1:chat", "v1:prompt")] == ["DEAD", "DEAD"]
    assert reasons(result, "v1:chat") == []
    assert "`POST /chat` is served by `v2:chat` instead, registered before it: 41 calls there, 0 here" in said(
        result, "v1:chat"
    )


def test_a_shadowed_handler_is_not_dead_when_nobody_measured_it_or_its_server_was_silent() -> None:
    routes = (route("v2:chat", "POST /chat"), route("v1:chat", "POST /chat", "v2:chat"))
    entries = [entry("v2:chat", "POST /chat"), entry("v1:chat", "POST /chat")]
    program = analysis(["v1:chat", "v2:chat"], [], entries, routes=routes)
    assert verdict(join(program, observations({"v2:chat": 41})), "v1:chat") == "LIVE (plainly)"
    assert verdict(join(program, observations({"v1:chat": 0, "v2:chat": 0})), "v1:chat") == "DORMANT"


def test_a_handler_with_one_route_that_serves_is_not_displaced() -> None:
    routes = (route("v1:chat", "POST /chat", "v2:chat"), route("v1:chat", "POST /old"))
    program = analysis(["v1:chat", "v2:chat"], [], [entry("v1:chat", "POST /old"), entry("v2:chat")], routes=routes)
    assert verdict(join(program, observations({"v1:chat": 0, "v2:chat": 4})), "v1:chat") == "DORMANT"


DEAD = analysis([definition("shop.old:export", body_hash="now")], [], [])


def test_changed_younger_and_unknown_bodies_hold_back() -> None:
    same = {"shop.old:export": "now", "shop.old:": "hash of shop.old:"}
    assert reasons(join(DEAD, observations(), bodies=same), "shop.old:export") == []
    changed = {**same, "shop.old:export": "then"}
    assert reasons(join(DEAD, observations(), bodies=changed), "shop.old:export") == ["changed_in_window"]
    assert reasons(join(DEAD, observations(), bodies={}), "shop.old:export") == ["younger_than_window"]
    unknown = join(DEAD, observations(), bodies=None)
    assert reasons(unknown, "shop.old:export") == ["changed_in_window"]
    moved = {**same, "shop.old:": "another"}
    held = finding(join(DEAD, observations(), bodies=moved), "shop.old:export").held_back
    assert [one.reason for one in held] == ["changed_in_window"]
    assert "it stands in `shop.old:`" in held[0].detail
    assert "no commit from before the window" in finding(unknown, "shop.old:export").held_back[0].detail


def test_nothing_is_planned_that_was_not_watched() -> None:
    result = join(SHOP, observations(CALLED, THIN))
    assert not [f for f in result.findings if f.plannable]
    assert reasons(result, "shop.old:export") == ["insufficient_evidence"]
    assert THIN in said(result, "shop.old:export")


@pytest.mark.parametrize(("period", "held"), [(30.0, True), (14.5, True), (14.0, False), (7.0, False), (None, False)])
def test_the_calendar_guard_holds_what_a_rarer_job_reaches(period: float | None, held: bool) -> None:
    program = analysis(
        ["jobs:monthly", "jobs:close_books", "jobs:other", "jobs:shared"],
        [("jobs:monthly", "jobs:close_books"), ("jobs:monthly", "jobs:shared"), ("jobs:other", "jobs:shared")],
        [entry("jobs:monthly", "monthly", "task", period=period), entry("jobs:other", "GET /o")],
    )
    result = join(program, observations({"jobs:monthly": 0, "jobs:other": 0}))
    expected = ["period_longer_than_window"] if held else []
    assert [reasons(result, f"jobs:{name}") for name in ("monthly", "close_books", "shared")] == [expected] * 3
    assert reasons(result, "jobs:other") == []


def test_dynamic_access_and_opaque_modules_hold_back() -> None:
    program = analysis(
        ["m:a", "m:b", "o:c"], [], [], dynamic_notes={"m:a": "getattr on m.py:3"}, opaque=frozenset({"o"})
    )
    result = join(program, observations())
    assert reasons(result, "m:a") == ["dynamic_access"]
    assert finding(result, "m:a").held_back[0].detail == "getattr on m.py:3"
    assert reasons(result, "m:b") == []
    assert reasons(result, "o:c") == ["dynamic_access"]


def test_public_api_of_a_library_and_named_ids_hold_back() -> None:
    library = analysis(["lib:f", "lib:_g", "lib._x:h"], [], [], project_kind="library")
    result = join(library, observations())
    assert [reasons(result, id) for id in ("lib:f", "lib:_g", "lib._x:h")] == [["public_api"], [], []]
    assert reasons(join(DEAD, observations(), public_api=frozenset({"shop.old:export"})), "shop.old:export") == [
        "public_api"
    ]


def test_a_library_of_which_only_exports_are_public_holds_back_no_other_name() -> None:
    library = analysis(["lib.inner:f"], [], [], project_kind="library")
    result = join(msgspec.structs.replace(library, exports_only=True), observations())
    assert reasons(result, "lib.inner:f") == []


def test_uncommitted_files_are_held_back() -> None:
    result = join(DEAD, observations(), uncommitted=frozenset({"shop/old.py"}))
    assert reasons(result, "shop.old:export") == ["uncommitted_changes"]


def keeping(glob: str, until: date | None = None) -> tuple[KeepEntry, ...]:
    return (KeepEntry(glob, "run by finance once a month", "team-billing", until),)


def test_the_keep_list_holds_back_with_its_reason() -> None:
    result = join(DEAD, observations(), keep=keeping("shop.old:exp*", NOW.date()))
    assert reasons(result, "shop.old:export") == ["keep_list"]
    assert "team-billing: run by finance once a month" in finding(result, "shop.old:export").held_back[0].detail
    assert reasons(result, "shop.old:") == []


@pytest.mark.parametrize(
    ("keep", "message"),
    [
        (keeping("shop.old:*", date(2026, 11, 20)), r"'shop.old:\*' \(owner team-billing\) expired on 2026-11-20"),
        (keeping("shop.gone:*"), r"'shop.gone:\*' \(owner team-billing\) matches no definition"),
    ],
)
def test_an_expired_or_unmatched_keep_entry_is_an_error(keep: tuple[KeepEntry, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        join(DEAD, observations(), keep=keep)


@pytest.mark.parametrize(
    ("decorator", "module_runs", "measured", "held"),
    [
        ("shop.api.router.get", True, False, True),
        ("shop.api.router.get", False, False, True),
        ("shop.api.router.get", False, True, False),
        ("shop.plugins.provides", True, False, True),
        ("shop.plugins.provides", False, False, False),
        ("functools.lru_cache", True, False, False),
        ("property", True, False, False),
    ],
)
def test_a_decorator_that_may_register_holds_back(
    decorator: str, module_runs: bool, measured: bool, held: bool
) -> None:
    program = analysis(
        [definition("m:f", decorators=(decorator,)), "m:live"],
        [],
        [entry("m:live", kind="script")] if module_runs else [],
    )
    result = join(program, observations({"m:f": 0} if measured else {}))
    assert verdict(result, "m:f") == "DEAD"
    assert reasons(result, "m:f") == (["registering_decorator"] if held else [])


def test_a_decorator_inside_a_function_that_never_runs_registers_nothing() -> None:
    inner = definition("m:f.<locals>.g", decorators=("m.app.get",))
    program = analysis(["m:f", inner, "m:live"], [], [entry("m:live", kind="script")])
    assert reasons(join(program, observations()), inner.id) == []


def test_inside_is_the_outermost_finding() -> None:
    program = analysis(
        [definition("m:C", "class"), definition("m:C.f", "method"), "m:live", definition("d:C", "class"),
         definition("d:C.f", "method")],
        [], [entry("m:live", kind="script")],
    )  # fmt: skip
    result = join(program, observations())
    assert [finding(result, id).inside for id in ("m:C", "m:C.f", "d:C", "d:C.f", "d:")] == [
        None, "m:C", "d:", "d:", None,
    ]  # fmt: skip


def test_evidence_says_who_refers_to_it_and_what_was_watched() -> None:
    result = join(SHOP, observations(CALLED))
    assert said(result, "shop.old:csv").startswith(
        "no production entry point and no test reaches it; only unreached code refers to it: `shop.old:export` | "
        "no use of it was seen in 14 days, 19,998 of 20,160 minutes watched (99.1 %)"
    )
    assert said(result, "shop.fake:sample").startswith(
        "no production entry point reaches it, only tests do; it is referred to by `tests.test_a:test_sample`"
    )
    assert "nothing refers to it" in said(result, "shop.old:export")


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        ({"probe": 3}, "called it 3 times in the window as itself, only by health checks"),
        ({"bot": 1, "probe": 2}, "3 times in the window as itself, only by health checks and bots"),
        ({"probe": 2}, "3 times in the window as itself, last at an unknown time"),
        ({"undated": 3}, "3 times at a time that its counter does not tell, perhaps before the window, as itself"),
        ({"undated": 2}, "3 times in the window as itself"),
    ],
)
def test_what_only_machines_call_is_used_and_says_so(apart: dict[str, int], told: str) -> None:
    seen = observations({})
    use = Observation("shop.api:refund", (), 3, apart=apart)
    seen = msgspec.structs.replace(seen, by_definition={**seen.by_definition, "shop.api:refund": use})
    result = join(SHOP, seen)
    assert told in said(result, "shop.api:refund")


NAMES = [f"m{n // 3}:f{n}" for n in range(9)]


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=20),
    st.dictionaries(st.sampled_from(NAMES), st.integers(0, 2), max_size=5),
    st.sets(st.sampled_from(NAMES), max_size=4),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)),
)
def test_a_reference_or_a_call_more_never_makes_live_code_deletable(
    edges: list[tuple[str, str]], counts: dict[str, int], roots: set[str], extra: tuple[str, str]
) -> None:
    entries = [entry(root, f"GET /{root}") for root in sorted(roots)]
    deletable = (Verdict.DEAD, Verdict.TEST_ONLY)

    def dead(edges: list[tuple[str, str]], counts: dict[str, int]) -> set[str]:
        result = join(analysis(NAMES, edges, entries), observations(counts))
        return {f.definition.id for f in result.findings if f.verdict in deletable}

    before = dead(edges, counts)
    assert dead([*edges, extra], counts) <= before
    assert dead(edges, {**counts, extra[0]: 5}) <= before
