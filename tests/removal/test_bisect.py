"""A batch that breaks the tests: the guilty step is held back with the test's name, and the rest goes on."""

import sys
from pathlib import Path

import pytest

from auditor.config import PlanConfig
from auditor.errors import VerificationError
from auditor.git import Repository
from auditor.model.gate import Breach
from auditor.model.plan import Plan
from auditor.removal import history, run
from auditor.removal.bisect import NothingHoldsError
from auditor.removal.failures import failed_tests
from tests.removal.shop import apply, batch, made, plan, state, step, take_back

PYTEST = "FAILED check.py::test_windows - KeyError: 'dead'"


def running(*lines: str) -> PlanConfig:
    """Return a test command that runs statements in the tree."""
    return PlanConfig(test_command=f'{sys.executable} -c "{"; ".join(lines)}"')


GUARD = running(
    "import pathlib, sys",
    "gone = 'dead' not in pathlib.Path('shop/windows.py').read_text()",
    f"gone and sys.exit({PYTEST!r})".replace('"', '\\"'),
)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return made(tmp_path / "project")


def three_steps(repository: Repository) -> Plan:
    return plan(
        repository,
        batch(1, step(repository, "shop/island.py"), step(repository, "shop/latin.py", "DEAD"),
              step(repository, "shop/windows.py", "dead")),
    )  # fmt: skip


def test_the_guilty_step_is_held_back_and_the_rest_goes_on(repository: Repository) -> None:
    made_plan = three_steps(repository)
    before = state(repository)
    with pytest.raises(VerificationError, match="find the step that breaks it with --bisect; nothing was changed"):
        apply(repository, made_plan, 1, GUARD)
    assert state(repository) == before
    notes: list[str] = []
    applied = apply(repository, made_plan, 1, GUARD, bisecting=True, on_progress=notes.append)
    assert applied.paths == ("shop/island.py", "shop/latin.py")
    (held,) = applied.held
    assert (held.step.path, held.tests) == ("shop/windows.py", ("check.py::test_windows",))
    assert held.detail == "without shop.windows:dead, this fails: check.py::test_windows"
    message = repository.run("log", "-1", "--format=%B")
    assert "Held back:\n- shop/windows.py: without shop.windows:dead, this fails: check.py::test_windows" in message
    assert history.applied(repository)[0].paths == applied.paths
    assert b"dead" in (repository.root / "shop/windows.py").read_bytes()
    take_back(repository, 1)
    assert state(repository)[4:] == before[4:]


def test_what_rests_on_the_guilty_step_is_held_back_with_it(repository: Repository) -> None:
    """prices.py can lose `dead` only together with island.py, which names it."""
    made_plan = plan(
        repository,
        batch(1, step(repository, "shop/prices.py", "dead", "os"), step(repository, "shop/island.py"),
              step(repository, "shop/windows.py", "dead")),
    )  # fmt: skip
    guard = running("import pathlib, sys", "pathlib.Path('shop/island.py').exists() or sys.exit('no island')")

    def examine(_head: str, commit: str) -> tuple[Breach, ...]:
        left = repository.content(commit, "shop/island.py"), repository.content(commit, "shop/prices.py") or b""
        dangling = left[0] is not None and b"dead" not in left[1]
        return (Breach("shop.prices:dead", "shop/island.py", 1, "dangling_reference", "x"),) if dangling else ()

    applied = apply(repository, made_plan, 1, guard, bisecting=True, examine=examine)
    assert applied.paths == ("shop/windows.py",)
    assert {held.step.path: held.detail for held in applied.held} == {
        "shop/prices.py": "it goes only with what was held back",
        "shop/island.py": f"without shop.island:, this fails: {guard.test_command}: no island",
    }


def test_a_batch_of_which_nothing_holds_leaves_nothing(repository: Repository) -> None:
    made_plan = plan(repository, batch(1, step(repository, "shop/windows.py", "dead")))
    before = state(repository)
    with pytest.raises(NothingHoldsError, match=r"nothing of batch 1 holds; nothing was changed") as caught:
        apply(repository, made_plan, 1, GUARD, bisecting=True)
    assert [held.tests for held in caught.value.held] == [("check.py::test_windows",)]
    assert state(repository) == before


def test_a_tree_whose_tests_fail_anyway_proves_nothing(repository: Repository) -> None:
    made_plan = three_steps(repository)
    before = state(repository)
    broken = running("import sys", "sys.exit('ERROR: test_price (check.Prices)')")
    for bisecting in (False, True):
        with pytest.raises(
            VerificationError, match=r"the tree fails without the batch too.*\(check.Prices.test_price\)"
        ):
            apply(repository, made_plan, 1, broken, bisecting=bisecting)
    assert state(repository) == before


def test_one_failure_of_a_flaky_test_holds_nothing_back(repository: Repository, tmp_path: Path) -> None:
    """The second run on one tree passes; so does the untouched tree."""
    seen = tmp_path / "seen"
    guard = running(
        "import pathlib, sys",
        f"seen = pathlib.Path({str(seen)!r})",
        "first = not pathlib.Path('shop/island.py').exists() and len(seen.read_text() if seen.exists() else '') < 2",
        "first and seen.write_text((seen.read_text() if seen.exists() else '') + 'x')",
        "sys.exit(int(first))",
    )
    made_plan = plan(repository, batch(1, step(repository, "shop/island.py")))
    notes: list[str] = []
    applied = apply(repository, made_plan, 1, guard, bisecting=True, on_progress=notes.append)
    assert applied.held == ()
    assert any("failed once and passed the second time" in note for note in notes)
    assert run.status(repository, made_plan)[0].state == "applied"


@pytest.mark.parametrize(
    ("output", "names"),
    [
        ("FAILED tests/test_a.py::test_b[x y] - assert 1 == 2\nERROR tests/test_c.py\n1 failed",
         ("tests/test_a.py::test_b[x y]", "tests/test_c.py")),
        ("FAIL: test_b (app.tests.Case.test_b)\n...\nERROR: test_c (app.tests.Case)\n",
         ("app.tests.Case.test_b", "app.tests.Case.test_c")),
        ("ERROR: test_module (unittest.loader._FailedTest.test_module)\n",
         ("unittest.loader._FailedTest.test_module",)),
        ("make: *** [test] Error 1\nFAILED (failures=1)\nERROR: something (went wrong)\n", ()),
    ],
)  # fmt: skip
def test_failing_tests_are_read_from_what_runners_print(output: str, names: tuple[str, ...]) -> None:
    assert failed_tests(output) == names
