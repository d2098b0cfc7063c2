from pathlib import Path
from typing import Any

import pytest

from auditor.tracking import asgi, shared, switch, wsgi


@pytest.mark.parametrize(
    ("value", "on"),
    [(None, True), ("", True), ("on", True), ("ON ", True), ("1", True), ("off", False), ("OFF", False), ("0", False),
     ("of", False)],
)  # fmt: skip
def test_anything_but_a_word_for_on_is_off(monkeypatch: pytest.MonkeyPatch, value: str | None, on: bool) -> None:
    if value is not None:
        monkeypatch.setenv("AUDITOR_TRACKING", value)
    assert switch.is_on() is on


def test_arguments_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITOR_APP", "env")
    monkeypatch.setenv("AUDITOR_SINK", "redis://env")
    monkeypatch.setenv("AUDITOR_VERSION", "env")
    for found, app, rest in (
        (switch.settings("app", "redis://arg", "arg"), "app", "arg"),
        (switch.settings(), "env", "env"),
    ):
        assert found is not None
        assert (found.app, found.sink, found.version) == (app, f"redis://{rest}", rest)
    assert switch.settings(sink="") is None


@pytest.mark.parametrize(
    "wrong",
    [{"flush_interval": "5"}, {"flush_interval": None}, {"max_keys": None}, {"app_name": 5}, {"sink": Path("/tmp")},
     {"sink": 7}, {"version": 3}, {"retention_days": 0}, {"max_keys": -1}],
)  # fmt: skip
def test_settings_of_any_kind_never_keep_an_application_from_starting(wrong: dict[str, Any], tracker_log: Any) -> None:
    given: dict[str, Any] = {"app_name": "shop", "sink": "file:///nowhere/usage", **wrong}
    asgi.UsageMiddleware(lambda *_: None, **given)  # type: ignore[arg-type,return-value]
    wsgi.UsageMiddleware(lambda *_: [], **given)
    shared.prefer(given["app_name"], given["sink"], given.get("version"), given.get("flush_interval", 5.0))
    assert shared._shared == {} or not wrong.keys() & {"app_name", "sink", "version"}
    assert all(message.startswith("auditor: usage is not tracked: ") for message in tracker_log.messages)
    assert len(tracker_log.messages) >= 2
