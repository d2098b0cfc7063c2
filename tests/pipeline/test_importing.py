"""Statistics imported into the ledger: counted once, proof of use, never of absence, and no harm to other evidence."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor import pipeline
from auditor.errors import AuditorError, ConfigError, EvidenceError
from auditor.ledger.store import Ledger
from auditor.model.answers import UsageStats
from auditor.pipeline.importing import Imported
from tests.production import NOW, Project

MAIN = """
from fastapi import FastAPI

app = FastAPI()

@app.get("/go")
def go():
    return 1

@app.get("/users/{user_id}")
def user(user_id: int):
    return 2

@app.get("/old")
def old():
    return 0
"""
ROUTES = {"GET /go": "shop.main:go", "GET /users/{user_id}": "shop.main:user", "GET /old": "shop.main:old"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, {"shop/__init__.py": "", "shop/main.py": MAIN})


def imported(project: Project, document: Any, source: str | None = None) -> Imported:
    path = project.root.parent / "stats.json"
    path.write_text(json.dumps(document))
    return pipeline.import_statistics(project.loaded, path, source=source, now=NOW)


def days(count: int, *, key: str = "GET:/users/7", ago: int = 3, **more: Any) -> dict[str, Any]:
    day = (NOW - timedelta(days=ago)).date().isoformat()
    row = {"kind": "endpoint", "key": key, "day": day, "count": count, **more}
    return {"format_version": 1, "source": "billing", "days": [row]}


def rolling(calls: int, *, key: str = "GET:/users/7", ago: float = 0.5) -> dict[str, Any]:
    made = NOW - timedelta(days=ago)
    stats = {key: {"calls": calls, "last_used": (made - timedelta(days=1)).isoformat()}}
    return {"period_days": 14, "stats": stats, "generated_at": made.isoformat()}


def stats(project: Project, of_days: int = 14) -> UsageStats:
    return pipeline.usage_stats(project.loaded, days=of_days, now=NOW)


@pytest.mark.parametrize("form", [days, rolling])
def test_importing_twice_counts_once(project: Project, form: Callable[..., dict[str, Any]]) -> None:
    first = imported(project, form(40))
    again = imported(project, form(40))
    assert stats(project).stats["GET:/users/{user_id}"].calls == 40
    assert again.recorded.changed == 0
    assert first.collection.only_for_use


@pytest.mark.parametrize("form", [days, rolling])
def test_a_later_export_of_the_same_days_does_not_double(project: Project, form: Callable[..., dict[str, Any]]) -> None:
    imported(project, form(40))
    imported(project, form(55))
    imported(project, form(40))
    assert stats(project).stats["GET:/users/{user_id}"].calls == 55


def test_exports_of_overlapping_periods_do_not_double(project: Project) -> None:
    imported(project, rolling(40, ago=1.5))
    imported(project, rolling(41, ago=0.5))
    assert stats(project).stats["GET:/users/{user_id}"].calls < 81


def test_totals_count_when_they_were_made_and_not_when_they_are_imported(project: Project) -> None:
    imported(project, rolling(40, ago=60))
    assert stats(project).stats == {}
    assert stats(project, 90).stats["GET:/users/{user_id}"].calls == 40


def test_parts_of_different_programs_add_up_under_one_name(project: Project) -> None:
    imported(project, days(40))
    imported(project, {**days(5), "source": "shipping"})
    assert stats(project).stats["GET:/users/{user_id}"].calls == 45


def test_what_is_imported_is_use_and_leaves_what_was_watched_alone(project: Project) -> None:
    project.watch({"GET /go": 9}, ROUTES)
    project.collect()
    before = pipeline.usage_unused(project.loaded, days=14, now=NOW)
    assert {route.key for route in before.unused} == {"GET /users/{user_id}", "GET /old"}
    imported(project, days(3))
    after = pipeline.usage_unused(project.loaded, days=14, now=NOW)
    assert {route.key for route in after.unused} == {"GET /old"}
    assert after.watched == before.watched
    health = pipeline.usage_health(project.loaded, now=NOW)
    assert (health.status, [source.name for source in health.sources]) == ("ok", ["production"])


def test_an_import_does_not_stand_in_the_way_of_a_plan(project: Project) -> None:
    project.watch({"GET /go": 9}, ROUTES)
    project.collect()
    imported(project, days(3, ago=5))
    made = pipeline.plan(project.loaded, days=14, now=NOW, environment={}, include=frozenset({"dormant"}))
    assert made.refusal is None
    verdicts = {finding.id: finding.verdict for finding in made.findings}
    assert verdicts["shop.main:old"] in ("DORMANT", "DEAD")
    assert verdicts.get("shop.main:user", "LIVE") == "LIVE"


def test_an_import_alone_proves_no_absence(project: Project) -> None:
    imported(project, days(3))
    assert pipeline.usage_unused(project.loaded, days=14, now=NOW).refusal is not None
    made = pipeline.plan(project.loaded, days=14, now=NOW, environment={}, include=frozenset({"dormant"}))
    assert made.refusal
    assert made.batches == ()


def test_the_name_of_a_configured_source_is_not_taken(project: Project) -> None:
    with pytest.raises(ConfigError, match="a configured source has this name"):
        imported(project, days(3), source="production")
    with pytest.raises(ConfigError, match="printable"):
        imported(project, days(3), source="a\nb")


def test_a_name_of_ones_own(project: Project) -> None:
    assert imported(project, days(3), source="old monitor").collection.source == "old monitor"
    assert stats(project).stats["GET:/users/{user_id}"].calls == 3


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"error": "Redis not available"}, EvidenceError),
        ({"stats": {}, "generated_at": NOW.isoformat()}, EvidenceError),
        ({"format_version": 1, "days": [{"kind": "endpoint"}]}, ConfigError),
    ],
)
def test_a_file_that_is_refused_leaves_no_trace(project: Project, document: Any, kind: type[AuditorError]) -> None:
    with pytest.raises(kind):
        imported(project, document)
    assert not (project.root / ".auditor").exists()


def test_a_row_that_is_wrong_leaves_the_others_out_as_well(project: Project) -> None:
    imported(project, days(3))
    document = days(99)
    document["days"].append({**document["days"][0], "key": "GET:/go", "count": -1})
    with pytest.raises(ConfigError, match="row 2 "):
        imported(project, document)
    assert stats(project).stats["GET:/users/{user_id}"].calls == 3


def test_a_missing_or_unreadable_file_is_one_line(project: Project, tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.json", tmp_path):
        with pytest.raises(ConfigError, match="cannot be read"):
            pipeline.import_statistics(project.loaded, path, source=None, now=NOW)


def test_no_concrete_path_nor_agent_of_a_browser_reaches_the_ledger(project: Project) -> None:
    imported(project, days(3, key="GET:/users/4711?token=secret-word"))
    imported(project, days(4, key="GET:/nowhere/4711/secret-word"))
    with closing(sqlite3.connect(project.root / ".auditor" / "ledger.db")) as database:
        text = "\n".join(database.iterdump())
    assert "GET /users/{user_id}" in text
    assert "(unmatched)" in text
    assert "4711" not in text
    assert "secret-word" not in text


def test_a_ledger_on_postgresql_is_imported_into_as_well(project: Project, postgres_url: str) -> None:
    config = (project.root / "auditor.toml").read_text("utf-8")
    project.commit({"auditor.toml": f'ledger = "{postgres_url}"\n{config}'})
    for _ in range(2):
        imported(project, days(40))
    assert stats(project).stats["GET:/users/{user_id}"].calls == 40
    with Ledger.read_only(postgres_url, project.root) as ledger:
        (sample,) = ledger.read(pipeline.evidence.Window.last_days(14, NOW)).samples
    assert sample.origin == "import"
