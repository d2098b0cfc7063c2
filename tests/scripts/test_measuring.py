"""The measure itself: what counts as executed, whose claims name what, and how labels are matched."""

import json
from pathlib import Path

import pytest
from measuring import benchmarks, confirmed, scoring, tables, testing, tools, units
from measuring.deleting import raise_in
from measuring.measure import cause

SOURCE = '''\
import functools


@functools.cache
def used():
    """Say nothing of it."""
    return 1


def idle(): return 2


class Shape:
    """A class with a member."""

    side = 1

    @property
    def area(self):
        def inner():
            return self.side
        return inner()

    @area.setter
    def area(self, value):
        self.side = value


class Bare:
    pass
'''


@pytest.fixture
def found() -> dict[units.Key, units.Unit]:
    return units.units_of(SOURCE, "pkg/shapes.py")


def test_units_are_functions_and_classes_with_all_their_sites(found: dict[units.Key, units.Unit]) -> None:
    assert [key[1] for key in found] == [
        "used", "idle", "Shape", "Shape.area", "Shape.area.<locals>.inner", "Bare",
    ]  # fmt: skip
    assert [site.line for site in found["pkg/shapes.py", "Shape.area"].sites] == [18, 24]
    assert found["pkg/shapes.py", "used"].sites == (units.Site(4, 5, 7, 7),)


@pytest.mark.parametrize(
    ("lines", "ran"),
    [
        ({4, 5, 10, 13, 16, 19, 25}, set()),  # what importing executes
        ({7}, {"used"}),
        ({26}, {"Shape.area", "Shape"}),
        ({21}, {"Shape.area.<locals>.inner", "Shape.area", "Shape"}),
        ({10}, set()),  # head and body share a line: nothing can be said
    ],
)
def test_a_unit_ran_when_a_line_of_its_body_did(
    found: dict[units.Key, units.Unit], lines: set[int], ran: set[str]
) -> None:
    executed = units.executed(found, {"pkg/shapes.py": frozenset(lines)})
    assert {qualified for _, qualified in executed} == ran


