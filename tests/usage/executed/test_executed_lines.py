"""Data of coverage.py: bodies that ran, found in this tree wherever production keeps it; uses only, never absence."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from coverage import CoverageData

from auditor import pipeline
from auditor.config import AuditConfig, SourceConfig, UsageConfig, load
from auditor.git import Repository
from auditor.model.usage import Collection
from auditor.model.window import Window
from auditor.pipeline.static import analyse
from auditor.usage import sources

NOW = datetime.now(UTC).replace(microsecond=0)
WINDOW = Window.last_days(14, NOW + timedelta(days=1))
API = '''\
"""Called from outside."""
import functools


@functools.lru_cache(
    maxsize=4,
)
def called(
    number: int = int(
        "3"
    ),
) -> int:
    """Say
    a number."""
    def inner() -> int:
        return 7
    return number


def uncalled(number=1):
    """Never."""
    return number


def short(): return 1
def shorter(value=2): return value


class Shop:
    """A class body runs at import."""

    limit = 3

    def sell(self):
        if self.limit:
            return self.limit
        return None

    async def refund(self):
        return 0

    @property
    def name(self):
        return (
            "x"
        )


HANDLERS = {"inner": lambda: 5}
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    for path, text in {
        "src/shop/__init__.py": "", "src/shop/api.py": API, "src/shop/tools/__init__.py": "",
        "src/shop/tools/app.py": "def run():\n    return 1\n", "pyproject.toml": "[project]\nname = 'shop'\n",
    }.items():  # fmt: skip
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text)
    return project


def collect(root: Path, path: str = ".coverage*", window: Window = WINDOW, timezone: str = "UTC") -> Collection:
    source = SourceConfig(name="lines", kind="coverage", path=path, timezone=timezone)
    tree = analyse(load(root), opinions=False)
    (built,) = sources.build(
        AuditConfig(usage=UsageConfig(sources=(source,))), root, {}, [],
        definitions=lambda: tuple(tree.analysis.graph.definitions.values()),
    )  # fmt: skip
    return built.collect(window)


def measured(path: Path, lines: Mapping[str, list[int]], arcs: Mapping[str, list[tuple[int, int]]] = {}) -> Path:
    data = CoverageData(basename=str(path))
    if arcs:
        data.add_arcs(arcs)
    else:
        data.add_lines(lines)
    data.write()
    data.close()
    return path


def ran(found: Collection) -> dict[str, int]:
    assert found.problem is None, found.problem
    assert found.only_for_use and found.samples == () and found.watched == () and found.watched_kinds == {}
    assert {(one.kind, one.period_days) for one in found.totals} == {("function", None)}
    return {one.key.partition(":")[2]: one.count for one in found.totals}


def line(text: str) -> int:
    return API.splitlines().index(text) + 1


def run(root: Path, production: Path, script: str, *options: str) -> None:
    """Run a script with the tree's code under another root, as production does."""
    (root / "src").rename(production)
    (production / "run.py").write_text(script)
    command = [sys.executable, "-m", "coverage", "run", "-p", f"--data-file={root}/.coverage", *options]
    environment = {**os.environ, "PYTHONPATH": str(production), "COVERAGE_CORE": "ctrace"}
    subprocess.run([*command, str(production / "run.py")], env=environment, check=True)
    production.rename(root / "src")
    hour = (NOW - timedelta(hours=1)).timestamp()
    for path in (root / "src").rglob("*.py"):
        os.utime(path, (hour, hour))


