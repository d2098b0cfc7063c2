"""`auditor usage show` and `dead-weight` on a project with two weeks of usage: their exit codes and forms."""

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.test_flow import FILES, ROUTES
from tests.production import NOW, Project

Run = Callable[..., subprocess.CompletedProcess[str]]
AT = ("--now", NOW.isoformat())


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path, FILES)
    made.watch(routes=ROUTES, calls={"GET /price": 10})
    made.collect()
    return made


@pytest.mark.parametrize("spelling", ["GET /price", "GET:/price", "/price", "shop.main:price"])
def test_a_key_is_shown_however_it_is_spelled(auditor: Run, project: Project, spelling: str) -> None:
    done = auditor("usage", "show", spelling, *AT, cwd=project.root)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("GET /price\n")
    assert "shop.main:price" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_no_use_is_told_with_the_minutes_watched(auditor: Run, project: Project) -> None:
    done = auditor("usage", "show", "/never", "--days", "7", *AT, cwd=project.root)
    assert done.returncode == 0, done.stderr
    assert " ".join(done.stdout.split()).endswith("it was not used.")
    found = json.loads(auditor("usage", "show", "/never", "--format", "json", *AT, cwd=project.root).stdout)
    assert (found["format_version"], found["report"]["calls"], found["report"]["nothing_known"]) == (1, 0, False)


def test_a_key_that_is_not_known_ends_with_2_and_names_the_nearest(auditor: Run, project: Project) -> None:
    done = auditor("usage", "show", "/prise", *AT, cwd=project.root)
    assert done.returncode == 2
    assert "/prise is not known and not registered." in done.stdout
    assert "GET /price" in done.stdout
    kind = auditor("usage", "show", "/price", "--kind", "task", *AT, cwd=project.root)
    assert kind.returncode == 2


def test_where_nobody_watched_show_ends_with_3(auditor: Run, project: Project) -> None:
    later = ("--now", (NOW + timedelta(days=60)).isoformat())
    done = auditor("usage", "show", "/never", *later, cwd=project.root)
    assert done.returncode == 3
    assert "NOTHING IS KNOWN: no source watched requests in this time" in done.stdout


def test_dead_weight_lists_what_was_never_called(auditor: Run, project: Project) -> None:
    done = auditor("usage", "dead-weight", "--days", "7", *AT, cwd=project.root)
    assert done.returncode == 0, done.stderr
    assert "GET /never" in done.stdout and "GET /price" not in done.stdout
    assert done.stdout.splitlines()[-1] == "1 key not used in 7 days, 1 used, 0 not known."


def test_days_that_nobody_watched_make_no_dead_weight(auditor: Run, project: Project) -> None:
    done = auditor("usage", "dead-weight", "--format", "json", *AT, cwd=project.root)
    assert done.returncode == 3
    found = json.loads(done.stdout)
    assert (found["period_days"], found["dead"]) == (90, [])
    assert [one["key"] for one in found["not_known"]] == ["GET /never"]
    assert "are needed" in done.stderr


def test_statistics_may_be_limited_and_kept_to_a_kind(auditor: Run, project: Project) -> None:
    done = auditor("usage", "stats", "--kind", "endpoint", "--limit", "1", *AT, cwd=project.root)
    assert done.returncode == 0, done.stderr
    assert "GET:/price" in done.stdout
    none = auditor("usage", "stats", "--kind", "task", *AT, cwd=project.root)
    assert (none.returncode, "GET:/price" in none.stdout) == (0, False)


def test_scores_list_every_key_that_was_used(auditor: Run, project: Project) -> None:
    done = auditor("usage", "scores", "--format", "json", *AT, cwd=project.root)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["format_version"] == 1
    (score,) = document["scores"]
    assert (score["key"], score["sample_size"] > 0) == ("GET /price", True)
    text = auditor("usage", "scores", *AT, cwd=project.root).stdout
    assert text.splitlines()[-1].startswith("1 key, ")
