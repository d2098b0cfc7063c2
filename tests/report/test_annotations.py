"""What CI services read: SARIF, GitHub's workflow commands, GitLab's code quality."""

import json
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.gate import Breach, GateResult, Override
from auditor.model.report import RULES
from auditor.report import gate_words, github, gitlab, sarif, wording
from tests.report import sample

MANY = msgspec.structs.replace(
    sample.SCAN,
    findings=(
        *(
            msgspec.structs.replace(sample.SCAN.findings[0], id=f"m:f{n}", line=n + 1, end_line=n + 1 + n, lines=n + 1)
            for n in range(30)
        ),
        sample.SCAN.findings[1],
    ),
)


@pytest.mark.parametrize("rendered", [sarif.scan(sample.SCAN), sarif.gate(sample.GATE), sarif.scan(sample.CLEAN_SCAN)])
def test_sarif_has_the_required_structure(rendered: str) -> None:
    log = json.loads(rendered)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "auditor"
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"].isprintable()
        location = result["locations"][0]["physicalLocation"]
        assert re.fullmatch(r"[\w./%~()!*'$&+,;=:@-]+", location["artifactLocation"]["uri"])
        assert location.get("region", {"startLine": 1})["startLine"] >= 1
        assert re.fullmatch("[0-9a-f]{32}", result["partialFingerprints"]["auditorDefinition/v1"])


def test_sarif_rules_are_the_published_ones() -> None:
    run = json.loads(sarif.scan(sample.SCAN))["runs"][0]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == set(RULES)
    assert len(run["results"]) == len(sample.SCAN.findings)


def test_fingerprints_survive_a_move_and_differ_otherwise() -> None:
    moved = tuple(
        msgspec.structs.replace(f, line=f.line + 40, end_line=f.end_line + 40, path=f"src/{f.path}")
        for f in sample.SCAN.findings
    )
    before = json.loads(sarif.scan(sample.SCAN))["runs"][0]["results"]
    after = json.loads(sarif.scan(msgspec.structs.replace(sample.SCAN, findings=moved)))["runs"][0]["results"]
    assert [r["partialFingerprints"] for r in before] == [r["partialFingerprints"] for r in after]
    assert len({r["partialFingerprints"]["auditorDefinition/v1"] for r in before}) == len(before)


def test_sarif_names_unread_files_and_what_cannot_be_told() -> None:
    scanned = json.loads(sarif.scan(sample.SCAN))["runs"][0]["invocations"][0]
    assert [n["level"] for n in scanned["toolExecutionNotifications"]] == ["warning", "warning"]
    judged = json.loads(sarif.gate(sample.GATE_UNDECIDABLE))["runs"][0]["invocations"][0]
    assert judged["toolExecutionNotifications"][0]["message"]["text"].startswith("Cannot tell: The newest evidence")


def test_an_overridden_breach_is_suppressed_and_no_error() -> None:
    results = json.loads(sarif.gate(sample.GATE))["runs"][0]["results"]
    assert [bool(r.get("suppressions")) for r in results] == [False, False, False, True]
    assert [r["level"] for r in results] == ["error", "error", "error", "note"]


def test_a_change_of_which_nothing_is_known_does_not_look_like_one_that_passed() -> None:
    blind = msgspec.structs.replace(sample.GATE_UNDECIDABLE, breaches=())
    (run,) = json.loads(sarif.gate(blind))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [("gate-undecidable", "error")]
    assert [issue["severity"] for issue in json.loads(gitlab.gate(blind))] == ["blocker"]
    (passed,) = json.loads(sarif.gate(sample.GATE_PASSED))["runs"]
    assert passed["invocations"][0]["executionSuccessful"] is True and passed["results"] == []


def test_no_text_is_a_link_in_sarif() -> None:
    breach = Breach("[x](https://x.example)", "a.py", 1, "called", "](javascript:alert(1))")
    (result,) = json.loads(sarif.gate(GateResult("a", "b", False, 1, 0, (breach,))))["runs"][0]["results"]
    assert "](" not in result["message"]["text"]


def test_sarif_stays_under_the_limit_of_results() -> None:
    finding = sample.SCAN.findings[0]
    many = tuple(msgspec.structs.replace(finding, id=f"shop:f{n}") for n in range(sarif.MAX_RESULTS + 5))
    run = json.loads(sarif.scan(msgspec.structs.replace(sample.CLEAN_SCAN, findings=many)))["runs"][0]
    assert len(run["results"]) == sarif.MAX_RESULTS
    assert run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"].startswith("5 more")


def commands(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith("::")]


@pytest.mark.parametrize("rendered", [github.scan(sample.SCAN), github.gate(sample.GATE), github.scan(MANY)])
def test_no_name_can_forge_a_github_command(rendered: str) -> None:
    found = commands(rendered)
    for level in ("error", "warning"):
        assert sum(line.startswith(f"::{level} ") for line in found) <= github.MAX_ANNOTATIONS
    assert found
    for line in found:
        assert re.fullmatch(
            r"::(warning|error) (\w+=[^,:\n]*)(,\w+=[^,:\n]*)*::[^\n]*|::group::auditor: \d+ notes?|::endgroup::", line
        )
        assert not line.startswith("::error::forged")
    assert "##" not in "".join(line for line in rendered.splitlines() if line not in found)


def test_github_escapes_properties_and_messages() -> None:
    breach = Breach("shop:x%", "a,b:c%\n.py", 3, "called", "50 %\r\n::error::y")
    rendered = github.gate(msgspec.structs.replace(sample.GATE, breaches=(breach,)))
    first = rendered.splitlines()[0]
    assert first == (
        "::error file=a%2Cb%3Ac%25%0A.py,line=3,endLine=3,title=auditor%3A still called::"
        f"shop:x%25: 50 %25\\r\\n::error::y%0A{gate_words.MEND['called']}"
    )


