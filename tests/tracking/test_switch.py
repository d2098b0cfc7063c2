import pytest

from auditor.tracking import switch


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
