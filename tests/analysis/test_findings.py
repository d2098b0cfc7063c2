from pathlib import Path

import pytest

from auditor.analysis import reachability
from auditor.model.graph import Analysis
from auditor.model.report import ScanFinding
from tests.analysis.composing import analyse, scan

FILES = {
    "main.py": "from pkg import used\nimport late\nif __name__ == '__main__':\n    used.go()\n    late.start(late)\n",
    "pkg/__init__.py": "",
    "pkg/used.py": (
        "import os\nimport sys as system\nfrom . import gone\n\n\ndef go():\n    return system\n\n\n"
        "class Dead:\n    def method(self):\n        unread = 1\n        return helper()\n\n\n"
        "def helper():\n    return 1\n"
    ),
    "pkg/gone.py": "VALUE = 1\n",
    "pkg/never.py": "from . import gone\n\n\ndef one():\n    return gone.VALUE\n",
    "late.py": "def start(unused):\n    return 1\n\n\ndef tested():\n    return 2\n",
    "tests/test_late.py": "import late\n\n\ndef test_late():\n    assert late.tested()\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def findings(root: Path) -> dict[str, ScanFinding]:
    return {one.id: one for one in scan(root)}


@pytest.fixture
def analysis(root: Path) -> Analysis:
    return analyse(root)[0]


def test_findings_have_status_rule_and_what_they_lie_in(findings: dict[str, ScanFinding]) -> None:
    assert {key: (one.status, one.rule, one.inside) for key, one in findings.items()} == {
        "late:start.<locals>.unused": ("local", "AUD012", None),
        "late:tested": ("test_only", "AUD003", None),
        "pkg.gone:VALUE": ("unreached", "AUD001", None),
        "pkg.never:": ("unreached", "AUD002", None),
        "pkg.never:one": ("unreached", "AUD001", "pkg.never:"),
        "pkg.used:os": ("local", "AUD010", None),
        "pkg.used:gone": ("local", "AUD010", None),
        "pkg.used:Dead": ("unreached", "AUD001", None),
        "pkg.used:Dead.method": ("unreached", "AUD001", "pkg.used:Dead"),
        "pkg.used:Dead.method.<locals>.unread": ("local", "AUD011", "pkg.used:Dead"),
        "pkg.used:helper": ("unreached", "AUD001", None),
    }


def test_findings_are_sorted_and_outermost_first(root: Path) -> None:
    found = scan(root)
    assert [one.path for one in found] == sorted(one.path for one in found)
    seen: set[str] = set()
    for one in found:
        assert one.inside is None or one.inside in seen
        seen.add(one.id)


def test_every_finding_has_evidence_with_a_place(findings: dict[str, ScanFinding]) -> None:
    for one in findings.values():
        assert one.evidence
        assert all(evidence.path and evidence.supports == "dead" for evidence in one.evidence)
    assert "pkg.used:Dead.method" in findings["pkg.used:helper"].evidence[0].detail
    assert findings["pkg.used:helper"].evidence[0].line == 13


def test_vulture_agrees_only_where_no_file_uses_the_name(findings: dict[str, ScanFinding]) -> None:
    assert findings["pkg.used:Dead"].agreed_by == ("vulture",)
    assert findings["pkg.used:helper"].agreed_by == ()


def test_why_of_something_alive_is_a_chain(analysis: Analysis) -> None:
    found = reachability.explain(analysis, "pkg.used:go")
    assert found.status == "production"
    assert [one.id for one in found.chain] == ["main:", "pkg.used:go"]
    assert (found.chain[1].path, found.chain[1].line) == ("main.py", 4)


def test_why_of_something_only_tested(analysis: Analysis) -> None:
    found = reachability.explain(analysis, "late:tested")
    assert found.status == "test_only"
    assert found.chain[-1].path == "tests/test_late.py"


def test_why_not_names_who_refers_and_what_would_change(analysis: Analysis) -> None:
    found = reachability.explain(analysis, "pkg.used:helper")
    assert (found.status, found.chain) == ("unreached", ())
    assert [(one.id, one.path, one.line) for one in found.referred_by] == [("pkg.used:Dead.method", "pkg/used.py", 13)]
    assert "pkg.used:Dead.method" in found.would_change
    alone = reachability.explain(analysis, "pkg.never:")
    assert alone.referred_by == ()
    assert "imports pkg.never" in alone.would_change


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkg.used:Dead.method", "pkg.used:Dead.method"),
        ("pkg.used.Dead.method", "pkg.used:Dead.method"),
        ("pkg/used.py:12", "pkg.used:Dead.method"),
        ("./pkg/used.py:10", "pkg.used:Dead"),
        ("pkg/used.py:4", "pkg.used:"),
        ("pkg.used", "pkg.used:"),
        ("Dead.method", "pkg.used:Dead.method"),
        ("helper", "pkg.used:helper"),
        ("pkg/used.py:999", None),
        ("no.such", None),
        ("", None),
    ],
)
def test_locate(analysis: Analysis, text: str, expected: str | None) -> None:
    assert reachability.locate(analysis, text) == expected


def test_an_import_used_only_in_a_quoted_type_of_a_plain_assignment_is_used(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "import subprocess\nimport json\nfrom collections.abc import Callable\n\n"
        "Run = Callable[..., 'subprocess.CompletedProcess[str]']\n\n"
        "if __name__ == '__main__':\n    print(Run)\n"
    )
    assert [(one.rule, one.line) for one in scan(tmp_path)] == [("AUD010", 2)]


def test_why_says_which_handler_is_matched_before_a_shadowed_one(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/x')\ndef first():\n    return 1\n\n\n"
        "@app.get('/x')\ndef second():\n    return 2\n"
    )
    explanation = reachability.explain(analyse(tmp_path)[0], "main:second")
    assert explanation.sentence == "it is registered for GET /x, but main:first matches first, so it never serves"
