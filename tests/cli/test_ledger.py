"""`auditor ledger` from the outside: what it prints, what it exits with."""

import json
import sqlite3
from contextlib import closing
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
    text = capsys.readouterr().out
    assert "1 backup." in text
    assert f"          {backup.name}\n" in text
    assert f"          {aside.name}\n" in text
    assert "Backup    0001, 20" in text


def test_a_rollback_without_a_backup_or_from_nothing_is_exit_3(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make.load("0001", "sqlite:///.auditor/ledger.db", project)
    for arguments in (["ledger", "rollback"], ["ledger", "rollback", "--to", "nothing.db"]):
        assert run(arguments) == 3
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert "backup" in err


@pytest.mark.parametrize("harm", ["bits in the middle", "cut off", "another file", "a directory", "a newer auditor"])
@pytest.mark.parametrize(
    "arguments",
    [["collect"], ["usage", "stats"], ["ledger", "status"], ["collect", "--import", "stats.json"]],
    ids=" ".join,
)
def test_a_ledger_that_cannot_be_used_is_one_line_with_the_mend_and_stays(
    project: Path, capsys: pytest.CaptureFixture[str], harm: str, arguments: list[str]
) -> None:
    make.load("0001", "sqlite:///.auditor/ledger.db", project)
    row = {"kind": "component", "key": "x", "day": "2026-11-20", "count": 1}
    (project / "stats.json").write_text(json.dumps({"format_version": 1, "days": [row]}))
    path = project / ".auditor" / "ledger.db"
    content = path.read_bytes()
    if harm == "a directory":
        path.unlink()
        path.mkdir()
    elif harm == "a newer auditor":
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("UPDATE auditor_revision SET version_num = '9999'")
        content = path.read_bytes()
    else:
        content = {
            "bits in the middle": content[:4096] + bytes(byte ^ 0x55 for byte in content[4096:]),
            "cut off": content[: len(content) // 2],
            "another file": b"no database, and long enough to be read " * 40,
        }[harm]
        path.write_bytes(content)
    code = run(arguments)
    told = capsys.readouterr()
    if harm == "a newer auditor" and arguments == ["ledger", "status"]:
        assert code == 0
        assert "Next: written by a newer auditor; upgrade auditor" in told.out
        return
    assert code == 3
    assert told.err.count("\n") == 1
    assert told.err.startswith("auditor: ledger .auditor/ledger.db: ")
    assert any(mend in told.err for mend in ("auditor ledger rollback", "check the path"))
    if harm != "a directory":
        assert path.read_bytes() == content
    assert (
        not (project / ".auditor" / "backups").exists() or list((project / ".auditor" / "backups").glob("*.db")) == []
    )


def test_an_import_from_the_command_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"kind": "component", "key": "invoice-export", "day": "2026-11-20", "count": 12, "users": 3}
    (project / "days.json").write_text(json.dumps({"format_version": 1, "source": "billing", "days": [row]}))
    arguments = ["collect", "--import", "days.json", "--source", "billing", "--now", "2026-11-21T12:00:00Z"]
    for changed in (1, 0):
        assert run(arguments) == 0
        told = capsys.readouterr().err
        assert f"billing: 1 daily count and 0 totals imported from days.json, {changed} daily counts new" in told
        assert "billing: note: numbers of users of 1 rows were left out" in told
        assert "proves use, never absence" in told
    assert run(["usage", "stats", "--format", "json", "--now", "2026-11-21T12:00:00Z"]) == 0
    assert json.loads(capsys.readouterr().out)["components"]["invoice-export"]["calls"] == 12


def test_an_import_that_is_refused_tells_by_its_exit_code(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text, code in (('{"error": "Redis not available"}', 3), ('{"days": 1, "format_version": 1}', 2), ("<html>", 2)):
        (project / "stats.json").write_text(text)
        assert run(["collect", "--import", "stats.json"]) == code
        err = capsys.readouterr().err
        assert err.startswith("auditor: stats.json: ")
        assert err.count("\n") == 1
    assert run(["collect", "--import", "stats.json", "--watch"]) == 2
    assert not (project / ".auditor").exists()