def test_production_files_leave_tests_out(tmp_path: Path) -> None:
    for path in ("app/a.py", "app/tests/test_a.py", "app/conftest.py", "app/checks/b.py", "app/test_c.py", "d.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    assert units.production_files(tmp_path, ("app", "d.py"), ("app/checks",)) == ["app/a.py", "d.py"]


def test_claims_of_every_tool_name_the_same_units(found: dict[units.Key, units.Unit], tmp_path: Path) -> None:
    vulture = (
        "./pkg/shapes.py:4: unused function 'used' (60% confidence)\n"
        "pkg/shapes.py:3: unreachable code after 'return' (100% confidence)"
    )
    deadcode = (
        "pkg/shapes.py:5:0: DC02 Function `used` is never used\npkg/shapes.py:16:4: DC01 Variable `side` is never used"
    )
    skylos = {"unused_functions": [{"file": str(tmp_path / "pkg/shapes.py"), "line": 5, "name": "pkg.shapes.used"}]}
    auditor = {"findings": [
        {"path": "pkg/shapes.py", "line": 4, "kind": "function", "id": "pkg.shapes:used", "status": "unreached"},
        {"path": "pkg/shapes.py", "line": 28, "kind": "class", "id": "pkg.shapes:Bare", "status": "test_only"},
    ]}  # fmt: skip
    every = [
        tools.parse_lines(vulture, tools.VULTURE), tools.parse_lines(deadcode, tools.DEADCODE),
        tools.parse_skylos(skylos, tmp_path), tools.parse_auditor(auditor),
    ]  # fmt: skip
    assert [scoring.units_claimed(claims, found) for claims in every] == [{("pkg/shapes.py", "used")}] * 4
    assert every[0][1] == tools.Claim("pkg/shapes.py", 3, "unreachable", "")


def test_a_score_counts_false_alarms_judged_units_and_each_line_once(found: dict[units.Key, units.Unit]) -> None:
    used, shape, area, bare = (("pkg/shapes.py", name) for name in ("used", "Shape", "Shape.area", "Bare"))
    verdicts = {shape: True, bare: True, used: False, ("gone.py", "x"): True}
    row = scoring.score("tool", {used, shape, area}, found, {used}, verdicts, 1.0)
    assert row.ran == (used,) and row.alive == (used,)
    assert (row.dead, row.all_dead) == (1, 2)
    assert row.lines == row.lines_dead == 14  # the class, with the property inside it
    assert scoring.pooled([{used, shape}, {area}], {used}) == [shape, area]


def test_outcomes_and_executed_lines_are_read(tmp_path: Path) -> None:
    cases = (
        '<testcase classname="t.T" name="a"/>',
        '<testcase classname="t.T" name="b"><failure message="no">Trace</failure></testcase>',
        '<testcase classname="t.T" name="c"><skipped/></testcase>',
        '<testcase classname="t.T" name="a"><error message="late"/></testcase>',
        '<testcase classname="t.T" name="d" file="t.py"/>',
    )
    report = f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"
    outcomes = testing.parse_outcomes(report)
    assert outcomes.green == {"t.py::t.T::d"} and outcomes.skipped == 1
    assert outcomes.red == {"t.T::t.T::b": "no\nTrace", "t.T::t.T::a": "late\n"}
    files = {str(tmp_path / "a.py"): {"executed_lines": [1, 3]}, "/elsewhere/b.py": {"executed_lines": [1]}}
    assert testing.executed_lines(json.dumps({"files": files}), tmp_path) == {"a.py": {1, 3}}


def test_the_deleted_names_a_failure_mentions_are_its_cause() -> None:
    deletion = {"deleted": {"a.py": ["pkg.a:lost", "pkg.a:Box.other"]}, "raising": ["pkg.a:kept"]}
    assert cause("x\nE  NameError: name 'lost' is not defined", deletion) == "pkg.a:lost"
    assert cause("E  RuntimeError: called although unreached: pkg.a:kept", deletion) == "pkg.a:kept"
    assert cause("assert 1 == 2", deletion) == "assert 1 == 2"


def test_what_the_planner_holds_back_raises_when_called() -> None:
    text, changed = raise_in(SOURCE, {"Shape.area": "pkg.shapes:Shape.area", "idle": "pkg.shapes:idle"})
    assert changed == ["pkg.shapes:Shape.area", "pkg.shapes:Shape.area"]
    space: dict[str, type] = {}
    exec(compile(text, "shapes", "exec"), space)
    with pytest.raises(RuntimeError, match="called although unreached"):
        space["Shape"]().area  # noqa: B018


def test_verdicts_are_read_from_their_file() -> None:
    text = '[dead]\n"a.py:C.m" = "nobody calls it"\n[alive]\n"b.py:f" = "a hook"\n'
    assert confirmed.read(text) == {("a.py", "C.m"): True, ("b.py", "f"): False}


def _written(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def test_findings_that_no_label_names_are_counted_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    label = {"kind": "function", "file": "app.py", "symbol": "old"}
    used = {"kind": "function", "file": "app.py", "symbol": "Hub.new"}
    case = {"id": "one", "path": "one", "expect": {"unused": [label], "used": [used]}}
    other = {"id": "two", "path": "one", "languages": ["go"], "expect": {"unused": [label]}}
    root = "benchmarks/dead_code"
    _written(tmp_path, {
        f"{root}/manifest.json": json.dumps({"cases": [case, other]}),
        f"{root}/adversarial_manifest.json": json.dumps({"cases": []}),
        f"{root}/one/app.py": "def old():\n    x = 1\n\ndef new(): ...\n",
    })  # fmt: skip
    claims = [tools.Claim("app.py", 1, "function", "old"), tools.Claim("app.py", 2, "variable", "x"),
              tools.Claim("app.py", 4, "method", "new"), tools.Claim("app.py", 9, "import", "os")]  # fmt: skip
    monkeypatch.setattr(tools, "claims", lambda *_: tools.Claims(tuple(claims), 0.0))
    [row] = benchmarks.tally(tmp_path, ["vulture60"], tmp_path)
    assert (row.suite, row.tp, row.fp, row.fn, row.unlabelled) == ("skylos", 1, 1, 0, 1)
    assert row.failures == ("one: wrong: function:app.py:new", "one: unlabelled: import:app.py:os")
    assert round(row.strict, 3) == 0.333
    assert tables.behind([row._replace(tool="auditor"), row._replace(fp=0)]) == [
        "skylos: precision 0.500, below vulture60's 1.000"
    ]


def test_categories_match_a_label_by_place_and_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = (
        ("unused_private_method", 2, 2, "_m"), ("unreachable_statement", 5, 7, None), ("unused_import", 1, 1, "os"),
    )  # fmt: skip
    labels = [
        {"category": category, "path": "src/p/a.py", "line": line, "end_line": end, "name": name}
        for category, line, end, name in places
    ]
    project = {"id": "p", "path": "projects/p", "expected": "expected/p.json", "mode": "library"}
    _written(tmp_path, {
        "benchmark/suite.json": json.dumps({"projects": [project]}),
        "benchmark/expected/p.json": json.dumps({"expected": labels}),
        "benchmark/projects/p/pyproject.toml": '[tool.culler]\nsrc = "src"\nroots = ["p.main:main"]\n',
        "benchmark/projects/p/src/p/a.py": "",
    })  # fmt: skip
    claims = [tools.Claim("src/p/a.py", 2, "method", "_m"), tools.Claim("src/p/a.py", 6, "unreachable", ""),
              tools.Claim("src/p/a.py", 1, "import", "re")]  # fmt: skip
    monkeypatch.setattr(tools, "claims", lambda *_: tools.Claims(tuple(claims), 0.0))
    [row] = benchmarks.tally(tmp_path, ["deadcode"], tmp_path)
    assert (row.tp, row.fp, row.fn) == (2, 1, 1)


def test_a_directory_that_is_no_benchmark_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(benchmarks.MeasuringError, match="neither benchmarks/dead_code"):
        benchmarks.suite_of(tmp_path)
