"""vulture in process says what its command line says; other tools' agreement, and reports of another version."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from auditor.analysis import discover
from auditor.analysis.extraction.extract_all import extract_all
from auditor.analysis.opinions.agreement import place, with_agreement
from auditor.analysis.opinions.opinion_values import Opinion
from auditor.analysis.opinions.vulture import VultureSettings, vulture_report
from auditor.config import AuditConfig
from tests.analysis.composing import scan

DEFAULTS = VultureSettings()
CODE = """\
import os
import enum  # noqa
from typing import List


class Colour(enum.Enum):
    RED = 1

    def __str__(self):
        return self._name_


@property
def decorated(first, second):
    # type: (int, List[int]) -> str
    self.stored = getattr(first, "looked_up")
    return "{named}".format(**locals())
    print("never")


def looked_up(): ...
def test_one(): ...  # noqa: V103
async def named(a, *, b=1): return {a: "%(gone)s" % locals()}
"""


def in_process(root: Path, settings: VultureSettings = DEFAULTS) -> list[str]:
    found = discover.discover(root, AuditConfig())
    facts = extract_all(discover.read_sources(root, found.files), frozenset(), jobs=1)
    return [one.text for one in vulture_report(facts, root, settings)]


def command_line(root: Path, *options: str) -> list[str]:
    command = [sys.executable, "-P", "-m", "vulture", ".", "--min-confidence", "60", *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout.splitlines()


@pytest.mark.parametrize("package", ["click", "flask", "starlette"])
def test_in_process_it_reports_what_its_command_line_reports(package: str) -> None:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"{package} is not installed")
    root = Path(spec.origin).parent
    reported = command_line(root)
    assert in_process(root) == reported
    assert len(reported) > 5


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ((), DEFAULTS),
        (("--ignore-names", "look*,RED"), VultureSettings(ignore_names=("look*", "RED"))),
        (("--ignore-decorators", "@prop*"), VultureSettings(ignore_decorators=("@prop*",))),
        (("--min-confidence", "90"), VultureSettings(min_confidence=90)),
    ],
)
def test_the_same_holds_for_settings_comments_and_test_files(
    tmp_path: Path, options: tuple[str, ...], settings: VultureSettings
) -> None:
    for path in ("one.py", "tests/test_two.py", "pkg/__init__.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(CODE)
    (tmp_path / "three.py").write_text(CODE.replace("# type: (int", "# type: (int,,"))
    reported = command_line(tmp_path, *options)
    assert in_process(tmp_path, settings) == reported
    assert reported


def test_several_tools_that_agree_are_named(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "def used():\n    pass\n\n\ndef gone():\n    return 1\n\n\nif __name__ == '__main__':\n    used()\n"
    )
    findings = scan(tmp_path)
    opinions = [
        Opinion("skylos", "main.py", 5, "gone", "function"),
        Opinion("deadcode", "main.py", 1, "used", "function"),
    ]
    found = {one.id: one.agreed_by for one in with_agreement(findings, opinions)}
    assert found == {"main:gone": ("skylos", "vulture")}


def test_a_report_of_another_version_is_said_and_left_out() -> None:
    lines = {"pkg/m.py": ["@app.get('/')", "def f():", "    pass", "from json import (", "    dumps as z,", ")"]}
    opinions = [
        Opinion("skylos", "/ci/build/pkg/m.py", 2, "f", "function"), Opinion("vulture", "pkg/m.py", 1, "f", "function"),
        Opinion("skylos", "pkg/m.py", 4, "dumps", "import"), Opinion("skylos", "pkg/m.py", 3, "f", "function"),
        Opinion("skylos", "pkg/m.py", 99, "g", "function"), Opinion("skylos", "other/x.py", 1, "h", "function"),
    ]  # fmt: skip
    placed = place(opinions, "reports/all.json", ["pkg/m.py"], lines.get)
    assert [(one.path, one.line, one.name) for one in placed.opinions] == [
        ("pkg/m.py", 2, "f"), ("pkg/m.py", 1, "f"), ("pkg/m.py", 4, "z"),
    ]  # fmt: skip
    stale, foreign = (one.message for one in placed.problems)
    assert "made from another version" in stale
    assert "2 of its 6 entries" in stale
    assert "not audited here" in foreign
