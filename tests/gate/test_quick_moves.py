"""Quick answers to changes that take code away: helpers inlined, renamed and moved, files that go, public API."""

import ast
import inspect
import shutil
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.config import load
from auditor.gate import judge, quick
from auditor.model.gate import GateResult
from auditor.pipeline import change
from tests.changes import Edit
from tests.production import NOW, Project

STOCK = {
    "pyproject.toml": '[project]\nname = "stock"\nversion = "1"\n[project.scripts]\nstock-run = "stock.main:run"\n',
    "stock/__init__.py": "",
    "stock/main.py": """
import atexit
from stock import levels
from stock.levels import Shelf, low
from stock.prices import gross


def run():
    shelf = Shelf([3])
    setup()
    return [low(1), levels.high(2), shelf.first(), gross(2).bit_length(), shelf.boxes().pop()]


def setup():
    atexit.register(flush)


def flush():
    return 1


def say(amount):
    return _spelled(amount)


def _spelled(amount):
    return str(amount)
""",
    "stock/levels.py": """
LIMIT = 3


def _bounds():
    return [LIMIT]


def low(amount):
    return _bounds()


def high(amount):
    return amount > LIMIT


def unused_level():
    return 1


class Shelf:
    depth = 2

    def __init__(self, boxes):
        self.kept = boxes

    def first(self):
        return self.kept[0]

    def boxes(self):
        return list(self.kept)

    def unasked(self):
        return low(1)
""",
    "stock/prices.py": """
def gross(amount):
    return int(amount)


def net(amount):
    return gross(amount)
""",
    "stock/leftover_prices.py": "def old_gross(amount):\n    return amount\n",
}
LEVELS = STOCK["stock/levels.py"]
SHELF = LEVELS[LEVELS.index("class Shelf") :]
HIGH = "def high(amount):\n    return amount > LIMIT\n\n\n"
SURE = (
    Edit("inlined", {"stock/levels.py": (("def _bounds():\n    return [LIMIT]\n\n\n", ""), ("_bounds()", "[LIMIT]"))}),
    Edit("renamed", {"stock/levels.py": (("_bounds", "_limits"),)}),
    Edit("inlined otherwise", {"stock/main.py": (
        ("def _spelled(amount):\n    return str(amount)\n", ""), ("return _spelled(amount)", "return 1.5"))}),
    Edit("gives something else", {"stock/main.py": (("return str(amount)", "return [amount]"),)}),
    Edit("moved, and imported", {"stock/levels.py": ((HIGH, "from stock.heights import high\n\n\n"),)},
         {"stock/heights.py": "LIMIT = 3\n\n\n" + HIGH}),
    Edit("moved for good", {"stock/levels.py": ((SHELF, ""),),
                            "stock/main.py": (("import Shelf, low", "import low\nfrom stock.shelves import Shelf"),)},
         {"stock/shelves.py": "from stock.levels import low\n\n\n" + SHELF}),
    Edit("unused function", {"stock/levels.py": (("def unused_level():\n    return 1\n\n\n", ""),)}),
    Edit("unused file", {}, {"stock/leftover_prices.py": None}),
    Edit("renamed file", {"stock/main.py": (("stock.prices import", "stock.sums import"),)},
         {"stock/prices.py": None, "stock/sums.py": STOCK["stock/prices.py"]}),
)  # fmt: skip
"""Changes that have to be answered quickly, as the whole judgement does."""
UNSURE = (
    Edit("registered in what went as well", {"stock/main.py": (
        ("    setup()\n", ""), ("def setup():\n    atexit.register(flush)\n\n\ndef flush():\n    return 1\n\n\n", ""))},
        stops={"stock.main:flush": "reachable"}),
    Edit("asked what it gives", {"stock/levels.py": (("list(self.kept)", "self.kept"),)}),
    Edit("moved, and still taken from there", {"stock/levels.py": ((HIGH, ""),)},
         {"stock/heights.py": "LIMIT = 3\n\n\n" + HIGH}, stops={"stock.levels:high": "dangling_reference"}),
    Edit("moved, and edited", {"stock/levels.py": ((HIGH, "from stock.heights import high\n\n\n"),)},
         {"stock/heights.py": "LIMIT = 3\n\n\n" + HIGH.replace(">", ">=")}),
    Edit("file that is used", {"stock/main.py": (("from stock.prices import gross\n", ""),)},
         {"stock/prices.py": None}, stops={"stock.prices:gross": "dangling_reference"}),
)  # fmt: skip
"""Changes that the whole judgement has to tell of."""


