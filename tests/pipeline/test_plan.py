"""Plans on real repositories: batches on sufficient evidence, on anything less a refusal that says why."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.model.plan import Plan
from auditor.model.verdict import Verdict
from tests.production import NOW, Project

FILES = {
    "shop/__init__.py": "",
    "shop/main.py": """
from fastapi import FastAPI
from shop import prices

app = FastAPI()

@app.get("/price")
def price():
    return prices.with_vat(100)

@app.get("/never")
def never():
    return prices.only_for_never()
""",
    "shop/prices.py": """
def with_vat(cents):
    return cents + cents // 5

def only_for_never():
    return 0

def leftover():
    return SPARE

SPARE = 3
""",
    "shop/island.py": "from shop import island2\n\n\ndef one():\n    return island2.two()\n",
    "shop/island2.py": "from shop import island\n\n\ndef two():\n    return island.one()\n",
    "shop/spare.py": "def spare():\n    return 1\n",
    "tests/test_spare.py": "from shop.spare import spare\n\n\ndef test_spare():\n    assert spare() == 1\n",
}
ROUTES = {"GET /price": "shop.main:price", "GET /never": "shop.main:never"}


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    return Project(tmp_path, FILES)


def plan(project: Project, days: int = 14, **options: object) -> Plan:
    return pipeline.plan(project.loaded, days=days, now=NOW, environment={}, **options)  # type: ignore[arg-type]  # passed on


def verdicts(made: Plan) -> dict[str, Verdict]:
    return {finding.id: finding.verdict for finding in made.findings}


def test_watched_and_not_called_is_planned(shop: Project) -> None:
    shop.watch({"GET /price": 10}, ROUTES)
    made = plan(shop)
    assert made.refusal is None
    removed = {definition for batch in made.batches for step in batch.steps for definition in step.remove}
    assert {"shop.island:", "shop.island2:", "shop.prices:leftover", "shop.prices:SPARE", "shop.spare:"} <= removed
    assert not any(definition.startswith("shop.main:") for definition in removed)
    assert "shop.prices:only_for_never" not in removed
    found = verdicts(made)
    assert (found["shop.main:never"], found["shop.prices:only_for_never"]) == (Verdict.DORMANT, Verdict.DORMANT)
    assert (found["shop.main:price"], found["shop.spare:spare"]) == (Verdict.LIVE, Verdict.TEST_ONLY)


def test_dormant_code_is_planned_on_request(shop: Project) -> None:
    shop.watch({"GET /price": 10}, ROUTES)
    made = plan(shop, include=frozenset({"dormant"}))
    removed = {definition for batch in made.batches for step in batch.steps for definition in step.remove}
    assert {"shop.main:never", "shop.prices:only_for_never"} <= removed


def test_the_same_evidence_gives_the_same_bytes(shop: Project) -> None:
    shop.watch({"GET /price": 10}, ROUTES)
    first = pipeline.render_plan(shop.loaded, plan(shop), "json")
    assert pipeline.render_plan(shop.loaded, plan(shop), "json") == first


def test_a_window_that_was_not_watched_long_enough_is_refused(shop: Project) -> None:
    shop.watch({"GET /price": 10}, ROUTES, days=9)
    made = plan(shop)
    assert (made.batches, made.counts["DEAD"]) == ((), 0)
    assert made.refusal is not None
    assert "watched" in made.refusal


def test_a_gap_of_a_day_is_refused(shop: Project) -> None:
    shop.watch({"GET /price": 10}, ROUTES, gaps=[(NOW - timedelta(days=5), NOW - timedelta(days=4))])
    made = plan(shop)
    assert made.batches == ()
    assert made.refusal is not None


def test_stale_evidence_is_refused(shop: Project) -> None:
    shop.watch({"GET /price": 10}, ROUTES, days=20, until=NOW - timedelta(days=3))
    made = plan(shop)
    assert made.batches == ()
    assert made.refusal is not None


def test_evidence_without_any_call_is_refused(shop: Project) -> None:
    shop.watch({}, ROUTES)
    made = plan(shop)
    assert made.batches == ()
    assert made.refusal is not None


@pytest.mark.parametrize("missing", ["never recorded", "no source", "sink unreadable"])
def test_missing_evidence_ends_the_command_with_3_and_no_batches(shop: Project, missing: str) -> None:
    if missing == "no source":
        shop.commit({"auditor.toml": "app = 'shop'\n"})
    if missing == "sink unreadable":
        shop.watch({"GET /price": 10}, ROUTES)
        for path in (shop.root.parent / "usage").rglob("*.jsonl"):
            path.write_bytes(b"\x00 not what was written \x00\n" * 3)
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "plan", "--days", "14", "--now", NOW.isoformat()],
        cwd=shop.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    stored = shop.root / "reports" / "plan.json"
    assert not stored.exists() or json.loads(stored.read_text("utf-8"))["batches"] == []


def test_code_changed_within_the_window_is_held_back(shop: Project) -> None:
    shop.watch({"GET /price": 10}, ROUTES)
    shop.commit({"shop/island.py": FILES["shop/island.py"].replace("return island2", "return 1 + island2")}, days_ago=2)
    made = plan(shop)
    held = {finding.id: {one.reason for one in finding.held_back} for finding in made.findings}
    assert "changed_in_window" in held["shop.island:one"]
    removed = {definition for batch in made.batches for step in batch.steps for definition in step.remove}
    assert "shop.island:" not in removed


def test_a_keep_entry_holds_back_and_an_unmatched_one_is_an_error(shop: Project) -> None:
    shop.watch({"GET /price": 10}, ROUTES)
    entry = "\n[[keep]]\ndefinition = '{}'\nreason = 'run by hand'\nowner = 'team'\n"
    config = (shop.root / "auditor.toml").read_text("utf-8")
    shop.commit({"auditor.toml": config + entry.format("shop.prices:leftover")})
    removed = {definition for batch in plan(shop).batches for step in batch.steps for definition in step.remove}
    assert "shop.prices:leftover" not in removed
    shop.commit({"auditor.toml": config + entry.format("shop.nowhere:*")})
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "plan", "--now", NOW.isoformat()],
        cwd=shop.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "shop.nowhere:*" in done.stderr
