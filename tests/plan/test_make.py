"""The plan as a whole: what goes together, what stays and why, on programs small enough to read."""

import json

import msgspec
import pytest

from auditor.model.plan import Plan
from tests.plan.programs import Program, Tree


def removed(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What each path loses over the whole plan; deleted files are shown as `gone`."""
    found: dict[str, tuple[str, ...]] = {}
    for batch in plan.batches:
        for step in batch.steps:
            found[step.path] = ("gone",) if step.action == "delete_file" else (*found.get(step.path, ()), *step.remove)
    return found


def held(plan: Plan, name: str) -> list[str]:
    return [one.reason for row in plan.findings if row.id == name for one in row.held_back]


def why(plan: Plan, name: str) -> str:
    return " ".join(one.detail for row in plan.findings if row.id == name for one in row.held_back)


def test_a_dead_function_of_a_live_file_is_edited_out() -> None:
    plan = Program(["a:live", "a:dead"], [], ["a:live"]).plan()
    (batch,) = plan.batches
    assert removed(plan) == {"a.py": ("a:dead",)}
    assert batch.steps[0].body_hash == {"a:dead": "hash of a:dead"}
    assert (batch.number, batch.paths, batch.risk, batch.lines_removed) == (1, ("a.py",), "low", 5)
    assert batch.tags.before == f"auditor/{plan.plan_id}/b01/before"
    assert batch.tags.verified == f"auditor/{plan.plan_id}/b01/verified"
    assert batch.rollback == "auditor rollback 1"
    assert {row.id: row.batch for row in plan.findings} == {"a:dead": 1}


def test_a_file_goes_whole_when_everything_in_it_goes() -> None:
    plan = Program(["a:live", "dead:f", "dead:g"], [("dead:f", "dead:g")], ["a:live"]).plan()
    assert removed(plan) == {"dead.py": ("gone",)}
    assert plan.batches[0].steps[0].remove == ("dead:",)
    assert plan.batches[0].steps[0].body_hash == {"dead:": "hash of dead:"}
    assert {row.id: row.batch for row in plan.findings} == {"dead:": 1, "dead:f": 1, "dead:g": 1}


def test_only_the_outermost_definition_is_named() -> None:
    plan = Program(["a:live", "a:Dead", "a:Dead.m"], [], ["a:live"]).plan()
    assert removed(plan) == {"a.py": ("a:Dead",)}
    assert {row.id: (row.batch, row.inside) for row in plan.findings} == {
        "a:Dead": (1, None),
        "a:Dead.m": (1, "a:Dead"),
    }


def test_a_package_goes_with_its_last_file_and_never_before_it() -> None:
    names = [f"old.m{n}:f" for n in range(7)]
    plan = Program(["a:live", *names], [], ["a:live"], packages=["old"]).plan()
    order = [path for batch in plan.batches for path in batch.paths]
    assert sorted(order) == ["old/__init__.py", *(f"old/m{n}.py" for n in range(7))]
    assert "old/__init__.py" in plan.batches[-1].paths
    kept = Program(["a:live", *names, "old.used:g"], [], ["a:live", "old.used:g"], packages=["old"]).plan()
    assert "old/__init__.py" not in removed(kept)


def test_a_dead_package_whose_init_imports_its_files_goes_too() -> None:
    names = [f"old.m{n}:f" for n in range(7)]
    imports = [("old", f"old.m{n}.f") for n in range(7)]
    program = Program(["a:live", *names], [], ["a:live"], packages=["old"], imports=imports)
    plan = program.plan()
    assert len(removed(plan)) == 8
    assert [len(batch.paths) for batch in plan.batches] == [5, 3]


def test_imports_that_only_removed_code_used_go_in_the_same_batch() -> None:
    program = Program(
        ["a:live", "a:dead", "b:shared", "b:only"],
        [("a:live", "b:shared"), ("a:dead", "b:shared"), ("a:dead", "b:only"), ("b:shared", "b:only")],
        ["a:live"],
    )
    (batch,) = program.plan().batches
    assert [step.remove for step in batch.steps] == [("a:dead", "a:only")]


def test_an_unused_import_of_removed_code_is_edited_out_no_later() -> None:
    names = ["a:live", *(f"u{n}:live" for n in range(7)), "b:dead", "b:live"]
    roots = [name for name in names if name.endswith("live")]
    imports = [(f"u{n}", "b.dead") for n in range(7)]
    program = Program(names, [], roots, imports=imports)
    plan = program.plan()
    assert removed(plan) == {"b.py": ("b:dead",)} | {f"u{n}.py": (f"u{n}:dead",) for n in range(7)}
    assert [len(batch.paths) for batch in plan.batches] == [5, 3]
    assert "b.py" in plan.batches[1].paths
    assert plan.batches[1].depends_on == (1,)


def test_a_re_export_and_its_all_entry_go_with_what_they_export() -> None:
    program = Program(
        ["pkg.mod:dead", "pkg.mod:live", "a:live"],
        [("a:live", "pkg.mod:live")],
        ["a:live"],
        packages=["pkg"],
        imports=[("pkg", "pkg.mod.dead"), ("pkg", "pkg.mod.live")],
        exports={"pkg": ("dead", "live")},
    )
    plan = program.plan()
    assert removed(plan) == {"pkg/__init__.py": ("pkg:dead",), "pkg/mod.py": ("pkg.mod:dead",)}


def test_what_held_back_code_uses_stays_with_the_reason() -> None:
    program = Program(
        ["a:live", "a:route", "b:helper", "b:live"],
        [("a:route", "b:helper")],
        ["a:live", "b:live"],
        decorators={"a:route": ("app.router.get",)},
    )
    plan = program.plan()
    assert plan.batches == ()
    assert held(plan, "a:route") == ["registering_decorator"]
    assert held(plan, "b:helper") == ["still_referenced"]
    assert "`a:route` stays and refers to it (a.py:" in why(plan, "b:helper")


def test_a_class_with_a_member_that_stays_is_held_back() -> None:
    program = Program(
        ["a:live", "a:Dead", "a:Dead.hook"], [], ["a:live"], decorators={"a:Dead.hook": ("bus.subscribe",)}
    )  # fmt: skip
    plan = program.plan()
    assert plan.batches == ()
    assert why(plan, "a:Dead") == "it contains `a:Dead.hook`, which stays (registering decorator)"


@pytest.mark.parametrize(
    ("fields", "method", "word"),
    [
        ({}, "a:Live.__eq__", "Python itself"),
        ({"bases": {"a:Live": ("elsewhere.Loop",)}}, "a:Live.run", "elsewhere.Loop"),
        ({"bases": {"a:Live": ("typing.Protocol",)}}, "a:Live.m", "protocol"),
        ({"decorators": {"a:Live.m": ("abc.abstractmethod",)}}, "a:Live.m", "abstract"),
        ({"bases": {"a:Live": ("a.Base",)}}, "a:Live.shared", "overrides"),
        ({"bases": {"a:Live": ("a.Base",)}, "kinds": {"a:Live.field": "variable"}}, "a:Live.field", "field"),
    ],
)
def test_methods_that_are_called_by_name_are_held_back(fields: dict[str, object], method: str, word: str) -> None:
    names = ["a:live", "a:Base", "a:Base.shared", "a:Live", method]
    program = Program(
        names, [("a:live", "a:Live"), ("a:live", "a:Base"), ("a:live", "a:Base.shared")], ["a:live"], **fields
    )  # type: ignore[arg-type]  # fields by name
    plan = program.plan()
    assert held(plan, method) == ["uneditable"]
    assert word in why(plan, method)


@pytest.mark.parametrize("base", ["", "threading.Thread", "enum.Enum", "django.db.models.Model", "shop.db.Model"])
def test_a_dead_method_of_a_live_class_is_edited_out_where_all_names_are_known_that_its_base_calls(base: str) -> None:
    names, bases = ["a:live", "a:Live", "a:Live.dead"], {"a:Live": (base,)} if base else {}
    program = Program(names, [("a:live", "a:Live")], ["a:live"], bases=bases)
    assert removed(program.plan()) == {"a.py": ("a:Live.dead",)}


def test_overrides_go_together_or_not_at_all() -> None:
    names = ["a:live", "a:Base", "b:Sub", "b:Deep", *(f"{c}.{m}" for c in ("a:Base", "b:Sub", "b:Deep") for m in "mnq")]
    uses = [("a:live", one) for one in ("a:Base", "b:Sub", "b:Deep", "b:Deep.n", "a:Base.q")]
    plan = Program(names, uses, ["a:live"], bases={"b:Sub": ("a.Base",), "b:Deep": ("b.Sub",)}).plan()
    assert removed(plan) == {"a.py": ("a:Base.m",), "b.py": ("b:Deep.m", "b:Sub.m")}
    assert why(plan, "a:Base.n") == "`b:Deep.n` overrides it and stays"
    assert why(plan, "b:Deep.q") == "it overrides `a:Base.q`, which stays"


def test_tests_that_only_test_removed_code_go_with_it() -> None:
    program = Program(
        ["a:live", "a:sample", "tests.test_a:test_sample", "tests.test_a:test_live", "tests.test_b:test_sample",
         "tests.test_b:helper"],
        [("tests.test_a:test_sample", "a:sample"), ("tests.test_a:test_live", "a:live"),
         ("tests.test_b:test_sample", "tests.test_b:helper"), ("tests.test_b:helper", "a:sample")],
        ["a:live", "tests.test_a:test_sample", "tests.test_a:test_live", "tests.test_b:test_sample"],
    )  # fmt: skip
    plan = program.plan()
    assert removed(plan) == {}
    assert held(plan, "a:sample") == ["still_referenced"]
    direct = Program(
        ["a:live", "a:sample", "tests.test_a:test_sample", "tests.test_a:test_live", "tests.test_b:test_sample"],
        [("tests.test_a:test_sample", "a:sample"), ("tests.test_a:test_live", "a:live"),
         ("tests.test_b:test_sample", "a:sample")],
        ["a:live", "tests.test_a:test_sample", "tests.test_a:test_live", "tests.test_b:test_sample"],
    )  # fmt: skip
    plan = direct.plan()
    assert removed(plan) == {
        "a.py": ("a:sample",),
        "tests/test_a.py": ("tests.test_a:sample", "tests.test_a:test_sample"),
        "tests/test_b.py": ("gone",),
    }
    assert len(plan.batches) == 1


def test_a_factory_that_tests_of_live_code_use_stays() -> None:
    program = Program(
        ["a:live", "a:make", "tests.test_a:test_live"],
        [("tests.test_a:test_live", "a:live"), ("tests.test_a:test_live", "a:make")],
        ["a:live", "tests.test_a:test_live"],
    )
    plan = program.plan()
    assert plan.batches == ()
    assert "to test `a:live`, which stays" in why(plan, "a:make")


def test_code_that_a_shared_fixture_uses_stays() -> None:
    program = Program(
        ["a:live", "a:make", "tests.conftest:made"],
        [("tests.conftest:made", "a:make")],
        ["a:live"],
        fixtures=["tests.conftest:made"],
    )
    plan = program.plan()
    assert plan.batches == ()
    assert "the fixture `tests.conftest:made` uses it" in why(plan, "a:make")


def test_an_island_of_files_that_import_each_other_is_split() -> None:
    names = [f"island.m{n}:f" for n in range(8)]
    uses = [(names[n], names[(n + 1) % 8]) for n in range(8)]
    program = Program(["a:live", *names], uses, ["a:live"], packages=["island"])
    plan = program.plan()
    assert [len(batch.paths) for batch in plan.batches] == [5, 4]
    assert all(batch.risk == "low" for batch in plan.batches)
    assert removed(plan).keys() == {"island/__init__.py", *(f"island/m{n}.py" for n in range(8))}


def test_an_island_without_a_circle_goes_importers_first() -> None:
    names = [f"m{n}:f" for n in range(8)]
    uses = [(names[n], names[n + 1]) for n in range(7)]
    program = Program(["a:live", *names], uses, ["a:live"])
    plan = program.plan()
    assert [batch.paths for batch in plan.batches] == [tuple(f"m{n}.py" for n in range(5)), ("m5.py", "m6.py", "m7.py")]
    tree = Tree(program)
    for batch in plan.batches:
        tree.apply(plan, batch.number)
        assert tree.broken_imports() == []


def test_a_circle_through_files_that_stay_is_oversize() -> None:
    names = [f"m{n}:f" for n in range(6)]
    live = [f"m{n}:live" for n in range(6)]
    uses = [(names[n], names[(n + 1) % 6]) for n in range(6)]
    plan = Program([*names, *live, "z:dead"], [*uses, ("m0:f", "z:dead")], live).plan()
    assert plan.batches == ()
    assert held(plan, "m3:f") == ["oversize"]
    assert "6 files (m0.py, m1.py, m2.py, ...)" in why(plan, "m3:f")
    assert held(plan, "z:dead") == ["still_referenced"]


def test_what_an_edit_refuses_is_held_back_alone_and_so_is_what_it_needs() -> None:
    program = Program(
        ["a:live", "a:stuck", "a:free", "b:needed", "b:live"], [("a:stuck", "b:needed")], ["a:live", "b:live"]
    )
    plan = program.plan(try_edit=lambda path, names: "bound in a loop" if "a:stuck" in names else None)
    assert removed(plan) == {"a.py": ("a:free",)}
    assert held(plan, "a:stuck") == ["uneditable"]
    assert "bound in a loop" in why(plan, "a:stuck")
    assert held(plan, "b:needed") == ["still_referenced"]


def test_an_import_or_a_test_that_cannot_be_edited_out_holds_back_its_target() -> None:
    program = Program(
        ["a:live", "b:dead", "b:live", "b:sample", "tests.t:test_a", "tests.t:test_b"],
        [("tests.t:test_a", "b:sample"), ("tests.t:test_b", "b:live")],
        ["a:live", "b:live", "tests.t:test_a", "tests.t:test_b"],
        imports=[("a", "b.dead")],
    )
    assert removed(program.plan()).keys() == {"a.py", "b.py", "tests/t.py"}
    stuck = {"a:dead", "tests.t:test_a"}
    plan = program.plan(try_edit=lambda path, names: "no" if stuck & set(names) else None)
    assert plan.batches == ()
    assert [held(plan, name) for name in ("b:dead", "b:sample")] == [["still_referenced"]] * 2


def test_dormant_code_is_planned_on_request_with_what_only_it_reaches() -> None:
    program = Program(
        ["a:busy", "a:quiet", "b:only", "b:shared"],
        [("a:quiet", "b:only"), ("a:quiet", "b:shared"), ("a:busy", "b:shared")],
        ["a:busy", "a:quiet"],
        decorators={"a:quiet": ("app.router.get",)},
    )
    counts = {"a:busy": 40, "a:quiet": 0}
    assert program.plan(counts).batches == ()
    assert [row.verdict for row in program.plan(counts).findings if row.id == "b:only"] == ["DORMANT"]
    plan = program.plan(counts, include=frozenset({"dormant"}))
    assert removed(plan) == {"a.py": ("a:only", "a:quiet"), "b.py": ("b:only",)}
    assert [batch.risk for batch in plan.batches] == ["high"]


def test_insufficient_evidence_means_no_batches_and_says_why() -> None:
    plan = Program(["a:live", "a:dead"], [], ["a:live"]).plan(insufficient="9 of 14 days were watched")
    assert plan.batches == ()
    assert plan.refusal == "Nothing is planned: 9 of 14 days were watched."
    assert held(plan, "a:dead") == ["insufficient_evidence"]


def test_contradictions_are_listed_apart_and_never_planned() -> None:
    plan = Program(["a:live", "a:ran", "b:dead"], [], ["a:live"]).plan({"a:ran": 3})
    assert [row.id for row in plan.contradictions] == ["a:ran"]
    assert removed(plan) == {"b.py": ("gone",)}


def test_lowest_risk_goes_first() -> None:
    program = Program(
        ["a:live", "a:used", "a:user", "tests.test_t:test_t", "t:only", "z:whole"],
        [("a:user", "a:used"), ("tests.test_t:test_t", "t:only")],
        ["a:live", "tests.test_t:test_t"],
    )
    plan = program.plan()
    assert [batch.risk for batch in plan.batches] == sorted(
        (batch.risk for batch in plan.batches), key=["low", "medium", "high"].index
    )


def test_verification_names_the_test_command_and_each_smoke_import() -> None:
    plan = Program(["a:live", "a:dead"], [], ["a:live"]).plan(test_command="pytest -q", smoke=("shop.main:app",))
    assert plan.batches[0].verify == (
        "pytest -q",
        "python -c 'import shop.main; shop.main.app'",
    )


def test_the_plan_id_depends_on_every_input_and_on_nothing_else() -> None:
    program = Program(["a:live", "a:dead"], [], ["a:live"])
    plan = program.plan()
    assert plan.plan_id.startswith("2026-11-21-")
    assert len(plan.plan_id) == len("2026-11-21-3f9c")
    assert program.plan().plan_id == plan.plan_id
    assert program.plan(max_files=4).plan_id != plan.plan_id


def test_the_published_fields_are_there() -> None:
    plan = json.loads(msgspec.json.encode(Program(["a:live", "a:dead"], [], ["a:live"]).plan()))
    assert plan.keys() >= {
        "format_version", "plan_id", "base_commit", "window", "evidence", "counts", "batches", "findings",
        "contradictions", "unattributed",
    }  # fmt: skip
    assert plan["batches"][0].keys() >= {
        "number", "paths", "risk", "lines_removed", "tags", "steps", "verify", "rollback", "depends_on"
    }  # fmt: skip
    assert plan["counts"] == {"LIVE": 2, "DORMANT": 0, "DEAD": 1, "TEST_ONLY": 0, "CONTRADICTED": 0, "UNDECIDED": 0}
