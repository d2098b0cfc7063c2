"""`auditor collect` of events: what it says a source gave, and that nothing of a person is in it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.cli import program

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def test_what_events_and_browsers_gave_is_said_in_one_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "auditor.toml").write_text(
        'app = "shop"\n[[usage.sources]]\nname = "agents"\nkind = "events"\npath = "events*"\n'
        '[[usage.sources]]\nname = "browsers"\nkind = "components"\npath = "dump.json"\n'
    )
    lines = [
        {
            "component": "export",
            "occurred_at": (NOW - timedelta(minutes=number)).isoformat(),
            "user": "anna@example.org",
        }
        for number in (1, 2, 3)
    ]
    (tmp_path / "events.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (tmp_path / "dump.json").write_text(json.dumps({"component_usage_Pam": "7"}))
    arguments = ["collect", "--config", str(tmp_path / "auditor.toml"), "--now", NOW.isoformat()]
    assert program.run(arguments) == 0
    captured = capsys.readouterr()
    said = captured.out + captured.err
    assert "agents: 1 daily count, 3 minutes of components watched\n" in said
    assert "browsers: 0 daily counts, 1 total of no known day, 0 minutes watched\n" in said
    assert "anna" not in said
    assert program.run(arguments) == 0
    again = capsys.readouterr()
    assert "agents: nothing new\n" in again.out + again.err