@pytest.mark.parametrize("options", [(), ("--branch",)])
def test_a_real_run_elsewhere_tells_which_bodies_ran(root: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    script = "import shop.api\nfrom shop.api import Shop\nshop.api.called()\nShop().sell()\nprint(Shop().name)\n"
    run(root, tmp_path / "app", script, *options)
    run(root, tmp_path / "app", script, *options)
    assert ran(collect(root)) == {"called": 2, "Shop.sell": 2, "Shop.name": 2}
    assert not (root / ".coverage").exists() and len(list(root.glob(".coverage.*"))) == 2, "nothing was written"


@pytest.mark.parametrize("options", [(), ("--branch",)])
def test_lines_that_run_at_import_prove_nothing(root: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    run(root, tmp_path / "app", "import shop.api\n", *options)
    found = collect(root)
    assert found.totals == () and "no function of this tree ran" in str(found.problem)
    assert found.only_for_use, "even then it is no zero"
    headers = [line("def called("), line("    number: int = int("), line('        "3"'), line(") -> int:"), 5, 6, 7]
    measured(root / ".coverage", {"/app/shop/api.py": headers})
    assert collect(root).totals == ()


def test_a_function_on_one_line_is_told_by_arcs_only(root: Path) -> None:
    one, two = line("def short(): return 1"), line("def shorter(value=2): return value")
    measured(root / ".coverage", {"/app/shop/api.py": [one, two, line("        return 0")]})
    found = collect(root)
    assert ran(found) == {"Shop.refund": 1}
    assert any(note.startswith("2 functions are written on one line") for note in found.notes)
    (root / ".coverage").unlink()
    measured(root / ".coverage", {}, {"/app/shop/api.py": [(-1, 1), (1, one), (one, two), (-two, two), (two, -two)]})
    assert ran(collect(root)) == {"shorter": 1}


def test_what_runs_in_an_inner_function_counts_for_it_and_for_the_outer(root: Path) -> None:
    measured(root / ".coverage", {"C:\\app\\shop\\api.py": [line("        return 7")]})
    assert ran(collect(root)) == {"called": 1, "called.<locals>.inner": 1}


def test_other_projects_files_are_never_taken_for_ours(root: Path) -> None:
    lines = {
        "/usr/lib/python3.11/site-packages/flask/tools/app.py": [2],
        "/usr/lib/python3.11/site-packages/other/shop/tools/app.py": [2],
        "/usr/lib/python3.11/run.py": [1, 2], "/srv/tools/app.py": [2], "/srv/api.py": [21], "<string>": [1],
    }  # fmt: skip
    measured(root / ".coverage", lines)
    found = collect(root)
    assert "none of the 2 measured files is one of this tree" in str(found.problem)
    measured(root / ".coverage.2", {"/usr/lib/python3.11/site-packages/shop/tools/app.py": [2]})
    assert ran(collect(root)) == {"run": 1}, "installed, it is ours"


def test_between_two_files_of_one_module_path_the_longer_agreement_decides_or_nothing(root: Path) -> None:
    for service in ("one", "two"):
        path = root / "services" / service / "src" / "billing" / "api.py"
        path.parent.mkdir(parents=True)
        path.write_text("def pay():\n    return 1\n")
        (path.parent / "__init__.py").write_text("")
    measured(root / ".coverage", {"/srv/one/src/billing/api.py": [2]})
    assert [one.key for one in collect(root).totals] == ["billing.api:pay"]
    measured(root / ".coverage.2", {"/app/billing/api.py": [2], "/app/shop/tools/app.py": [2]})
    found = collect(root, ".coverage.2")
    assert ran(found) == {"run": 1}
    assert any(note.startswith("1 measured files lead to no file of this tree, or to several") for note in found.notes)


def test_code_that_changed_since_is_stated_and_not_attributed(root: Path) -> None:
    repository = Repository.init(root)
    repository.run("add", "-A", "--", "src", "pyproject.toml")
    repository.run("commit", "-qm", "first", env={"GIT_COMMITTER_DATE": (NOW - timedelta(days=3)).isoformat()})
    measured(root / ".coverage", {"/app/shop/api.py": [line("        return 0")], "/app/shop/tools/app.py": [2]})
    assert ran(collect(root)) == {"Shop.refund": 1, "run": 1}
    (root / "src/shop/api.py").write_text("# moved\n\n\n" + API)
    found = collect(root)
    assert ran(found) == {"run": 1}
    assert "1 files have changed since they were measured, so what ran in them is not attributed" in found.notes
    repository.run("commit", "-qam", "second", env={"GIT_COMMITTER_DATE": (NOW + timedelta(hours=1)).isoformat()})
    assert ran(collect(root)) == {"run": 1}
    old = (NOW - timedelta(days=5)).timestamp()
    os.utime(root / ".coverage", (old, old))
    assert "2 files that have changed since" in str(collect(root).problem), "history begins later"


def test_without_a_repository_the_files_own_times_decide(root: Path) -> None:
    measured(root / ".coverage", {"/app/shop/api.py": [line("        return 0")], "/app/shop/tools/app.py": [2]})
    assert ran(collect(root)) == {"Shop.refund": 1, "run": 1}
    later = (NOW + timedelta(hours=1)).timestamp()
    os.utime(root / "src/shop/api.py", (later, later))
    assert ran(collect(root)) == {"run": 1}


def test_what_a_data_file_says_of_its_time_is_read_in_its_zone_or_as_early_as_it_may_be(root: Path) -> None:
    hour = (NOW - timedelta(hours=1)).timestamp()
    for path in (root / "src").rglob("*.py"):
        os.utime(path, (hour, hour))
    measured(root / ".coverage", {"/app/shop/tools/app.py": [2]})
    with sqlite3.connect(root / ".coverage") as connection:
        connection.execute("INSERT INTO meta VALUES ('when', ?)", (NOW.strftime("%Y-%m-%d %H:%M:%S"),))
    connection.close()
    assert ran(collect(root, timezone="UTC")) == {"run": 1}
    assert "changed since" in str(collect(root, timezone="").problem)


def test_data_from_before_the_window_is_left_out(root: Path) -> None:
    old = (NOW - timedelta(days=30)).timestamp()
    os.utime(measured(root / ".coverage.old", {"/app/shop/tools/app.py": [2]}), (old, old))
    assert "all 1 data files were written before the window began" in str(collect(root).problem)


def test_new_data_is_news_and_old_data_stays_what_it_was(root: Path) -> None:
    hours = {".coverage.1": 30, ".coverage.2": 30, ".coverage.3": 0}
    source = (NOW - timedelta(hours=40)).timestamp()
    os.utime(root / "src/shop/tools/app.py", (source, source))
    for name, age in hours.items():
        at = (NOW - timedelta(hours=age)).timestamp()
        os.utime(measured(root / name, {"/app/shop/tools/app.py": [2]}), (at, at))
    found = {one.origin: one.count for one in collect(root).totals}
    days = [(NOW - timedelta(hours=age)).date().isoformat() for age in (30, 0)]
    assert found == {days[0]: 2, days[1]: 1}


def test_what_is_no_data_is_a_problem_and_is_never_written_to(root: Path) -> None:
    assert "no file matches" in str(collect(root).problem)
    (root / ".coveragerc").write_text("[run]\nbranch = true\n")
    assert "no file matches" in str(collect(root).problem)
    foreign = sqlite3.connect(root / ".coverage.sqlite")
    foreign.execute("CREATE TABLE people (name TEXT)")
    foreign.commit()
    foreign.close()
    before = (root / ".coverage.sqlite").read_bytes()
    assert "not of coverage.py" in str(collect(root).problem)
    assert (root / ".coverage.sqlite").read_bytes() == before
    (root / ".coverage.text").write_text("!coverage.py: This is a private format")
    whole = measured(root / ".coverage.torn", {"/app/shop/tools/app.py": [2]}).read_bytes()
    (root / ".coverage.torn").write_bytes(whole[:5000])
    measured(root / ".coverage.z", {"/app/shop/tools/app.py": [2]})
    found = collect(root)
    assert "cannot be read" in str(found.problem) and found.only_for_use
    assert [one.key for one in found.totals] == ["shop.tools.app:run"], "the others prove use all the same"


def test_a_missing_package_says_how_to_install_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "coverage", None)
    assert "pip install 'auditor[coverage]'" in str(collect(root).problem)


def test_collect_analyses_the_tree_and_binds_what_ran(root: Path) -> None:
    (root / "auditor.toml").write_text(
        'app = "shop"\n[[usage.sources]]\nname = "lines"\nkind = "coverage"\npath = ".coverage"\ntimezone = "UTC"\n'
    )
    measured(root / ".coverage", {"/app/shop/api.py": [line("        return 0")]})
    loaded = load(root)
    (found,) = pipeline.collect(loaded, days=14, source=None, now=NOW + timedelta(minutes=2), environment={})
    assert ran(found) == {"Shop.refund": 1}
