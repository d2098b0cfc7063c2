"""What a source watched belongs to what it read: under the same name, another log proves nothing by the first one's."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor import config, pipeline
from auditor.model.usage import Collection
from auditor.model.window import Window

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
APP = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health(): ...
"""
STAGING = '[[usage.sources]]\nname = "edge"\nkind = "access_log"\npath = "staging.log"\n'


def log(path: Path, minutes: int) -> None:
    """Write a request in each of the last `minutes` that are over."""
    times = (NOW - timedelta(minutes=number + 1) for number in reversed(range(minutes)))
    lines = (f'10.0.0.1 - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET /health HTTP/1.1" 200 2 "-" "-"\n' for at in times)
    path.write_text("".join(lines))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(APP)
    log(tmp_path / "staging.log", 3000)
    log(tmp_path / "production.log", 60)
    return tmp_path


def collect(root: Path, sources: str, environment: Mapping[str, str] = {}) -> Collection:
    (root / "auditor.toml").write_text('app = "shop"\n' + sources)
    (found,) = pipeline.collect(config.load(root), days=2, source=None, now=NOW, environment=environment)
    return found


def watched(root: Path) -> int:
    return sum(pipeline.usage_stats(config.load(root), days=2, now=NOW).watched.values())


@pytest.mark.parametrize(
    "change",
    [
        ("staging.log", "production.log"),
        ("staging.log", "*oduction.log"),
        ('kind = "access_log"', 'kind = "access_log"\ntimezone = "Europe/Berlin"'),
    ],
)
def test_minutes_of_what_is_no_longer_read_are_dropped_and_uses_stay(shop: Path, change: tuple[str, str]) -> None:
    collect(shop, STAGING)
    before = pipeline.usage_stats(config.load(shop), days=2, now=NOW)
    other = collect(shop, STAGING.replace(*change))
    assert "3,000 minutes it watched before" in other.notes[-1], other.notes
    window = Window.last_days(2, NOW)
    assert watched(shop) == sum(day.minutes_within(window) for day in other.watched)
    after = pipeline.usage_stats(config.load(shop), days=2, now=NOW)
    assert after.stats["GET:/health"].calls >= before.stats["GET:/health"].calls > 0


def test_taking_complete_back_takes_its_minutes_back(shop: Path) -> None:
    (shop / "staging.log").write_text("".join((shop / "staging.log").read_text().splitlines(keepends=True)[::1000]))
    collect(shop, STAGING + "complete = true\n")
    assert watched(shop) > 1000
    collect(shop, STAGING)
    assert watched(shop) < 5


def test_the_same_configuration_keeps_its_minutes_and_skips_what_it_read(shop: Path) -> None:
    collect(shop, STAGING)
    known = watched(shop)
    again = collect(shop, STAGING)
    assert watched(shop) == known > 0 and not any("before" in note for note in again.notes)


def test_passwords_may_change_and_servers_may_not(tmp_path: Path) -> None:
    from auditor.config import SourceConfig
    from auditor.usage.source_identity import reads

    def of(url: str, app: str = "shop") -> str:
        return reads(SourceConfig("redis", "redis", url="env:URL"), app, {"URL": url})

    assert of("redis://u:old@prod:6379/0") == of("redis://other:new@prod:6379/0?timeout=3")
    assert len({of("redis://prod:6379/0"), of("redis://staging:6379/0"), of("redis://prod:6379/1"), of("")}) == 4
    assert of("redis://prod/0") != of("redis://prod/0", "billing")


def test_a_source_that_is_sick_meanwhile_loses_nothing(shop: Path) -> None:
    collect(shop, STAGING)
    known = watched(shop)
    assert collect(shop, STAGING.replace("staging.log", "missing.log")).problem is not None
    assert watched(shop) == known


def test_the_code_is_read_only_for_sources_that_tell_paths_and_are_collected(shop: Path) -> None:
    kept = '[[usage.sources]]\nname = "kept"\nkind = "file"\nurl = "file:///none"\n'
    (shop / "auditor.toml").write_text(f'app = "shop"\n{STAGING}{kept}')
    loaded = config.load(shop)
    asked = []

    def static() -> pipeline.Static:
        asked.append("the code")
        return pipeline.analyse(loaded, today=NOW.date(), opinions=False)

    for name, times in (("kept", 0), ("edge", 1)):
        pipeline.collect(loaded, days=2, source=name, now=NOW, environment={}, static=static)
        assert len(asked) == times
