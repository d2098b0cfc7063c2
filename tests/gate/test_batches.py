"""A plan's own batches pass by their trailer, as long as the plan and its evidence say the same; never by it alone."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.ledger.store import Ledger
from auditor.model.gate import GateResult
from auditor.model.usage import Collection
from auditor.model.window import Window
from tests.changes import CALLS, ROUTES, SHOP, build, reasons
from tests.production import NOW

EXPORT = SHOP["shop/api.py"].replace(
    '@router.get("/export")\ndef export(fmt: str):\n    return registry.FORMATS[fmt](total([1]))\n', ""
)
SILENT = {**CALLS, "GET /api/money": 0, "GET /api/export": 0}


class Batch:
    """A shop whose plan was asked for one silent endpoint of two, the batch that removes it, and the plan's file."""

    def __init__(self, root: Path) -> None:
        self.project = build(root, watched=False)
        self.project.watch(SILENT, ROUTES)
        loaded = self.project.loaded
        plan = pipeline.plan(
            loaded, days=14, now=NOW, environment={}, include=frozenset({"route:GET /api/money"})
        )  # fmt: skip
        pipeline.write_plan(loaded, plan, loaded.root / "reports")
        self.number = next(b.number for b in plan.batches for s in b.steps if "shop.api:money" in s.remove)
        self.commit = pipeline.apply(loaded, plan, self.number, now=NOW, merge=False).commit
        self.message = self.project.repository.run("log", "-1", "--format=%B", self.commit)
        self.text = self.project.repository.run("show", f"{self.commit}:shop/api.py") + "\n"
        self.plan, self.file = plan, root / "plan.json"
        self.file.write_bytes((loaded.root / "reports/plan.json").read_bytes())

    def judged(
        self,
        head: str = "",
        base: str = "main",
        *,
        plan: Path | None,
        now: datetime = NOW,
        evidence: Path | None = None,
    ) -> GateResult:
        return pipeline.gate(
            self.project.loaded,
            base,
            head or self.commit,
            days=None,
            now=now,
            environment={},
            plan_file=plan,
            evidence=pipeline.EvidenceOption(evidence) if evidence else None,
        )

    def forged(self, files: Mapping[str, str | None], message: str, base: str = "main") -> str:
        git = self.project.repository.run
        git("checkout", "-q", "--detach", base)
        self.project.commit(files)
        git("commit", "-q", "--amend", "-F", "-", stdin=message.encode())
        found = self.project.repository.resolve("HEAD")
        git("checkout", "-q", "main")
        return found


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return Batch(tmp_path_factory.mktemp("batch"))


def said(result: GateResult) -> str:
    return " ".join(result.notes)


def test_a_batch_passes_where_the_plan_and_its_evidence_still_hold(batch: Batch) -> None:
    result = batch.judged(plan=batch.file)
    assert result.passed
    exported = batch.file.with_name("usage.evidence")
    pipeline.ledger_export(batch.project.loaded, exported, days=15, now=NOW, environment={})
    assert batch.judged(plan=batch.file, evidence=exported).passed
    assert f"the evidence of batch {batch.number} of plan {batch.plan.plan_id}" in said(result)
    assert "shop.api:money" in said(result)
    assert [one.id for one in result.passes if "still holds" in one.detail] == ["shop.api:money"]
    base = batch.forged({".gitignore": "", "reports/plan.json": batch.file.read_text("utf-8")}, "Keep the plan")
    result = batch.judged(batch.forged({"shop/api.py": batch.text}, batch.message, base), base, plan=None)
    assert "shop.api:money" not in reasons(result)
    assert "still holds" in said(result)


def test_the_trailer_alone_proves_nothing(batch: Batch) -> None:
    result = batch.judged(plan=None)
    assert set(reasons(result).values()) == {"reachable"}
    assert "does not count: base has no reports/plan.json, and no other was named with --plan" in said(result)


def test_what_the_plan_does_not_remove_is_stopped_whatever_its_trailers_say(batch: Batch) -> None:
    head = batch.forged({"shop/api.py": EXPORT}, batch.message)
    assert reasons(batch.judged(head, plan=batch.file)) == {"shop.api:export": "reachable"}
    other = batch.message.replace(batch.plan.evidence.digest, "sha256:" + "0" * 64)
    assert other != batch.message
    head = batch.forged({"shop/api.py": batch.text}, other)
    result = batch.judged(head, plan=batch.file)
    assert reasons(result)["shop.api:money"] == "reachable"
    assert "its evidence is not that of the plan at hand" in said(result)
    changed = batch.forged({"shop/api.py": SHOP["shop/api.py"].replace("in_cents(3)", "in_cents(4)")}, "Edit")
    head = batch.forged({"shop/api.py": batch.text}, batch.message, changed)
    assert reasons(batch.judged(head, changed, plan=batch.file))["shop.api:money"] == "reachable"


def test_a_plan_that_the_change_writes_itself_proves_nothing(batch: Batch) -> None:
    plan = json.loads(batch.file.read_text("utf-8"))
    plan["batches"][0]["steps"][0]["remove"].append("shop.api:export")
    place = batch.project.root / "plans/plan.json"
    files = {"shop/api.py": EXPORT, "plans/plan.json": json.dumps(plan)}
    head = batch.forged(files, batch.message)
    place.parent.mkdir()
    place.write_text(files["plans/plan.json"], "utf-8")
    result = batch.judged(head, plan=place)
    assert reasons(result) == {"shop.api:export": "reachable"}
    assert "the change itself writes plans/plan.json" in said(result)


def test_collecting_on_leaves_the_evidence_as_it_was_and_calls_since_then_stop(batch: Batch) -> None:
    later = NOW + timedelta(days=1)
    batch.project.watch({**SILENT, "GET /api/money": 0}, ROUTES, days=1, until=later, version="v2")
    batch.project.collect(now=later)
    assert batch.judged(plan=batch.file, now=later).passed
    batch.project.watch({"GET /api/money": 2}, days=1, until=later + timedelta(hours=1))
    batch.project.collect(now=later + timedelta(hours=1))
    result = batch.judged(plan=batch.file, now=later + timedelta(hours=1))
    assert reasons(result) == {"shop.api:money": "called"}
    assert "still holds" in said(result)
    loaded, window = batch.project.loaded, Window(batch.plan.window.start, batch.plan.window.end)
    lost = Collection("production", window, lost=((window.full_days()[3], 3),))
    with Ledger.open(loaded.config.ledger, loaded.root) as ledger:
        ledger.record([lost], now=NOW)
    result = batch.judged(plan=batch.file)
    assert not result.passed
    assert "the ledger says something else of the plan's window now" in said(result)