class WholeError(Exception):
    """The whole judgement begins."""


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The stock, with what quick answers rest on, and production that calls something else."""
    project = Project(tmp_path_factory.mktemp("stock"), STOCK)
    project.watch({}, uses={"functions": {"stock.main:run": 3}}, version=project.repository.resolve("main")[:12])
    project.collect()
    pipeline.prepare_gate(project.loaded, "main", now=NOW, environment={})
    return project


def answers(project: Project, head: str, monkeypatch: pytest.MonkeyPatch) -> tuple[GateResult | None, GateResult]:
    """Return the quick answer, None where there is none, and the whole one."""

    def whole(*_args: object, **_more: object) -> None:
        raise WholeError

    found = []
    for name, instead in (("joined_commit", whole), ("quick_answer", lambda *_args: None)):
        with monkeypatch.context() as patched:
            patched.setattr(change, name, instead)
            try:
                found.append(pipeline.gate(project.loaded, "main", head, days=None, now=NOW, environment={}))
            except WholeError:
                found.append(None)
    assert found[1] is not None
    return found[0], found[1]


def test_changes_that_take_helpers_away_are_answered_quickly_and_as_the_whole_judgement_does(
    stock: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, edit in enumerate(SURE):
        stock.branch(f"sure-{number}", edit.contents(STOCK))
        quickly, wholly = answers(stock, f"sure-{number}", monkeypatch)
        assert quickly == wholly, edit.name
        assert wholly.passed, edit.name


def test_what_other_files_may_tell_of_gets_no_quick_answer(stock: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, edit in enumerate(UNSURE):
        stock.branch(f"unsure-{number}", edit.contents(STOCK))
        quickly, wholly = answers(stock, f"unsure-{number}", monkeypatch)
        assert quickly is None, edit.name
        assert {one.id for one in wholly.breaches} >= edit.stops.keys(), edit.name


def test_what_ran_without_a_definition_is_no_evidence_for_a_quick_answer_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {path: text for path, text in STOCK.items() if path != "stock/leftover_prices.py"}
    project = Project(tmp_path, files)
    before = project.repository.resolve("main")
    project.commit(
        {"stock/leftover_prices.py": "def old_gross(amount):\n    return amount\n\n\nKEPT = 1\n"}, days_ago=20
    )
    project.watch({}, uses={"functions": {"stock.main:run": 3}}, version=before[:12])
    project.collect()
    pipeline.prepare_gate(project.loaded, "main", now=NOW, environment={})
    project.branch("gone", {"stock/leftover_prices.py": "KEPT = 1\n"})
    quickly, wholly = answers(project, "gone", monkeypatch)
    assert "version skew" in str(wholly.undecidable)
    assert quickly in (None, wholly)


def test_public_api_is_stopped_quickly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml = '[build-system]\nrequires = ["setuptools"]\n[project]\nname = "stock"\nversion = "1"\n'
    project = Project(tmp_path, {**STOCK, "pyproject.toml": toml})
    settings = (project.root / "auditor.toml").read_text("utf-8")
    project.commit({"auditor.toml": f'project = "library"\n{settings}'})
    pipeline.prepare_gate(project.loaded, "main", now=NOW, environment={})
    project.branch("gone", {"stock/levels.py": LEVELS.replace("def unused_level():\n    return 1\n\n\n", "")})
    project.branch("moved", {
        "stock/levels.py": LEVELS.replace(HIGH, "from stock.heights import high\n\n\n"),
        "stock/heights.py": "LIMIT = 3\n\n\n" + HIGH,
    })  # fmt: skip
    quickly, wholly = answers(project, "gone", monkeypatch)
    assert quickly == wholly
    assert [one.id for one in wholly.breaches] == ["stock.levels:unused_level"]
    quickly, wholly = answers(project, "moved", monkeypatch)
    assert quickly == wholly
    assert wholly.passed


def test_a_judgement_that_nobody_looked_after_makes_every_answer_unsure(
    stock: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock.branch("after", {"README": "x"})
    assert answers(stock, "after", monkeypatch)[0] is not None

    def judge_something_new(_case: object) -> None:
        """Find nothing."""

    monkeypatch.setattr(quick, "JUDGEMENTS", (*judge.JUDGEMENTS, judge_something_new))
    assert answers(stock, "after", monkeypatch)[0] is None


def test_all_that_judges_a_change_is_among_the_judgements() -> None:
    tree = ast.parse(inspect.getsource(judge.judge_change))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    known = {"judge", "judge_blind_spots", "judge_mentions", "judge_deleted"}
    assert {name for name in called if name.startswith("judge")} <= known


def test_what_is_kept_of_base_counts_in_another_checkout(
    stock: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock.branch("elsewhere", SURE[0].contents(STOCK))
    clone = tmp_path / "other" / stock.root.name
    shutil.copytree(stock.root, clone)
    other = load(clone)

    def whole(*_args: object, **_more: object) -> None:
        raise WholeError

    monkeypatch.setattr(change, "joined_commit", whole)
    assert pipeline.gate(other, "main", "elsewhere", days=None, now=NOW, environment={}).passed
