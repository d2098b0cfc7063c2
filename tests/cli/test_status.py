"""`auditor status` on a project with two weeks of usage: its exit codes, its JSON, and where blocks cannot be shown."""

import json
import re
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


def test_a_period_that_was_watched_is_complete_and_names_the_next_command(auditor: Run, project: Project) -> None:
    done = auditor("status", "--days", "7", *AT, cwd=project.root)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "COMPLETE: deletion may begin. Next: auditor plan --days 7"
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert auditor("plan", "--days", "7", *AT, cwd=project.root).returncode == 0
    again = auditor("status", "--days", "7", *AT, cwd=project.root)
    assert re.search(r"^Plan \S+: \d+ batch(es)?, \d+ pending\.$", again.stdout, re.MULTILINE)


def test_a_period_that_is_not_over_is_fine(auditor: Run, project: Project) -> None:
    done = auditor("status", "--days", "30", "--format", "json", *AT, cwd=project.root)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["state"], found["deletion_may_begin"], found["period_days"]) == ("running", False, 30)
    assert found["not_before"] > NOW.date().isoformat()
    assert {
        "format_version",
        "strips",
        "checkpoints",
        "anomalies",
        "new_keys",
        "days_without_new_keys",
        "batches",
    } <= set(found)


def test_a_start_of_the_period_may_be_configured(auditor: Run, project: Project) -> None:
    settings = project.root / "auditor.toml"
    start = (NOW - timedelta(days=2)).date()
    settings.write_text(settings.read_text("utf-8") + f"\n[usage]\nperiod_start = {start}\n", "utf-8")
    done = auditor("status", *AT, cwd=project.root)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Day 3 of 14 ({start} to ")


def test_stale_evidence_is_sick(auditor: Run, project: Project) -> None:
    done = auditor("status", "--now", (NOW + timedelta(days=3)).isoformat(), cwd=project.root)
    assert done.returncode == 3
    assert "- SICK: " in done.stdout and "COMPLETE" not in done.stdout


def test_without_a_ledger_the_next_command_is_named(auditor: Run, shop: Path) -> None:
    done = auditor("status", cwd=shop)
    assert (done.returncode, done.stdout) == (3, "")
    assert "run 'auditor collect'" in done.stderr


def test_where_blocks_cannot_be_shown_strips_are_plain(auditor: Run, project: Project) -> None:
    plain = auditor("status", *AT, cwd=project.root, env={"PYTHONIOENCODING": "ascii"})
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.isascii() and "\\u" not in plain.stdout and "====" in plain.stdout
    assert auditor("status", "--ascii", *AT, cwd=project.root).stdout == plain.stdout
