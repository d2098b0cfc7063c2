"""What holds of every plan, on programs drawn at random."""

import itertools

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.plan import Plan
from tests.plan.programs import Program, Tree

MODULES = [*(f"m{n}" for n in range(4)), "pkg", *(f"pkg.m{n}" for n in range(5)), "tests.a", "tests.b"]


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Up to 36 functions in 12 files, with uses, unused imports, entry points and tests; nothing uses tests."""
    counts = {module: draw(st.integers(1, 3)) for module in MODULES}
    names = [
        f"{module}:test{n}" if module.startswith("tests") else f"{module}:{module.replace('.', '_')}_f{n}"
        for module in MODULES
        for n in range(counts[module])
    ]
    code = [name for name in names if not name.startswith("tests")]
    tests = [name for name in names if name.startswith("tests")]
    any_use = st.tuples(st.sampled_from(names), st.sampled_from(code))
    uses = draw(st.lists(any_use, max_size=30))
    roots = draw(st.lists(st.sampled_from(code), max_size=4, unique=True))
    imports = draw(st.lists(st.tuples(st.sampled_from(MODULES), st.sampled_from(code)), max_size=6))
    decorated = draw(st.lists(st.sampled_from(code), max_size=2))
    return Program(
        names,
        uses,
        [*roots, *tests],
        packages=["pkg"],
        imports=[(module, name.replace(":", ".")) for module, name in imports if not name.startswith(f"{module}:")],
        decorators={name: ("bus.subscribe",) for name in decorated},
    )


def batch_of(plan: Plan) -> dict[str, int]:
    return {row.id: row.batch for row in plan.findings if row.batch is not None}


@settings(max_examples=150)
@given(programs(), st.integers(1, 5))
def test_every_plan_keeps_its_promises(program: Program, most: int) -> None:
    plan = program.plan(max_files=most)
    number = batch_of(plan)
    assert all(1 <= len(batch.paths) <= most for batch in plan.batches)
    assert [batch.number for batch in plan.batches] == list(range(1, len(plan.batches) + 1))
    assert all(on < batch.number for batch in plan.batches for on in batch.depends_on)
    named = [(step.path, one) for batch in plan.batches for step in batch.steps for one in step.remove]
    assert len(named) == len(set(named))
    for row in plan.findings:
        planned = row.verdict in ("DEAD", "TEST_ONLY") and not row.held_back
        assert (row.batch is not None) == planned, row
    circles = {row.path for row in plan.findings if row.held_back and row.held_back[0].reason == "oversize"}
    assert all(row.batch is None for row in plan.findings if row.path in circles and row.held_back)
    assert_order(program, number, plan)


def assert_order(program: Program, number: dict[str, int], plan: Plan) -> None:
    """Apply batch after batch and look at what is left."""
    tree = Tree(program)
    alive = set(program.analysis.reachability.production)
    whole = {step.path: batch.number for batch in plan.batches for step in batch.steps if step.action == "delete_file"}
    for batch in plan.batches:
        tree.apply(plan, batch.number)
        doomed = {program.definitions[name].module for name in tree.definitions
                  if whole.get(program.definitions[name].path, 0) > batch.number}  # fmt: skip
        assert not [module for module in tree.broken_imports() if module not in doomed]
        for source, target in tree.broken_uses():
            assert source not in alive
            assert source in number or (source.startswith("tests") and number[target] == batch.number), (source, target)
            module = program.definitions[source].module
            assert module in doomed, f"{source} stays for now and refers to {target}, which is gone"
    assert tree.broken_imports() == []
    assert tree.broken_uses() == []


@settings(max_examples=30)
@given(programs())
def test_the_same_input_gives_the_same_bytes(program: Program) -> None:
    assert msgspec.json.encode(program.plan()) == msgspec.json.encode(program.plan())


@settings(max_examples=50)
@given(programs(), st.data())
def test_the_order_of_facts_and_findings_does_not_matter(program: Program, data: st.DataObject) -> None:
    before = program.plan()
    program.facts = tuple(data.draw(st.permutations(program.facts)))
    assert msgspec.json.encode(program.plan()) == msgspec.json.encode(before)


@settings(max_examples=50)
@given(programs())
def test_whoever_refers_goes_no_later_unless_files_go_in_a_circle(program: Program) -> None:
    plan = program.plan()
    number = batch_of(plan)
    files = {step.path for batch in plan.batches for step in batch.steps if step.action == "delete_file"}
    for source, target in itertools.chain(program.uses):
        if source in number and target in number and number[source] > number[target]:
            assert {program.definitions[source].path, program.definitions[target].path} <= files
