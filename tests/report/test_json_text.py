"""The published JSON: keys as in the contract, same value same bytes, and plans read back strictly."""

import json
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import ConfigError
from auditor.model.plan import PlanFinding
from auditor.report import json_text
from tests.report import sample


def test_scan_has_the_published_keys() -> None:
    found = json.loads(json_text.scan(sample.SCAN))
    assert found.keys() >= {
        "format_version", "tool", "root", "commit", "files", "lines", "definitions", "routes", "findings", "problems",
    }  # fmt: skip
    assert found["tool"].keys() == {"name", "version"}
    assert found["findings"][0].keys() >= {
        "id", "kind", "language", "path", "line", "end_line", "lines", "status", "rule", "agreed_by", "evidence",
    }  # fmt: skip
    assert found["findings"][0]["evidence"][0].keys() == {"kind", "supports", "detail", "path", "line"}
    assert found["problems"][0].keys() == {"path", "line", "message"}
    assert [f["inside"] for f in found["findings"] if f["inside"]] == ["shop.legacy.pricing:"] * 2


def test_routes_have_the_published_keys_and_no_others() -> None:
    found = json.loads(json_text.routes(sample.ROUTES))
    keys = {"method", "template", "id", "path", "line", "framework", "shadowed_by"}
    assert [route.keys() for route in found] == [keys] * len(sample.ROUTES)
    assert found[2]["shadowed_by"] == "shop.pam:chat"


def test_plan_has_the_published_keys() -> None:
    found = json.loads(json_text.plan(sample.PLAN))
    assert found.keys() >= {
        "format_version", "plan_id", "base_commit", "window", "evidence", "counts", "batches", "findings",
        "contradictions", "unattributed",
    }  # fmt: skip
    assert found["window"] == {"start": "2026-11-07T08:15:00Z", "end": "2026-11-21T08:15:00Z", "days": 14}
    assert found["evidence"].keys() >= {"digest", "watched", "sources", "endpoints_observed"}
    assert found["evidence"]["watched"][0] == {"source": "redis", "day": "2026-11-07", "minutes": 945}
    assert found["evidence"]["sources"][0] == {
        "name": "redis", "healthy": True, "problem": None, "only_for_use": False,
    }  # fmt: skip
    assert found["counts"].keys() == {"LIVE", "DORMANT", "DEAD", "TEST_ONLY", "CONTRADICTED", "UNDECIDED"}
    assert found["batches"][0].keys() == {
        "number", "paths", "risk", "lines_removed", "tags", "steps", "verify", "rollback", "depends_on", "uses",
    }  # fmt: skip
    assert found["batches"][0]["tags"].keys() == {"before", "verified"}
    assert found["batches"][0]["steps"][0].keys() == {"path", "action", "remove", "body_hash"}
    assert found["findings"][0].keys() >= {"id", "verdict", "held_back", "batch", "evidence"}
    assert found["unattributed"][0] == {"key": "GET /wp-login.php", "count": 311}


def test_gate_has_the_published_keys() -> None:
    found = json.loads(json_text.gate(sample.GATE))
    assert found.keys() >= {"format_version", "base", "head", "passed", "deleted", "moved", "breaches"}
    assert found["breaches"][0].keys() >= {"id", "path", "line", "why", "detail", "override"}


def test_usage_stats_have_the_published_shape() -> None:
    found = json.loads(json_text.document(sample.STATS))
    assert found.keys() >= {"period_days", "endpoints_used", "stats", "generated_at"}
    assert found["stats"]["POST:/api/v1/pam/chat"].keys() >= {"calls", "errors", "last_used"}


@pytest.mark.parametrize("plan", [sample.PLAN, sample.REFUSED])
def test_a_plan_comes_back_as_it_was(plan: object) -> None:
    written = json_text.plan(plan)  # type: ignore[arg-type]  # a parametrized Plan
    assert json_text.read_plan(written.encode()) == plan
    assert json_text.plan(json_text.read_plan(written.encode())) == written


def test_objects_are_sorted_and_indented() -> None:
    written = json_text.plan(sample.PLAN)
    assert (
        written
        == json.dumps(json.loads(written), indent=2, sort_keys=True, ensure_ascii=False).replace("\u202e", "\\u202e")
        + "\n"
    )


def test_unknown_fields_are_ignored() -> None:
    document = json.loads(json_text.plan(sample.PLAN))
    document["added_later"] = {"x": 1}
    document["batches"][0]["added_later"] = True
    assert json_text.read_plan(json.dumps(document).encode()) == sample.PLAN


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    finding = msgspec.structs.replace(sample.PLANNED[0], path=text)
    written = json_text.document(finding)
    assert msgspec.json.decode(written, type=PlanFinding) == finding
    assert not {char for char in written if unicodedata.category(char) in ("Cc", "Cf") and char != "\n"}


def test_undecodable_names_are_written_with_escapes() -> None:
    assert json.loads(json_text.document({"path": "caf\udce9.py"})) == {"path": "caf\\udce9.py"}


def broken(**changes: object) -> bytes:
    return json.dumps(json.loads(json_text.plan(sample.PLAN)) | changes).encode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[]", "expected `object`"),
        (b"{}", "format_version"),
        (broken(format_version=2), "format_version 2 is not 1"),
        (broken(plan_id=7), "plan_id: expected `str`, got `int`"),
        (broken(batches=[{"number": 1}]), "batches"),
        (broken(window={"start": "2026-11-07T08:15:00", "end": "2026-11-21T08:15:00Z", "days": 14}), "time zone"),
        (broken(window={"start": "2026-11-21T08:15:00Z", "end": "2026-11-07T08:15:00Z", "days": 14}), "ends before"),
        (broken(batches=[]), "its batch 1 is not in the plan"),
        (broken(refusal="no evidence"), "a refused plan has no batches"),
    ],
)
def test_what_is_wrong_with_a_plan_is_named(content: bytes, says: str) -> None:
    with pytest.raises(ConfigError) as raised:
        json_text.read_plan(content, name="reports/plan.json")
    message = str(raised.value)
    assert message.startswith("reports/plan.json: ")
    assert says in message
    assert "`auditor plan --fresh`" in message
    assert "\n" not in message


def test_a_batch_with_too_many_files_is_refused() -> None:
    document = json.loads(json_text.plan(sample.PLAN))
    batch = document["batches"][0]
    batch["steps"] = [batch["steps"][0] | {"path": f"shop/{n}.py"} for n in range(6)]
    batch["paths"] = [f"shop/{n}.py" for n in range(6)]
    with pytest.raises(ConfigError, match="touches 6 files"):
        json_text.read_plan(json.dumps(document).encode())


def test_numbers_as_keys_are_written_as_text() -> None:
    assert json.loads(json_text.document({"by_hour": {8: 3, 22: 1}})) == {"by_hour": {"8": 3, "22": 1}}
