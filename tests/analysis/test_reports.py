"""Reports of Knip, deadcode, skylos and vulture: what they say, and what is no report of theirs."""

import json
from pathlib import Path

import pytest

from auditor.analysis.opinions.opinion_reports import read_report
from auditor.analysis.opinions.opinion_values import OpinionReport, ToolName
from auditor.errors import ConfigError

REPORTS = Path(__file__).parent / "reports"
DEADCODE = (
    "v.py:1:7: \x1b[91mDC07\x1b[0m Import `\x1b[1mos\x1b[0m` is never used\nv.py:7:4: DC04 Method `m` is never used\n"
)
SKYLOS = {
    "unused_functions": [{"name": "m.f", "full_name": "m.f", "file": "/repo/m.py", "line": 4, "confidence": 90}],
    "unused_imports": [], "unused_classes": [], "unused_variables": [], "unused_parameters": [],
    "analysis_errors": [{"file": "/repo/bad.py", "line": 3, "message": "invalid syntax"}],
    "analysis_summary": {"comparison_scope": {"repository_root": "/repo"}},
}  # fmt: skip


def read(tmp_path: Path, tool: ToolName, content: str | bytes) -> OpinionReport:
    path = tmp_path / "report"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_report(tool, path, "report")


@pytest.mark.parametrize("version", [2, 4, 5, 6])
def test_every_version_of_knip_gives_the_same_ids(version: int) -> None:
    found = read_report("knip", REPORTS / f"knip-{version}.json", "knip.json").findings
    by_rule = {(one.rule, one.id) for one in found}
    common = {
        ("AUD020", "src/services/helper2.ts"), ("AUD024", "package.json:unused-dep"),
        ("AUD024", "package.json:lodash"), ("AUD025", "src/index.ts:unlisted-pkg"),
    }  # fmt: skip
    exports = {
        ("AUD021", "src/services/user.ts:unusedFn"), ("AUD021", "src/services/user.ts:dup"),
        ("AUD021", "src/ns.ts:unusedInNs"), ("AUD022", "src/services/user.ts:UnusedType"),
        ("AUD023", "src/enums.ts:Color.Blue"),
    }  # fmt: skip
    assert by_rule == (common if version == 2 else common | exports)
    assert {one.language for one in found if one.path.endswith(".ts")} == {"typescript"}
    assert all(one.agreed_by == ("knip",) and one.line >= 1 for one in found)


def test_knip_says_the_line_where_it_knows_one() -> None:
    found = {one.id: one for one in read_report("knip", REPORTS / "knip-6.json", "knip.json").findings}
    assert found["src/services/user.ts:unusedFn"].line == 2
    assert found["src/services/helper2.ts"].kind == "file"


def test_members_and_duplicates_of_knip_are_named_by_owner_and_alias(tmp_path: Path) -> None:
    issue = {
        "file": "a.mts", "classMembers": {"Shop": [{"name": "old", "line": 3}]},
        "namespaceMembers": [{"namespace": "ns", "name": "gone", "line": 4}],
        "duplicates": [[{"name": "one", "line": 1}, {"name": "default", "line": 9}]],
    }  # fmt: skip
    found = read(tmp_path, "knip", json.dumps({"issues": [issue]})).findings
    assert [(one.id, one.line, one.rule) for one in found] == [
        ("a.mts:Shop.old", 3, "AUD023"), ("a.mts:ns.gone", 4, "AUD023"), ("a.mts:default", 9, "AUD026"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"unusedFiles": []}, "issues is missing"),
        ({"issues": [], "unused": []}, "unused is a key"),
        ({"issues": {"file": "a.ts"}}, "issues is a table"),
        ({"issues": [{"exports": []}]}, "issues[0].file is missing"),
        ({"issues": [{"file": "a.ts", "unusedExports": []}]}, "issues[0].unusedExports is a key"),
        ({"issues": [{"file": "a.ts", "exports": [{"id": "x"}]}]}, "issues[0].exports[0].name is missing"),
        ({"issues": [{"file": "a.ts", "exports": "x"}]}, "issues[0].exports is text"),
        ({"issues": [{"file": "a.ts", "exports": [{"name": "x", "line": "1"}]}]}, "exports[0].line is text"),
    ],
)
def test_what_no_knip_writes_is_an_error_with_file_and_key(tmp_path: Path, content: object, key: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, "knip", json.dumps(content))
    assert "report: " in str(error.value)
    assert key in str(error.value)


@pytest.mark.parametrize(
    ("tool", "content"),
    [
        ("knip", "not json"), ("skylos", "[1, 2"), ("skylos", b"\xff\xfe"), ("deadcode", b"\xff\xfe\x00"),
        ("deadcode", "usage: deadcode [OPTIONS]"), ("vulture", "Traceback (most recent call last):"),
        ("skylos", json.dumps({"unused_functions": []})),
        ("skylos", json.dumps({**SKYLOS, "unused_functions": [{"name": "f"}]})),
    ],
)  # fmt: skip
def test_what_no_tool_writes_is_an_error(tmp_path: Path, tool: ToolName, content: str | bytes) -> None:
    with pytest.raises(ConfigError, match="report"):
        read(tmp_path, tool, content)


def test_a_report_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="run skylos first"):
        read_report("skylos", tmp_path / "absent.json", "absent.json")


def test_deadcode_is_read_with_and_without_colours(tmp_path: Path) -> None:
    found = read(tmp_path, "deadcode", DEADCODE).opinions
    assert [(one.path, one.line, one.name, one.kind) for one in found] == [
        ("v.py", 1, "os", "import"), ("v.py", 7, "m", "method"),
    ]  # fmt: skip
    assert read(tmp_path, "deadcode", "").opinions == ()


def test_skylos_says_relative_paths_and_what_it_could_not_read(tmp_path: Path) -> None:
    report = read(tmp_path, "skylos", json.dumps(SKYLOS))
    assert [(one.path, one.line, one.name, one.kind) for one in report.opinions] == [("m.py", 4, "f", "function")]
    assert [(one.path, one.line) for one in report.problems] == [("/repo/bad.py", 3)]
    assert "invalid syntax" in report.problems[0].message


def test_vultures_own_text_is_read(tmp_path: Path) -> None:
    text = (
        "v.py:1: unused import 'os' (90% confidence)\nv.py:9: unused class 'A' (60% confidence, 5 lines)\n"
        "v.py:10: unreachable code after 'return' (100% confidence)\nw.py:3: invalid syntax at \"x = = 1\"\n"
    )
    report = read(tmp_path, "vulture", text)
    assert [(one.line, one.name, one.kind) for one in report.opinions] == [(1, "os", "import"), (9, "A", "class")]
    assert [(one.path, one.line) for one in report.problems] == [("w.py", 3)]
