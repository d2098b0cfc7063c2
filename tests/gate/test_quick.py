"""Quick answers: what is judged from the changed files alone is what the whole judgement says."""

import ast
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from auditor.pipeline import change
from tests.changes import SHOP, Edit, build
from tests.gate.test_changes import PASSED, STOPPED
from tests.production import NOW, Project

QUICK = (
    Edit("body", {"shop/public/totals.py": (("return sum(amounts)", "return sum(sorted(amounts))"),)}),
    Edit("handler's body", {"shop/api.py": (("return in_cents(3)", "return in_cents(4)"),)}),
    Edit("function more", {"shop/views.py": (("def render(", "def title():\n    return 'x'\n\n\ndef render("),)}),
    Edit("external import more", {"shop/views.py": (("def render(", "import math\n\n\ndef render("),)}),
    Edit("unused import less", {"shop/orders.py": (("import decimal\n", ""),)}),
    Edit("file of tests more", {}, {"tests/test_views.py": "def test_one():\n    assert True\n"}),
    Edit("text that nobody reads", {}, {"NOTES": "nothing"}),
    Edit(
        "helper inlined",
        {
            "shop/public/totals.py": (("def total(amounts):\n    return sum(amounts)\n\n\n", "TAX = 2\n\n\n"),),
            "shop/public/__init__.py": (("import total, mean", "import mean"),),
            "shop/api.py": (("from shop.public import total\n", ""), ("total([1])", "1")),
        },
    ),
    Edit(
        "helper deleted",
        {"shop/orders.py": (("    def archive_now(self):\n        return None\n\n", ""),)},
    ),
)  # fmt: skip
SURE = {"body", "handler's body", "function more", "external import more", "unused import less",
        "text that nobody reads", "helper deleted"}  # fmt: skip
"""Those of `QUICK` that have to be answered quickly."""


SPELLED = {
    "shop/wsgi.py": "from shop.main import app as application\n",
    "Procfile": "web: gunicorn shop.wsgi:application\n",
    "shop/steps.py": "def run_late():\n    return 1\n",
    "shop/chosen.py": 'from shop import steps\n\nchosen = getattr(steps, "run_" + "late")\n',
}
SPELLED["shop/pages.py"] = (
    "from django.urls import path\nfrom django.views import View\n\n\nclass Page(View):\n"
    "    def get(self, request):\n        return 1\n\n    def put(self, request):\n        return 2\n\n\n"
    "urlpatterns = [path('page/', Page.as_view())]\n"
)
"""Code of which no file has the whole name, or only a file that is no code."""
FOLDED = """
import operator
from shop import folds
from shop.folds import Fold, joined as linked

PRE = "fold_"

def every(kind):
    getattr(folds, "fold_" + "one")()
    getattr(folds, f"{PRE}two")()
    getattr(folds, "fold_{}".format("three"))()
    operator.attrgetter("fold_" + "four")(folds)
    getattr(Fold(), "fold_" + "seven")()
    return getattr(kind, "fold_" + "eight")()

every(None)
"""
FOLDS = "from shop.money import in_cents as cents\n\n" + "".join(
    f"def fold_{name}():\n    return 1\n\n" for name in ("one", "two", "three", "four")
) + """def joined():
    return 1

class Fold:
    def fold_seven(self):
        return 1

    def fold_eight(self):
        return 1

    def fold_nine(self):
        return 1
"""  # fmt: skip
NAMED = {
    **SHOP,
    "shop/main.py": SHOP["shop/main.py"].replace("from shop.api", "from shop import folded\nfrom shop.api"),
    "shop/folded.py": FOLDED,
    "shop/folds.py": FOLDS,
    "shop/wsgi.py": "from shop.main import app as application\n",
    "Dockerfile": 'FROM python\nCMD ["gunicorn", "shop.wsgi:application"]\n',
    "jobs.json": '{"uses": "shop.folds.cents"}\n',
}
"""The shop, with names that no text spells or that files name which are no Python."""
SPELLED_NOWHERE = (
    *(
        Edit(name, {"shop/folds.py": ((f"def fold_{name}():\n    return 1\n\n", ""),)})
        for name in ("one", "two", "three", "four")
    ),
    *(
        Edit(name, {"shop/folds.py": ((f"    def fold_{name}(self):\n        return 1\n\n", ""),)})
        for name in ("seven", "eight")
    ),
)
NAMED_OUTSIDE = (
    Edit("served by another name", {"shop/wsgi.py": (("as application", "as served"),)}),
    Edit("named in a text file", {"shop/folds.py": (("as cents", "as pence"),)}),
)


