"""`auditor ledger` from the outside: what it prints, what it exits with."""

import json
from pathlib import Path

import pytest

from auditor.cli.program import run
from tests.ledger.versions import make


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "auditor.toml").write_text(
        'app = "shop"\n[[usage.sources]]\nname = "edge"\nkind = "json_log"\npath = "logs/*.jsonl"\n'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_status_of_a_ledger_of_an_older_auditor(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make.load("0001", "sqlite:///.auditor/ledger.db", project)
    assert run(["ledger", "status", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["format_version"], told["place"], told["revision"]) == (1, ".auditor/ledger.db", "0001")
    assert (told["first_day"], told["last_day"]) == ("2026-11-04", "2026-11-20")
    assert told["rows"]["auditor_lost_days"] == 1
    assert [(one["name"], one["configured"]) for one in told["sources"]][:2] == [("edge", True), ("redis", False)]
    assert told["size"] > 10_000
    assert run(["ledger", "status"]) == 0
    text = capsys.readouterr().out
    assert "Revision  0001 (this auditor writes" in text
    assert "redis, not configured" in text
    assert text.endswith("rows, 0 backups.\n")


def test_a_missing_ledger_is_exit_3_and_makes_no_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ledger", "status"]) == 3
    assert "auditor collect" in capsys.readouterr().err
    assert not (project / ".auditor").exists()


def test_collecting_says_that_it_migrated_and_a_rollback_takes_it_back(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make.load("0001", "sqlite:///.auditor/ledger.db", project)
    assert run(["collect"]) == 3, "there are no logs"
    told = capsys.readouterr().err
    (backup,) = (project / ".auditor" / "backups").glob("*.db")
    assert f"the ledger was brought from revision 0001 to 000{make.schema.HEAD[-1]}; a backup is {backup}" in told
    assert run(["ledger", "rollback"]) == 0
    out = capsys.readouterr().out
    assert f"ledger put back to revision 0001, from {backup}" in out
    (aside,) = (project / ".auditor" / "backups").glob("*.aside.db")
    assert str(aside) in out
    assert run(["ledger", "rollback", "--to", str(aside)]) == 0
    assert run(["ledger", "status"]) == 0
    assert "1 backup." in capsys.readouterr().out


def test_a_rollback_without_a_backup_or_from_nothing_is_exit_3(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make.load("0001", "sqlite:///.auditor/ledger.db", project)
    for arguments in (["ledger", "rollback"], ["ledger", "rollback", "--to", "nothing.db"]):
        assert run(arguments) == 3
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert "backup" in err
