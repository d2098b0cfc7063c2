"""The call of Knip, with an `npx` of our own on the PATH."""

import os
from pathlib import Path

import pytest

from auditor.analysis.opinions.knip_run import run_knip

MANIFEST = '{"devDependencies": {"knip": "6"}}'
EMPTY = '{"issues": []}'
FOUND = '{"issues": [{"file": "a.ts", "files": [{"name": "a.ts"}]}]}'

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in for npx is a shell script")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    (tmp_path / "package.json").write_text(MANIFEST)
    return tmp_path


def npx(root: Path, output: str, code: int, complaint: str = "") -> None:
    script = root / "bin" / "npx"
    script.write_text(f"#!/bin/sh\necho \"$@\" > asked\ncat <<'E'\n{output}\nE\necho '{complaint}' >&2\nexit {code}\n")
    script.chmod(0o755)


@pytest.mark.parametrize(("output", "code", "ids"), [(FOUND, 1, ["a.ts"]), (EMPTY, 0, [])])
def test_what_knip_says_is_taken_over(root: Path, output: str, code: int, ids: list[str]) -> None:
    npx(root, f"> a plugin talks\n{output}", code, "npm warn nothing")
    report = run_knip(root)
    assert [one.id for one in report.findings] == ids
    assert report.problems == ()
    assert (root / "asked").read_text().split() == ["--no-install", "knip", "--reporter", "json"]


def test_knip_2_exits_with_the_number_of_issues(root: Path) -> None:
    npx(root, '[{"file": "a.ts", "files": true}, {"file": "b.ts", "files": true}]', 2)
    assert [one.id for one in run_knip(root).findings] == ["a.ts", "b.ts"]


@pytest.mark.parametrize(
    ("output", "code", "said"),
    [
        ("", 1, "wrote no report"), ("", 0, "wrote no report"), ("{}", 0, "issues is missing"),
        (EMPTY, 2, "exit code 2: Unable to find knip.json"), ("", 127, "exit code 127"),
    ],
)  # fmt: skip
def test_every_failure_is_named(root: Path, output: str, code: int, said: str) -> None:
    npx(root, output, code, "Unable to find knip.json")
    report = run_knip(root)
    assert report.findings == ()
    assert len(report.problems) == 1
    assert said in report.problems[0].message
    assert "nothing is known of its findings" in report.problems[0].message


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (None, "no package.json"),
        ("{}", "does not list it"),
        ("{", "cannot be read"),
        ('{"a": [1]}', "does not list it"),
    ],
)
def test_a_knip_that_is_not_there_is_named(root: Path, manifest: str | None, said: str) -> None:
    if manifest is None:
        (root / "package.json").unlink()
    else:
        (root / "package.json").write_text(manifest)
    npx(root, EMPTY, 0)
    assert said in run_knip(root).problems[0].message
    assert not (root / "asked").exists()


def test_no_npx_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root / "bin"))
    assert "npx is not on the PATH" in run_knip(root).problems[0].message
