from pathlib import Path

import pytest

from auditor import pipeline
from auditor.analysis import reachability
from auditor.analysis.findings import findings_held
from auditor.config import load
from auditor.model.report import HeldCandidate
from tests.analysis.composing import analyse, scan

DEAD = 24
MAIN = "\nif __name__ == '__main__':\n    pass\n"
PROJECTS = Path(__file__).parent.parent / "projects"


def project(root: Path, access: str = "") -> Path:
    """Write an application of four modules with `DEAD` dead definitions; `access` goes into one module of it."""
    (root / "main.py").write_text("import part0, part1, part2, part3\nfor part in (part0, part1, part2, part3):\n"
                                  "    part.used()\n    part.Used().used()\n" + MAIN)  # fmt: skip
    for part in range(4):
        body = "def used():\n    return 1\n\n\nclass Used:\n    def used(self):\n        return 1\n\n"
        body += "".join(f"    def dead_{part}_{n}(self):\n        return 1\n\n" for n in range(DEAD // 8))
        body += "".join(f"\ndef gone_{part}_{n}():\n    return 1\n\n" for n in range(DEAD // 8))
        (root / f"part{part}.py").write_text(body + (access if part == 0 else ""))
    return root


def unreached(root: Path) -> set[str]:
    return {one.id for one in scan(root, load(root).config) if one.status == "unreached"}


def held(root: Path) -> tuple[HeldCandidate, ...]:
    analysis, _ = analyse(root)
    return findings_held.held_back(analysis, scan(root))


ACCESSES = {
    "unknown": "\ndef look(target, name):\n    return getattr(target, name)\n\n\nlook(print, input())\n",
    "attrgetter": "\nimport operator\n\noperator.attrgetter(input())(print)\n",
    "own class": "\n\nclass Open(Used):\n    def look(self, n):\n        getattr(self, n)\n\nOpen().look()\n",
    "globals": "\n\nglobals()[input()]()\n",
    "weak pattern": "\n\ndef look(target, name):\n    return getattr(target, f'_{name}')\n\n\nlook(print, input())\n",
    "eval": "\n\neval(input())\n",
    "import": "\n\nimport importlib\n\nimportlib.import_module(input())\n",
}


@pytest.mark.parametrize("name", ACCESSES)
def test_one_unknown_name_silences_no_other_module(name: str, tmp_path: Path) -> None:
    (before := tmp_path / "before").mkdir()
    (after := tmp_path / "after").mkdir()
    everything = unreached(project(before))
    assert len(everything) == DEAD
    left = unreached(project(after, ACCESSES[name]))
    assert {one for one in everything if not one.startswith("part0:")} <= left
    if name not in ("globals", "eval"):
        assert {one for one in everything if "gone" in one} <= left, "functions are no members of anything"


def test_what_is_held_back_says_which_access_could_name_it(tmp_path: Path) -> None:
    found = held(project(tmp_path, ACCESSES["unknown"]))
    assert {one.id for one in found} == {f"part0:Used.dead_0_{n}" for n in range(DEAD // 8)}
    assert {(one.status, one.reason) for one in found} == {("unreached", "computed_name")}
    text = (tmp_path / "part0.py").read_text()
    line = text[: text.index("return getattr")].count("\n") + 1
    assert {one.detail for one in found} == {f"a name computed at run time in part0.py:{line} could be its name"}
    analysis, _ = analyse(tmp_path)
    assert f"part0.py:{line}" in reachability.explain(analysis, "part0:Used.dead_0_0").sentence


def test_what_only_a_held_back_one_uses_names_the_access_too(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("class C:\n    def f(self):\n        return helper()\n\n    def g(self, n):\n"
                                      "        return getattr(self, n)\n\n\ndef helper():\n    return 1\n\n\n"
                                      "C().g(input())\n" + MAIN)  # fmt: skip
    details = {one.id: one.detail for one in held(tmp_path)}
    assert details.keys() == {"main:C.f", "main:helper"}
    assert "`main:C.f` uses it" in details["main:helper"]
    assert "main.py:6" in details["main:helper"]


def test_eval_holds_back_what_its_module_imports(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("from other import one\nprint(eval(input()))\n" + MAIN)
    (tmp_path / "other.py").write_text("def one():\n    return 1\n\n\ndef two():\n    return 2\n")
    assert unreached(tmp_path) == {"other:two"}
    assert {(one.id, one.reason) for one in held(tmp_path)} == {("other:one", "evaluated_code")}


@pytest.mark.parametrize("name", ["dynamic_graded", "newer_syntax"])
def test_nothing_is_both_claimed_and_held_back(name: str) -> None:
    assert not {one.id for one in held(PROJECTS / name)} & {one.id for one in scan(PROJECTS / name)}


def test_a_part_of_a_project_is_resolved_against_the_whole(tmp_path: Path) -> None:
    project(tmp_path)
    loaded = load(tmp_path)
    whole = pipeline.scan(loaded, cache=False, opinions=False)
    part = pipeline.scan(loaded, [tmp_path / "part1.py"], cache=False, opinions=False)
    assert part.findings == tuple(one for one in whole.findings if one.path == "part1.py") != ()
    assert part.definitions == whole.definitions


GIVEN_BACK = """
import importlib


class Used:
    def one(self): ...
    def two(self): ...
    def three(self): ...
    def four(self): ...
    def five(self): ...
    def six(self): ...
    def dead(self): ...


def take(given):
    getattr(given, "x").one()
    getattr(given, "k")().two()
    kept = getattr(given, "x")
    kept.three()
    next(iter(given.y)).four()
    min(given.y, key=len).five()
    getattr(importlib.import_module("m"), "Used")().six()


def give():
    given = Exception()
    setattr(given, "x", Used())
    setattr(given, "k", Used)
    setattr(given, "y", [Used()])
    return given


if __name__ == "__main__":
    take(give())
"""


def test_members_of_what_a_builtin_gives_back_are_used(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(GIVEN_BACK)
    assert unreached(tmp_path) == {"m:Used.dead"}
