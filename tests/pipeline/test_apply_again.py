"""A batch is judged anew when it is applied: by what production and the code said since the plan was made."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.errors import AuditorError, EvidenceError, VerificationError
from auditor.model.plan import Plan
from tests.production import NOW, Project

FILES = {
    "shop/__init__.py": "",
    "shop/main.py": """
from fastapi import FastAPI

from shop import spare

app = FastAPI()

@app.get("/price")
def price():
    return spare.live()

@app.get("/never")
def never():
    return spare.only_never()
""",
    "shop/spare.py": """
def live():
    return 1

def only_never():
    return 2

def dead():
    return 3

def buried():
    return 4
""",
    "tests/test_source.py": "x = 1\n",
}
NEW_ROUTE = """
@app.get("/buried")
def show():
    return spare.buried()
"""
ROUTES = {"GET /price": "shop.main:price", "GET /never": "shop.main:never"}
CHECK = "import pathlib, sys; 'def dead' in pathlib.Path('shop/spare.py').read_text() or sys.exit('{}')".format(
    "FAILED tests/test_source.py::test_dead"
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path, FILES)
    made.watch(routes=ROUTES, calls={"GET /price": 10})
    return made


def planned(project: Project, days_later: float = 0) -> Plan:
    now = NOW + timedelta(days=days_later)
    return pipeline.plan(project.loaded, days=14, now=now, environment={}, include=frozenset({"dormant"}))


def apply(project: Project, plan: Plan, number: int, *, hours: float = 1, **more: object) -> None:
    pipeline.apply(project.loaded, plan, number, now=NOW + timedelta(hours=hours), **more)  # type: ignore[arg-type]


def holding(plan: Plan, definition: str) -> int:
    return next(batch.number for batch in plan.batches for step in batch.steps if definition in step.remove)


def test_calls_and_references_since_the_plan_stop_a_batch(project: Project) -> None:
    plan = planned(project)
    dead, dormant = holding(plan, "shop.spare:dead"), holding(plan, "shop.main:never")
    project.commit({"shop/main.py": FILES["shop/main.py"] + NEW_ROUTE}, days_ago=0)
    with pytest.raises(VerificationError, match=r"may not go any more: shop.spare:buried .*now"):
        apply(project, plan, dead)
    project.commit({"shop/main.py": FILES["shop/main.py"]}, days_ago=0)
    project.watch(routes=ROUTES, calls={"GET /never": 3}, days=1, until=NOW + timedelta(hours=2))
    pipeline.collect(project.loaded, days=14, source=None, now=NOW + timedelta(hours=2), environment={})
    assert dead != dormant
    apply(project, plan, dead, hours=2)
    with pytest.raises(VerificationError, match=r"shop.main:never was DORMANT and is LIVE now \(production called it"):
        apply(project, plan, dormant, hours=2)


def test_old_evidence_is_renewed_or_the_batch_waits(project: Project) -> None:
    plan = planned(project)
    dead = holding(plan, "shop.spare:dead")
    with pytest.raises(EvidenceError, match=r"ends at 2026-11-21 12:00 UTC.*nothing newer suffices.*'auditor collect'"):
        apply(project, plan, dead, hours=72)
    (project.root / ".auditor/ledger.db").rename(project.root / ".auditor/away.db")
    with pytest.raises(EvidenceError, match="nothing newer suffices"):
        apply(project, plan, dead, hours=72)
    notes: list[str] = []
    apply(project, plan, dead, hours=3, on_progress=notes.append)
    assert any("what was called since the plan is not known" in note for note in notes)


def test_renewed_evidence_lets_an_old_plan_go_on(project: Project) -> None:
    plan = planned(project)
    later = NOW + timedelta(days=3)
    project.watch(routes=ROUTES, calls={"GET /price": 10}, days=4, until=later)
    pipeline.collect(project.loaded, days=14, source=None, now=later, environment={})
    apply(project, plan, holding(plan, "shop.spare:dead"), hours=72)


def test_what_breaks_tests_is_held_back_of_the_next_plan_until_the_test_changes(project: Project) -> None:
    plan = planned(project)
    number = holding(plan, "shop.spare:dead")
    assert number == holding(plan, "shop.spare:buried")
    command = f'{sys.executable} -c "{CHECK}"'
    apply(project, plan, number, test_command=command, bisecting=True)
    text = (project.root / "shop/spare.py").read_text("utf-8")
    assert "def dead" in text and "def buried" not in text
    again = planned(project)
    (held,) = next(one.held_back for one in again.findings if one.id == "shop.spare:dead")
    assert held.reason == "breaks_tests"
    assert "tests/test_source.py::test_dead" in held.detail
    assert all("shop.spare:dead" not in step.remove for batch in again.batches for step in batch.steps)
    project.commit({"tests/test_source.py": "x = 2\n"}, days_ago=0)
    assert all(not one.held_back for one in planned(project).findings if one.id == "shop.spare:dead")
    (project.root / ".auditor/holds.json").write_text("{", "utf-8")
    with pytest.raises(AuditorError, match=r"holds.json: what was held back cannot be read"):
        planned(project)


def test_a_teammate_without_the_ledger_applies_a_fresh_plan_of_dormant_routes(project: Project) -> None:
    plan = planned(project)
    (project.root / ".auditor/ledger.db").unlink()
    for batch in plan.batches:
        apply(project, plan, batch.number)
    assert "never" not in (project.root / "shop/main.py").read_text("utf-8")
