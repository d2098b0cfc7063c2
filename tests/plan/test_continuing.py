"""Revisions of a plan: what nothing changed keeps its number and its members, on programs drawn at random."""

from collections.abc import Collection, Iterable, Sequence

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.code import dotted
from auditor.model.plan import Batch, PastBatch, Plan
from auditor.plan.earlier import Earlier, continued
from tests.plan.programs import Program, Tree
from tests.plan.test_properties import MODULES, assert_order, batch_of, programs


def after(plan: Plan, applied: Collection[int] = (), taken_back: Collection[int] = (), release: int = 0) -> Earlier:
    """What a plan leaves behind when some of its batches are applied and some of those taken back."""
    known = [*plan.past, *(PastBatch(one, "applied", "a" * 40) for one in plan.batches if one.number in applied)]
    past = [
        msgspec.structs.replace(one, state="rolled_back", undone_by="b" * 40) if one.batch.number in taken_back else one
        for one in known
    ]
    return continued(plan, past, highest=0, release=frozenset({release}))


def members(program: Program, batch: Batch) -> set[str]:
    """The definitions that a batch names; imports go where their last user goes."""
    return {one for step in batch.steps for one in step.remove if one in program.definitions}


def rebuilt(
    program: Program,
    plan: Plan,
    applied: Iterable[int],
    *,
    changed: Collection[str] = (),
    settled: Collection[str] = (),
    added: Sequence[str] = (),
    uses: Sequence[tuple[str, str]] = (),
    roots: Sequence[str] = (),
    freed: Collection[str] = (),
) -> Program:
    """What a program is after some batches and some work.

    `changed` code is young, `settled` changed long ago, `freed` is no entry point any more.
    """
    tree = Tree(program)
    for number in sorted(applied):
        tree.apply(plan, number)
    names = [*(one for one in program.definitions if one in tree.definitions and not one.endswith(":")), *added]
    modules = {one.partition(":")[0] for one in tree.definitions}
    bodies = {one: f"new hash of {one}" for one in (*changed, *settled)}
    for module in modules:
        then = {one for one in program.definitions if one.partition(":")[0] == module and one[-1] != ":"}
        now = {one for one in names if one.partition(":")[0] == module}
        if then != now or bodies.keys() & now:
            bodies[f"{module}:"] = repr(sorted((one, bodies.get(one, "")) for one in now))
    rest = {dotted(one) for one in names}
    return Program(
        names,
        [(s, t) for s, t in (*program.uses, *uses) if s in names and t in names],
        [
            one
            for one in (*(e.definition for e in program.analysis.entry_points), *roots)
            if one in names and one not in freed
        ],
        packages=sorted({"pkg"} & modules),
        imports=[(module, target) for (module, _name), target in sorted(tree.imports.items()) if target in rest],
        decorators={one: found for one, found in program.decorators.items() if one in names},
        bodies=bodies,
        young={*changed, *added},
        bare=modules,
    )


@st.composite
def closed(draw: st.DrawFn, plan: Plan) -> set[int]:
    """Some batches of a plan that may be applied: none needs one that is not among them."""
    chosen: set[int] = set()
    for batch in plan.batches:
        if set(batch.depends_on) <= chosen and draw(st.booleans()):
            chosen.add(batch.number)
    return chosen


@settings(max_examples=100)
@given(programs(), st.integers(1, 5), st.data())
def test_a_plan_goes_on_where_it_stopped(program: Program, most: int, data: st.DataObject) -> None:
    first = program.plan(max_files=most)
    applied = data.draw(closed(first))
    rest = rebuilt(program, first, applied)
    second = rest.plan(max_files=most, earlier=after(first, applied))
    assert (second.plan_id, second.revision, second.voided) == (first.plan_id, 2, ())
    expected = {one.number: members(program, one) for one in first.batches if one.number not in applied}
    kept = [one for one in second.batches if one.number in expected]
    assert {one.number: members(program, one) for one in kept} == expected
    before = {one.number: set(one.depends_on) for one in first.batches}
    assert all(before[one.number] <= set(one.depends_on) for one in kept)
    assert_order(rest, batch_of(second), second)


@settings(max_examples=150)
@given(programs(), st.integers(1, 5), st.data())
def test_what_changed_is_void_and_nothing_else_moves(program: Program, most: int, data: st.DataObject) -> None:
    first = program.plan(max_files=most)
    applied = data.draw(closed(first))
    code = [one for one in program.definitions if not one.startswith("tests") and not one.endswith(":")]
    some = st.lists(st.sampled_from(code), max_size=2, unique=True)
    added = [f"{module}:new{n}" for n, module in enumerate(data.draw(st.lists(st.sampled_from(MODULES), max_size=2)))]
    anything = st.sampled_from([*code, *added])
    second_program = rebuilt(
        program, first, applied, changed=data.draw(some), settled=data.draw(some), added=added,
        uses=data.draw(st.lists(st.tuples(anything, anything), max_size=2)), roots=data.draw(some)[:1],
    )  # fmt: skip
    earlier = after(first, applied)
    second = second_program.plan(max_files=most, earlier=earlier)
    assert second == second_program.plan(max_files=most, earlier=earlier)
    assert all(1 <= len(batch.paths) <= most for batch in second.batches)
    assert_order(second_program, batch_of(second), second)
    now = {one.number: one for one in second.batches}
    then = {one.number: one for one in first.batches}
    void = {one.number for one in second.voided}
    kept = now.keys() & then.keys()
    assert not kept & (void | applied)
    assert kept | void | applied == then.keys()
    assert all(members(second_program, now[n]) == members(program, then[n]) for n in kept)
    assert all(number > max(then, default=0) for number in now.keys() - kept)
    for one in second.voided:
        assert one.reason
        survivors = members(program, then[one.number]) & batch_of(second).keys()
        assert {batch_of(second)[name] for name in survivors} <= set(one.replaced_by) <= now.keys()