class WholeError(Exception):
    """The whole judgement begins."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The shop, with what quick answers rest on kept as the command does that judges nothing."""
    project = build(tmp_path_factory.mktemp("quick"), {**SHOP, **SPELLED})
    project.branch("first", {"README": "x"})
    commit = pipeline.prepare_gate(project.loaded, "main", now=NOW, environment={})
    assert commit == project.repository.resolve("main")
    return project


def gate(project: Project, head: str) -> GateResult:
    return pipeline.gate(project.loaded, "main", head, days=None, now=NOW, environment={})


@pytest.fixture
def quickly(shop: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], GateResult | None]:
    """Answer quickly, or not at all."""
    return lambda head: answered_quickly(shop, head, monkeypatch)


def answered_quickly(project: Project, head: str, monkeypatch: pytest.MonkeyPatch) -> GateResult | None:
    """Return the quick answer, None where there is none."""

    def whole(*_args: object, **_more: object) -> None:
        raise WholeError

    with monkeypatch.context() as patched:
        patched.setattr(change, "joined_commit", whole)
        try:
            return gate(project, head)
        except WholeError:
            return None


def wholly(project: Project, head: str, monkeypatch: pytest.MonkeyPatch) -> GateResult:
    with monkeypatch.context() as patched:
        patched.setattr(change, "quick_answer", lambda *_args: None)
        return gate(project, head)