PIECES = (
    "::error::", "::", "##[error]", "##vso[", "%0A", "%25", "%", "\n", "\r", "\u2028", "\x85", "\u200b", "\u202e",
    "\u2066", "\ufeff", "\u00a0", " ", ",", ":", "file=x", "::add-mask::", "::stop-commands::t", "\x1b[31m", "a",
)  # fmt: skip


def test_breaches_on_one_line_of_which_the_same_is_said_are_one_annotation() -> None:
    others = tuple(Breach("m:g", path, line, "no_evidence", "no ledger") for path, line in (("m.py", 8), ("n.py", 7)))
    breaches = (*sample.ALIKE, *others, Breach("m:h", "m.py", 7, "called", "no ledger"))
    found = commands(github.gate(GateResult("a", "b", False, 33, 0, breaches)))
    assert [line.partition(",title")[0] for line in found] == [
        "::error file=m.py,line=7,endLine=7", "::error file=m.py,line=7,endLine=7",
        "::error file=m.py,line=8,endLine=8", "::error file=n.py,line=7,endLine=7",
    ]  # fmt: skip
    assert "::m:h: no ledger" in found[0]
    assert "::m:f0, m:f1, m:f10, m:f11, m:f12 and 25 more: no ledger%0A" in found[1]


def test_the_tenth_error_is_the_last_and_warnings_have_room_of_their_own() -> None:
    errors = tuple(Breach(f"m:f{n}", "m.py", n, "called", "x") for n in range(12))
    lifted = tuple(Breach(f"m:g{n}", "m.py", n, "called", "x", override="me") for n in range(12))
    lines = github.gate(GateResult("a", "b", False, 24, 0, errors + lifted, notes=("n",) * 300)).splitlines()
    assert [sum(line.startswith(f"::{level} ") for line in lines) for level in ("error", "warning")] == [10, 10]
    assert "auditor: 4 more left out here; --format text or json lists all." in lines
    assert "… and 100 more; --format json lists all." in lines and len(lines) == 20 + 1 + 203 + 1


HOSTILE = st.one_of(st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=8).map("".join))


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_becomes_a_command_of_its_own(name: str, path: str, told: str) -> None:
    breaches = (
        Breach(name, path, 3, "called", told),
        Breach(name, path, 0, "no_evidence", told, override=told),
    )
    overrides = (Override(name, "trailer", told, told, None, path, problem=told),)
    result = GateResult(name, name, False, 1, 0, breaches, (told, name), told, path, overrides, (told,))
    lines = github.gate(result).split("\n")
    kinds = [re.match(r"::(\w+)", line.strip()) for line in lines]
    assert [kind[1] for kind in kinds if kind] == ["error", "error", "warning", "group", "endgroup"]
    assert not any("##" in line for line, kind in zip(lines, kinds, strict=True) if kind is None)
    assert all(wording.printable(line) == line for line in lines)
    # What a service reads back: the message as it was, line ends and invisible characters as escapes.
    message = lines[0].split("::", 2)[2].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    assert message == f"{wording.printable(f'{name}: {told}')}\n{gate_words.MEND['called']}"
    properties = [part.split("=", 1)[0] for part in lines[0].split("::")[1].removeprefix("error ").split(",")]
    assert [one for one in properties if one not in ("file", "line", "endLine", "title")] == []


def test_old_style_commands_are_broken_up() -> None:
    hostile = "##[error]x ##vso[task.complete]"
    result = msgspec.structs.replace(sample.GATE_UNDECIDABLE, undecidable=hostile, unknowns=(hostile,))
    last = github.gate(result).splitlines()[-1]
    assert "##" not in last


def test_github_shows_the_most_important_first_and_counts_the_rest() -> None:
    lines = github.scan(MANY).splitlines()
    assert "AUD002" in lines[0]
    assert "line=30," in lines[1] and "(30 lines)" in lines[1]
    assert lines[10] == "auditor: 21 more left out here; --format text or json lists all."
    assert lines[11] == "auditor: 31 findings."


def test_github_puts_what_production_calls_first_and_overrides_last() -> None:
    lines = github.gate(sample.GATE).splitlines()
    shown = re.findall(r"^::(\w+) .*title=auditor%3A ([^:]+)::", "\n".join(lines), re.MULTILINE)
    assert shown == [
        ("error", "still called"), ("error", "still referred to"), ("error", "nothing known of it"),
        ("warning", "called%2C though nothing seems to reach it"),
    ]  # fmt: skip
    assert lines[-1].startswith("auditor: BLOCKED: 2 deletions may not pass. CANNOT TELL: whether shop.x:")


@pytest.mark.parametrize(
    "rendered",
    [gitlab.scan(sample.SCAN), gitlab.gate(sample.GATE), gitlab.gate(sample.GATE_UNDECIDABLE), gitlab.scan(MANY)],
)
def test_gitlab_issues_are_complete_and_their_fingerprints_unique(rendered: str) -> None:
    issues = json.loads(rendered)
    assert issues
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert issue.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1
        assert issue["description"].isprintable()


def test_equal_ids_get_different_gitlab_fingerprints() -> None:
    twice = msgspec.structs.replace(sample.SCAN, findings=(sample.SCAN.findings[0],) * 3)
    assert len({issue["fingerprint"] for issue in json.loads(gitlab.scan(twice))}) == 3
