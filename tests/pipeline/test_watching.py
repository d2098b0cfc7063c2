"""Round after round: what changed is analysed again, and nothing that goes wrong ends it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.config import LoadedConfig, load
from auditor.errors import ConfigError
from auditor.pipeline import Watcher, watching
from tests.ledger.samples import NOW

LINE = '192.0.2.1 - - [21/Nov/2026:11:{minute:02}:00 +0000] "GET /users/7 HTTP/1.1" 200 5 "-" "curl"\n'
MAIN = "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get('/users/{user_id}')\ndef user(user_id: int): ...\n"


@pytest.fixture
def logged(tmp_path: Path) -> LoadedConfig:
    """Return a project with an access log and the code whose routes it is matched with."""
    (tmp_path / "auditor.toml").write_text(
        'app = "shop"\n[[usage.sources]]\nname = "edge"\nkind = "access_log"\npath = "access.log"\n'
    )
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "access.log").write_text(LINE.format(minute=1))
    return load(tmp_path)


def watcher(loaded: LoadedConfig, **more: Any) -> Watcher:
    return Watcher(loaded, **{"days": 14, "source": None, "environment": {}, **more})


def test_code_is_analysed_again_only_where_it_changed(logged: LoadedConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    analysed: list[str] = []
    analyse = watching.analyse
    monkeypatch.setattr(watching, "analyse", lambda *given, **more: analysed.append("") or analyse(*given, **more))
    rounds = watcher(logged)
    for number in range(3):
        (logged.root / "access.log").open("a").write(LINE.format(minute=number + 2))
        done = rounds.round(NOW + timedelta(minutes=15 * number))
        (collection,) = done.collections
        assert (collection.problem, [sample.key for sample in collection.samples]) == (None, ["GET /users/{user_id}"])
    assert len(analysed) == 1
    (logged.root / "main.py").write_text(MAIN.replace("/users/", "/people/"))
    rounds.round(NOW + timedelta(hours=1))
    assert len(analysed) == 2


def test_which_source_is_being_read_is_told(logged: LoadedConfig) -> None:
    told: list[str] = []
    watching.collect_round(
        logged, days=14, source=None, now=NOW, environment={}, progress=lambda part, *_: told.append(part)
    )
    assert told == ["reading edge"]


def test_a_wrong_configuration_ends_the_first_round_alone(logged: LoadedConfig) -> None:
    with pytest.raises(ConfigError):
        watcher(logged, source="unknown").round(NOW)
    rounds = watcher(logged)
    assert rounds.round(NOW).failure is None
    (logged.root / "auditor.toml").unlink()  # it is read no more
    assert rounds.round(NOW + timedelta(minutes=15)).failure is None


def test_a_mistake_of_ours_is_said_and_the_next_round_goes_on(
    logged: LoadedConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = watcher(logged)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    with monkeypatch.context() as patched:
        patched.setattr(watching, "collect", broken)
        done = rounds.round(NOW)
        assert (done.collections, str(done.failure)) == ((), "internal error: RuntimeError: boom")
        patched.setattr(watching.alerts, "tell", broken)
        assert rounds.round(NOW).told.warnings == ("nobody could be told: RuntimeError: boom",)
    assert rounds.round(NOW + timedelta(minutes=15)).failure is None
