"""The measurement of function tracking: processes that work, tracked and not."""

from pathlib import Path

import pytest
from measuring.fetching import MeasuringError
from measuring.tracking import functions, report, workloads
from measuring.tracking.cost import Cost

from tests.tracking.environments import any_python


def test_work_is_measured_on_an_interpreter_and_was_tracked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "TIMES", {"parsing": 3, "awaiting": 1})
    rows = functions.measured({"3.13": any_python(["3.13", "3.12"])}, 2, tmp_path)
    assert [one.name for one in rows] == [
        "parsing, 3.13, none, once more", "parsing, 3.13, functions",
        "awaiting, 3.13, none, once more", "awaiting, 3.13, functions",
    ]  # fmt: skip
    assert all(len(one.seconds) == len(one.base) == 2 for one in rows)
    assert all(seconds > 0 for one in rows for seconds in (*one.seconds, *one.base))
    assert "CPU of work" in report.costs(rows, "CPU of work")


def test_work_that_was_not_tracked_is_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "TIMES", {"parsing": 1})
    with pytest.raises(MeasuringError, match="parsing was not counted"):
        functions.measured({"3.11": any_python(["3.11"])}, 1, tmp_path)


def test_the_target_is_held_against_the_worst_figure() -> None:
    rows = [Cost("a, none, once more", (2.0,), (1.0,)), Cost("a, functions", (1.0,), (1.0,)),
            Cost("b, functions", (1.06,), (1.0,))]  # fmt: skip
    assert functions.target(rows) == "target: at most 1.05 x none, got 1.060 at worst (b, functions): NOT MET"
    assert functions.target(rows[:2]).endswith("got 1.000 at worst (a, functions): met")


def test_each_workload_does_its_work() -> None:
    results = {name: work() for name, work in workloads.WORKLOADS.items()}
    assert set(results) == set(functions.TIMES)
    assert results["parsing"] == 40
    assert results["awaiting"] == 20 * sum(range(20))
    assert all(results.values())