@settings(max_examples=100)
@given(programs(), st.data())
def test_what_is_taken_back_needs_nothing_that_a_later_batch_removed(program: Program, data: st.DataObject) -> None:
    first = program.plan()
    applied = sorted(data.draw(closed(first)))
    code = [one for one in program.definitions if not one.startswith("tests") and not one.endswith(":")]
    freed = data.draw(st.lists(st.sampled_from(code), max_size=3))
    rest = rebuilt(program, first, applied, freed=freed)
    second = rest.plan(earlier=after(first, applied))
    gone: dict[int, set[str]] = {}
    for source, plan, numbers in ((program, first, applied), (rest, second, [one.number for one in second.batches])):
        tree = Tree(source)
        for number in numbers:
            before = set(tree.definitions)
            tree.apply(plan, number)
            gone[number] = before - tree.definitions
    needs = {one.number: set(one.depends_on) for one in second.batches}
    order = list(gone)
    for early, late in ((a, b) for n, a in enumerate(order) for b in order[n + 1 :] if b in needs):
        used = {t for s, t in program.uses if s in gone[early]} & gone[late]
        assert not used or early in needs[late], (early, late, used)


def test_what_was_taken_back_stays_until_somebody_asks_for_it() -> None:
    program = Program(["a:live", "a:dead", "b:live", "b:Old", "b:Old.m"], [], ["a:live", "b:live"])
    first = program.plan(max_files=1)
    (old,) = [one.number for one in first.batches if "b.py" in one.paths]
    earlier = after(first, {1, 2}, {old})
    again = rebuilt(program, first, {1, 2} - {old})
    second = again.plan(max_files=1, earlier=earlier)
    assert (second.batches, second.voided) == ((), ())
    held = {row.id: row.held_back[0] for row in second.findings}
    assert {held["b:Old"].reason, held["b:Old.m"].reason} == {"taken_back"}
    assert f"--replan {old}" in held["b:Old"].detail
    third = again.plan(max_files=1, earlier=after(second))
    assert third.batches == ()
    asked = again.plan(max_files=1, earlier=after(third, release=old))
    assert [(one.number, one.paths) for one in asked.batches] == [(3, ("b.py",))]
    assert [one.number for one in again.plan(max_files=1, earlier=after(asked)).batches] == [3]


def test_a_plan_without_evidence_keeps_its_batches_for_later() -> None:
    program = Program(["a:live", "a:dead"], [], ["a:live"])
    first = program.plan()
    refused = program.plan(insufficient="nobody watched", earlier=after(first))
    assert (refused.batches, [one.number for one in refused.waiting]) == ((), [1])
    assert program.plan(earlier=after(refused)).batches == first.batches


def test_a_batch_says_why_it_is_void_and_what_became_of_the_rest() -> None:
    program = Program(["a:live", "a:x", "a:_y", "b:live", "b:z"], [("b:z", "a:_y")], ["a:live", "b:live"])
    first = program.plan()
    assert len(first.batches) == 1
    changed = rebuilt(program, first, (), changed=["a:x"])
    second = changed.plan(earlier=after(first))
    (void,) = second.voided
    assert (void.number, void.replaced_by, void.revision) == (1, (2,), 2)
    assert void.reason.startswith("`a:x` is held back now: it did not exist")
    assert [step.remove for step in second.batches[0].steps] == [("a:_y",), ("b:_y", "b:z")]
    third = changed.plan(earlier=after(second))
    assert (third.voided, third.batches) == (second.voided, second.batches)
    smaller = changed.plan(max_files=1, earlier=after(third))
    assert [one.number for one in smaller.batches] == [3, 4]
    assert smaller.voided[-1].reason == "It touches 2 files, and a batch may touch 1 now."
    assert smaller.voided[-1].replaced_by == (3, 4)


def test_an_id_that_another_plan_has_is_not_used_again() -> None:
    program = Program(["a:live", "a:dead"], [], ["a:live"])
    first = program.plan()
    other = program.plan(earlier=Earlier(taken=frozenset({first.plan_id})))
    assert other.plan_id.startswith(first.plan_id)
    assert other.plan_id != first.plan_id
