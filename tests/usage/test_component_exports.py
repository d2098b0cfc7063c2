"""What browsers deliver and export: each tab once, each browser one user; no evidence is never zero."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from auditor.config import AuditConfig, SourceConfig, UsageConfig
from auditor.ledger.store import Ledger
from auditor.model.component_export import ComponentExport
from auditor.model.usage import Collection
from auditor.model.window import Window
from auditor.service.spool import ComponentSpool
from auditor.tracking.sketches import UserSketch
from auditor.usage import sources
from auditor.usage.component_storage import stored_uses

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
TODAY = NOW.date().isoformat()
TAB, OTHER_TAB = "a" * 32, "c" * 32
ANNAS, BOBS = "b" * 32, "d" * 32


def use(count: int = 3) -> dict[str, Any]:
    return {"count": count, "first": f"{TODAY}T06:00:00.123Z", "last": f"{TODAY}T07:00:00.000Z"}


def export(uses: Any, tab: str = TAB, browser: str | None = ANNAS, **changes: Any) -> dict[str, Any]:
    return {
        "format_version": 1, "exported_at": NOW.isoformat(), "evidence": "days", "browser": browser,
        "origins": [{"id": tab, "days": {TODAY: uses}, "lost": {}}], "undated": {}, "dropped": None, **changes,
    }  # fmt: skip


def deliver(root: Path, *exports: dict[str, Any], at: datetime = NOW) -> None:
    spool = ComponentSpool(root / ".auditor" / "components", 1_000_000)
    for one in exports:
        spool.append(msgspec.convert(one, ComponentExport), at)


def collect(root: Path, path: str = "") -> Collection:
    source = SourceConfig(name="browsers", kind="components", path=path)
    (built,) = sources.build(AuditConfig(app="shop", usage=UsageConfig(sources=(source,))), root, {}, [])
    return built.collect(WINDOW)


def counts(found: Collection) -> dict[tuple[str, str], int]:
    return {(one.key, one.origin): one.count for one in found.samples}


def test_deliveries_are_absolute_by_tab_and_each_browser_is_one_user(tmp_path: Path) -> None:
    deliver(tmp_path, export({"Pam": use(3)}), at=NOW - timedelta(days=1))
    deliver(
        tmp_path, export({"Pam": use(5)}), export({"Pam": use(2)}, OTHER_TAB), export({"Pam": use(4)}, "e" * 32, BOBS)
    )
    found = collect(tmp_path)
    assert found.problem is None and found.only_for_use
    assert sorted(counts(found).values()) == [2, 4, 5] and {one.kind for one in found.samples} == {"component"}
    assert found.watched == () and found.watched_kinds == {}
    assert found.notes[0].startswith("2 browsers delivered; browsers that never delivered are unseen")
    users = UserSketch()
    users.add(BOBS, "shop", NOW.date())
    (bobs,) = [one for one in found.samples if one.count == 4]
    assert bobs.users == users.redis_value()
    assert (bobs.first_seen, bobs.last_seen) == (
        datetime(2026, 11, 21, 6, 0, 0, 123000, tzinfo=UTC), datetime(2026, 11, 21, 7, 0, tzinfo=UTC),
    )  # fmt: skip
    assert collect(tmp_path).samples == found.samples
    kept = msgspec.json.encode(found)
    assert not any(secret.encode() in kept for secret in (TAB, OTHER_TAB, ANNAS, BOBS))


@pytest.mark.parametrize("form", ["export.json", "pretty.json", "lines.jsonl", "list.json", "export.json.gz"])
def test_exported_files_are_read_in_every_form(tmp_path: Path, form: str) -> None:
    one = export({"Pam": use()}, note="", components={"Pam": use(99)}, tracking={"on": True})
    text = {
        "pretty.json": json.dumps(one, indent=2),
        "list.json": json.dumps([one]),
        "lines.jsonl": f"{json.dumps(one)}\n" * 2,
    }
    written = text.get(form, json.dumps(one)).encode()
    (tmp_path / form).write_bytes(gzip.compress(written) if form.endswith(".gz") else written)
    found = collect(tmp_path, "*")
    assert found.problem is None and list(counts(found).values()) == [3]


def test_what_older_trackers_left_proves_use_at_no_known_day(tmp_path: Path) -> None:
    dump = {
        "component_usage_Pam": '{"count": 12, "firstRender": 1760000000000, "lastRender": "2025-10-20T10:00:00Z"}',
        "component_usage_Wheels": "7", "component_usage_Bare": 5, "component_usage_Zero": "0",
        "component_usage_Broken": "{", "component_usage_anna@example.org": "3", "session": "anna",
    }  # fmt: skip
    (tmp_path / "storage.json").write_text(json.dumps(dump))
    deliver(tmp_path, export({}, evidence="undated", undated={"Old": use(9)}, origins=[]))
    found = collect(tmp_path, "storage.json")
    assert found.problem is None and found.samples == () and found.only_for_use
    assert {(one.key, one.count, one.period_days) for one in found.totals} == {
        ("Pam", 12, None), ("Wheels", 7, None), ("Bare", 5, None),
    }  # fmt: skip
    (pam,) = [one for one in found.totals if one.key == "Pam"]
    assert pam.last_seen == datetime(2025, 10, 20, 10, 0, tzinfo=UTC)
    assert b"anna" not in msgspec.json.encode(found)
    assert [(one.key, one.count) for one in collect(tmp_path).totals] == [("Old", 9)]


def test_no_evidence_is_never_zero(tmp_path: Path) -> None:
    assert "no file matches" in str(collect(tmp_path).problem)
    nothing = export({}, evidence="none", browser=None, origins=[])
    (tmp_path / "none.json").write_text(json.dumps(nothing))
    found = collect(tmp_path, "*.json")
    assert "no evidence" in str(found.problem) and "says nothing of what is unused" in str(found.problem)
    assert (found.samples, found.totals, found.watched_kinds) == ((), (), {}) and found.only_for_use
    old = export({}, origins=[{"id": TAB, "days": {"2026-01-02": {"Pam": {"count": 1, "first": None, "last": None}}}}])
    (tmp_path / "none.json").write_text(json.dumps(old))
    assert "of other days, up to 2026-01-02" in str(collect(tmp_path, "*.json").problem)
    (tmp_path / "none.json").write_text("<html>")
    assert "none of the 1 files holds an export" in str(collect(tmp_path, "*.json").problem)


def test_what_browsers_lost_and_dropped_is_said_and_foreign_entries_are_left_out(tmp_path: Path) -> None:
    origins = [{"id": TAB, "days": {TODAY: {"Pam": use()}}, "lost": {TODAY: 4}}]
    odd = [
        export({}, origins=origins, dropped={"through": "2026-11-01", "why": "full"}),
        export({"bob@example.org": use()}, OTHER_TAB), {"hello": 1}, 7, export({"Pam": {"count": -1}}), "text",
    ]  # fmt: skip
    (tmp_path / "odd.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in odd) + '{"torn')
    found = collect(tmp_path, "*.jsonl")
    assert found.problem is None and list(counts(found).values()) == [3] and found.lost == ()
    said = "\n".join(found.notes)
    assert "4 uses, at least, were lost" in said and "1 exports say that their browser dropped" in said
    assert "4 entries are no export" in said and "1 names look like ids" in said
    assert "bob" not in said


def test_the_ledger_holds_no_id_of_a_browser(tmp_path: Path) -> None:
    deliver(tmp_path, export({"Pam": use()}), export({}, evidence="undated", undated={"Old": use(9)}, origins=[]))
    found = collect(tmp_path)
    with Ledger.open("sqlite:///ledger.db", tmp_path) as ledger:
        ledger.record([found], now=NOW)
        ledger.record([collect(tmp_path)], now=NOW)
        assert {one.key: one.count for one in ledger.read(WINDOW).samples}["Pam"] == 3
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("ledger.db*"))
    assert b"Pam" in stored and b"Old" in stored
    assert not any(secret.encode() in stored for secret in (TAB, ANNAS))


def test_a_dump_of_anything_else_is_no_dump() -> None:
    assert stored_uses({"session": "1"}) is None
    odd = {
        f"component_usage_{number}": value for number, value in enumerate((True, -1, 1.5, "x", None, [], "1e99", {}))
    }
    assert stored_uses(odd) == {}