def test_a_whole_judgement_keeps_what_quick_answers_rest_on(
    shop: Project, quickly: Callable[[str], GateResult | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ground(shop).unlink()
    assert quickly("first") is None
    assert wholly(shop, "first", monkeypatch) == quickly("first")


def test_names_that_no_text_spells_or_that_other_files_have_get_no_quick_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = build(tmp_path, NAMED)
    project.branch("first", {"README": "x"})
    assert gate(project, "first").passed
    answered = []
    for number, edit in enumerate((*SPELLED_NOWHERE, *NAMED_OUTSIDE)):
        project.branch(f"lost-{number}", edit.contents(NAMED))
        if answered_quickly(project, f"lost-{number}", monkeypatch) is not None:
            answered.append(edit.name)
    assert not answered
    assert not gate(project, "lost-0").passed
    assert not gate(project, f"lost-{len(SPELLED_NOWHERE)}").passed
    project.branch("unused", {"shop/folds.py": FOLDS.replace("fold_nine", "nine")})
    assert answered_quickly(project, "unused", monkeypatch) == wholly(project, "unused", monkeypatch)


@pytest.mark.usefixtures("shop")
def test_what_must_be_stopped_gets_no_quick_answer(shop: Project, quickly: Callable[[str], GateResult | None]) -> None:
    answered = []
    for number, edit in enumerate(STOPPED):
        shop.branch(f"stopped-{number}", edit.contents(SHOP))
        if quickly(f"stopped-{number}") is not None:
            answered.append(edit.name)
    assert not answered


def test_what_is_spelled_elsewhere_gets_no_quick_answer(
    shop: Project, quickly: Callable[[str], GateResult | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.branch("bound", {"shop/wsgi.py": "from shop.main import app as served\n"})
    shop.branch("computed", {"shop/steps.py": "STEPS = 1\n"})
    shop.branch(
        "method", {"shop/pages.py": SPELLED["shop/pages.py"].replace("def put(self, request)", "def _put(self)")}
    )
    assert [quickly(head) for head in ("bound", "computed", "method")] == [None, None, None]
    assert not wholly(shop, "bound", monkeypatch).passed


def test_quick_answers_are_those_of_the_whole_judgement(
    shop: Project, quickly: Callable[[str], GateResult | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = set()
    for number, edit in enumerate((*QUICK, *PASSED)):
        contents = edit.contents(SHOP)
        if contents:
            shop.branch(f"passed-{number}", contents)
            answer = quickly(f"passed-{number}")
            if answer is not None:
                quick.add(edit.name)
                assert answer == wholly(shop, f"passed-{number}", monkeypatch), edit.name
    assert quick >= SURE


def test_random_deletions_are_answered_quickly_only_as_the_whole_judgement_does(
    shop: Project, quickly: Callable[[str], GateResult | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = random.Random(20261122)
    answered = 0
    for number in range(40):
        shop.branch(f"random-{number}", dict(edits(drawn)))
        answer = quickly(f"random-{number}")
        if answer is not None:
            answered += 1
            assert answer == wholly(shop, f"random-{number}", monkeypatch), number
    assert answered


def edits(drawn: random.Random) -> Iterator[tuple[str, str]]:
    """Yield files from which one to three statements, decorators or members of the shop were taken."""
    texts: dict[str, str] = {}
    for _ in range(drawn.randint(1, 3)):
        path = drawn.choice([path for path, text in SHOP.items() if path.endswith(".py") and text])
        texts[path] = without(texts.get(path, SHOP[path]), drawn)
    yield from texts.items()


def without(text: str, drawn: random.Random) -> str:
    """Return a file with one statement, decorator or line of a body less."""
    tree = ast.parse(text)
    spans = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            spans += [(one.lineno, one.end_lineno, "") for one in node.decorator_list]
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            spans.append((first, node.end_lineno, " " * node.col_offset + "pass"))
        elif isinstance(node, ast.stmt):
            spans.append((node.lineno, node.end_lineno, " " * node.col_offset + "pass"))
    if not spans:
        return text
    first, last, instead = drawn.choice(spans)
    lines = text.split("\n")
    lines[first - 1 : last] = [instead] if instead else []
    return "\n".join(lines)


def ground(project: Project) -> Path:
    (found,) = (project.root / ".auditor" / "cache").glob("gate-*.ground")
    return found


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-40],
        lambda content: content[:100],
        lambda content: b"{}",
        lambda content: content[::-1],
    ],
    ids=["cut off", "almost empty", "foreign", "reversed"],
)
def test_damaged_grounds_are_worth_nothing(
    shop: Project, quickly: Callable[[str], GateResult | None], damage: Callable[[bytes], bytes]
) -> None:
    path = ground(shop)
    content = path.read_bytes()
    try:
        path.write_bytes(damage(content))
        assert quickly("first") is None
    finally:
        path.write_bytes(content)
    assert quickly("first") is not None


def test_a_ground_that_git_tracks_is_not_believed(
    shop: Project, quickly: Callable[[str], GateResult | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor.pipeline import static

    static._is_committed.cache_clear()
    shop.repository.run("add", "--force", str(ground(shop)))
    try:
        assert quickly("first") is None
    finally:
        shop.repository.run("rm", "-q", "--cached", str(ground(shop)))
        static._is_committed.cache_clear()
    assert quickly("first") is not None


def test_a_change_of_the_configuration_is_judged_as_the_whole_judgement_does(
    shop: Project, quickly: Callable[[str], GateResult | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.loaded.path is not None
    allow = '[[gate.allow]]\nsymbol = "shop.cli:prune"\nreason = "gone"\nowner = "us"\nuntil = 2026-12-31\n'
    shop.branch("configured", {"auditor.toml": f"{shop.loaded.path.read_text('utf-8')}\n[gate]\ndays = 7\n"})
    shop.branch("allowed", {"auditor.toml": f"{shop.loaded.path.read_text('utf-8')}\n{allow}"})
    assert quickly("configured") in (None, wholly(shop, "configured", monkeypatch))
    assert quickly("allowed") is None
