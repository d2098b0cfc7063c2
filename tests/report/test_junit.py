"""JUnit XML: its shape, what is a failure, and that no name breaks it."""

from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.gate import Breach, GateResult, Passed
from auditor.report import junit
from tests.report import junit_shape, sample

BLIND = msgspec.structs.replace(sample.GATE, unknowns=("a.py cannot be parsed", "b.py neither"))


def outcomes(text: str) -> dict[str, str]:
    """Return the cases by name, each with what it came to."""
    cases = ElementTree.fromstring(text.encode()).iter("testcase")
    return {
        case.get("name", ""): next((e.tag for e in case if e.tag != "system-out"), "passed") for case in cases
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        *(junit.gate(one) for one in (sample.GATE, sample.GATE_PASSED, sample.GATE_UNDECIDABLE, BLIND)),
        junit.scan(sample.SCAN), junit.scan(sample.CLEAN_SCAN),
    ],
)  # fmt: skip
def test_it_has_the_shape_that_services_read_and_names_that_differ(text: str) -> None:
    assert junit_shape.problems(text) == []
    names = [case.get("name") for case in ElementTree.fromstring(text.encode()).iter("testcase")]
    assert names and len(set(names)) == len(names)


def test_breaches_fail_overrides_are_skipped_and_what_passes_passes() -> None:
    found = outcomes(junit.gate(sample.GATE))
    assert found["shop.auth:pam_simple"] == "failure"
    assert found["shop.exports:run_nightly"] == "skipped"
    assert found["shop.legacy.pricing:old_discount"] == "passed"
    assert found["the change as a whole"] == "passed"


def test_what_cannot_be_known_is_an_error_that_says_why() -> None:
    found = outcomes(junit.gate(sample.GATE_UNDECIDABLE))
    assert found == {"the change as a whole": "error", "shop.pricing:discount": "error"}
    blind = ElementTree.fromstring(junit.gate(BLIND).encode()).find(".//error")
    assert blind is not None and blind.text == "a.py cannot be parsed\nb.py neither"


def test_files_that_could_not_be_read_are_an_error_of_a_scan() -> None:
    found = outcomes(junit.scan(sample.SCAN))
    assert found.pop("every file could be read") == "error"
    assert set(found.values()) == {"failure"}
    assert outcomes(junit.scan(sample.CLEAN_SCAN)) == {"every file could be read": "passed"}


def test_one_definition_with_two_breaches_is_two_cases() -> None:
    twice = tuple(Breach("a:b", "a.py", 1, why, "x") for why in ("called", "reachable", "reachable"))
    names = outcomes(junit.gate(msgspec.structs.replace(sample.GATE, breaches=twice)))
    assert {"a:b", "a:b (reachable)", "a:b #2"} <= set(names)


def test_the_report_is_capped_and_says_so() -> None:
    many = tuple(Passed(f"m:f{n}", "m.py", 1, "x") for n in range(junit.MAX_CASES + 4))
    text = junit.gate(msgspec.structs.replace(sample.GATE_PASSED, passes=many))
    assert "5 more are left out here" in text
    assert len(outcomes(text)) == junit.MAX_CASES


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=30), st.text(max_size=30))
def test_no_text_breaks_it(name: str, detail: str) -> None:
    hostile = GateResult(
        "a", "b", False, 1, 0, (Breach(name, detail, 1, "called", detail, None), Breach(name, name, 1, "called", name)),
        passes=(Passed(name, name, 0, detail),), unknowns=(detail, name), undecidable=name,
    )  # fmt: skip
    text = junit.gate(hostile)
    assert junit_shape.problems(text) == []
    assert not any(line.lstrip().startswith("::") or "##" in line for line in text.splitlines())
