"""`auditor scan` and `why` with other tools' reports, and with what is suppressed."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

MAIN = """\
import sys  # noqa: F401


def used():
    return 1


def gone():
    return 2


def kept():  # auditor: keep — called by hand
    return 3


def listed():
    return 4


if __name__ == "__main__":
    used()
"""
SKYLOS = {
    "unused_functions": [
        {"name": "gone", "full_name": "main.gone", "file": "/ci/main.py", "line": 8},
        {"name": "used", "full_name": "main.used", "file": "/ci/main.py", "line": 4},
    ],
    "unused_imports": [], "unused_classes": [], "unused_variables": [], "unused_parameters": [], "analysis_errors": [],
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "whitelist.py").write_text("listed\nabsent\n")
    (tmp_path / "auditor.toml").write_text('[[scan.reports]]\ntool = "skylos"\npath = "skylos.json"\n')
    (tmp_path / "skylos.json").write_text(json.dumps(SKYLOS))
    return tmp_path


def test_agreement_and_suppressions_are_part_of_a_scan(auditor: Run, root: Path) -> None:
    done = auditor("scan", "--format", "json", cwd=root)
    result = json.loads(done.stdout)
    found = {one["id"]: (one["rule"], one["agreed_by"]) for one in result["findings"]}
    assert found == {
        "main:gone": ("AUD001", ["skylos", "vulture"]),
        "whitelist.py:<whitelist absent>": ("AUD014", []),
    }
    assert result["suppressed"] == 3
    assert result["suppressions"] == []


def test_what_is_suppressed_is_listed_with_its_reason(auditor: Run, root: Path) -> None:
    result = json.loads(auditor("scan", "--format", "json", "--show-suppressed", cwd=root).stdout)
    told = {one["id"]: (one["by"], one["reason"], one["where"], one["at"]) for one in result["suppressions"]}
    assert told == {
        "main:sys": ("noqa", "# noqa: F401", "main.py", 1),
        "main:kept": ("keep", "# auditor: keep — called by hand", "main.py", 12),
        "main:listed": ("whitelist", "whitelist has listed", "whitelist.py", 1),
    }
    text = auditor("scan", "--show-suppressed", cwd=root).stdout
    assert "Suppressed (3):" in text
    assert "skylos, vulture agree" in text


def test_what_others_call_unused_and_we_do_not_is_listed_and_said_by_why(auditor: Run, root: Path) -> None:
    result = json.loads(auditor("scan", "--format", "json", "--show-opinions", cwd=root).stdout)
    assert "main.py:4 function used: skylos calls it unused; it is reached in production" in result["opinions"]
    assert "Skylos calls it unused." in auditor("why", "main.py:4", cwd=root).stdout


@pytest.mark.parametrize("given", ["skylos", "=x", "mypy=x.json", "skylos="])
def test_a_report_is_given_as_tool_and_path(auditor: Run, root: Path, given: str) -> None:
    done = auditor("scan", "--opinion", given, cwd=root)
    assert done.returncode == 2
    assert "TOOL=REPORT" in done.stderr


def test_a_report_that_is_none_fails_with_file_and_key(auditor: Run, root: Path) -> None:
    (root / "knip.json").write_text('{"unusedFiles": []}')
    done = auditor("scan", "--opinion", "knip=knip.json", cwd=root)
    assert done.returncode == 2
    assert "issues is missing" in done.stderr


def test_knip_that_cannot_run_is_a_problem(auditor: Run, root: Path) -> None:
    (root / "auditor.toml").write_text("[scan]\nknip = true\n")
    done = auditor("scan", "--format", "json", cwd=root)
    assert [one["path"] for one in json.loads(done.stdout)["problems"]] == ["package.json"]


def test_hostile_names_in_a_report_stay_text(auditor: Run, root: Path) -> None:
    issue = {"file": "a\x1b[31m.ts", "exports": [{"name": "<script>\x07", "line": 1}]}
    (root / "knip.json").write_text(json.dumps({"issues": [issue]}))
    for format_name in ("text", "json", "sarif", "markdown", "html", "github", "gitlab"):
        out = auditor("scan", "--opinion", "knip=knip.json", "--format", format_name, cwd=root).stdout
        assert "\x1b" not in out
        assert "\x07" not in out
        assert format_name not in ("html", "markdown") or "<script>\\" not in out
