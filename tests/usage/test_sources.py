"""From configuration to sources: names, secrets by reference, and what cannot be asked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.config import AuditConfig, SourceConfig, UsageConfig
from auditor.errors import ConfigError
from auditor.model.window import Window
from auditor.usage import sources

WINDOW = Window.last_days(14, datetime(2026, 11, 21, 8, 0, tzinfo=UTC))


def config(*configured: SourceConfig, app: str = "shop") -> AuditConfig:
    return AuditConfig(app=app, usage=UsageConfig(sources=configured))


REDIS = SourceConfig(name="live", kind="redis", url="env:SHOP_REDIS")
LOGS = SourceConfig(name="edge", kind="access_log", path="access.log*")
FILES = SourceConfig(name="files", kind="file", url="file:///nowhere/at/all")


def test_sources_come_in_the_order_of_the_configuration(tmp_path: Path) -> None:
    built = sources.build(config(REDIS, LOGS, FILES), tmp_path, {"SHOP_REDIS": "redis://127.0.0.1:1/0"}, ["GET /"])
    assert [source.name for source in built] == ["live", "edge", "files"]


def test_one_source_by_name_and_an_unknown_name_is_an_error(tmp_path: Path) -> None:
    (only,) = sources.build(config(REDIS, LOGS), tmp_path, {}, [], only="edge")
    assert only.name == "edge"
    with pytest.raises(ConfigError, match="no usage source is named 'nginx'; known: live, edge"):
        sources.build(config(REDIS, LOGS), tmp_path, {}, [], only="nginx")
    with pytest.raises(ConfigError, match="none is configured"):
        sources.build(config(), tmp_path, {}, [], only="nginx")


def test_a_missing_variable_is_a_problem_that_names_it(tmp_path: Path) -> None:
    for environment in ({}, {"SHOP_REDIS": " "}):
        (source,) = sources.build(config(REDIS), tmp_path, environment, [])
        problem = source.collect(WINDOW).problem
        assert problem is not None and "SHOP_REDIS" in problem


def test_a_secret_never_appears_in_a_problem(tmp_path: Path) -> None:
    for url in ("redis://:hunter2@127.0.0.1:1/0", "hunter2", "redis://user:hunter2@[bad/0", "amqp://:hunter2@h"):
        (source,) = sources.build(config(REDIS), tmp_path, {"SHOP_REDIS": url}, [])
        problem = source.collect(WINDOW).problem
        assert problem is not None and "hunter2" not in problem and "\n" not in problem


def test_the_tracker_sinks_need_the_apps_name(tmp_path: Path) -> None:
    (source,) = sources.build(config(FILES, app=""), tmp_path, {}, [])
    assert "no app is named" in str(source.collect(WINDOW).problem)
    own = SourceConfig(name="files", kind="file", url=tmp_path.as_uri(), app="other")
    (source,) = sources.build(config(own, app=""), tmp_path, {}, [])
    assert "other" in str(source.collect(WINDOW).problem)


def test_what_is_read_shows_as_one_line() -> None:
    assert sources.one_line("a\nb\x1b[31m\0c") == "a b [31m c"
    assert len(sources.one_line("x" * 500)) == 200
