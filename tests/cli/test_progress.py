"""The progress line: its text at every width, when it is drawn, and where there is none at all."""

import io
import json
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from auditor.cli import options
from auditor.cli.progress import ProgressLine, line, pace, wanted
from tests.cli.terminal import Terminal, seen


@pytest.mark.parametrize(("width", "expected"), [
    (79, "auditor: reading code 1,234 of 2,900 files [========            ]  42%"),
    (60, "auditor: reading code 1,234 of 2,900 files [====      ]  42%"),
    (50, "auditor: reading code 1,234 of 2,900 files  42%"),
    (39, "reading code 1,234 of 2,900 files  42%"),
    (20, "reading code  42%"),
    (10, "42%"),
    (2, "42"),
])  # fmt: skip
def test_the_line_fits_the_width(width: int, expected: str) -> None:
    assert line("reading code", 1234, 2900, width) == expected


@pytest.mark.parametrize(("done", "total", "seconds", "expected"), [
    (500, 2000, 5.0, ", 100 a second, 15 s left"),
    (30, 300, 60.0, ", 9 min left"),
    (500, 2000, 0.5, ""),
    (0, 2000, 9.0, ""),
    (2000, 2000, 9.0, ""),
    (2, 5, 9.0, ""),
])  # fmt: skip
def test_the_pace_is_told_once_it_is_known(done: int, total: int, seconds: float, expected: str) -> None:
    assert pace(done, total, seconds) == expected
    assert expected in line("head: reading code", done, total, 79, seconds)
    assert "left" not in line("head: reading code", done, total, 50, seconds)


def test_what_is_no_file_is_not_called_one() -> None:
    assert line("reading edge", 1, 3, 60).startswith("auditor: reading edge 1 of 3 [")


def test_the_line_never_exceeds_the_width() -> None:
    for width in range(1, 130):
        for done, total in ((0, 0), (0, 1), (1, 1), (99_999, 100_000)):
            assert len(line("head: following references", done, total, width, 3.0)) <= width


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("environment", "expected"), [
    ({}, True),
    ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True),
    ({"TERM": "dumb"}, False),
    ({"CI": "true"}, False),
    ({"CI": ""}, True),
], ids=str)  # fmt: skip
def test_only_a_terminal_that_can_take_it_gets_a_line(environment: Mapping[str, str], expected: bool) -> None:
    assert wanted(_Screen(), environment) is expected
    assert wanted(io.StringIO(), environment) is False


def test_nothing_is_drawn_in_the_first_half_second_and_nothing_stays() -> None:
    screen, moments = _Screen(), iter([0.0, 0.2, 0.4])
    shown = ProgressLine(screen, lambda: next(moments))
    shown("listing files", 0, 0)
    shown("reading code", 3, 9)
    shown.clear()
    assert screen.getvalue() == ""


def test_lines_are_drawn_over_each_other_seldom_and_taken_away() -> None:
    screen, moments = _Screen(), iter([0.0, 0.6, 0.61, 0.65, 0.75, 0.76])
    shown = ProgressLine(screen, lambda: next(moments))
    for part, done in (("reading code", 10), ("reading code", 11), ("reading code", 12), ("reading code", 13)):
        shown(part, done, 20)
    assert screen.getvalue().count("\r") == 2  # the second and third came too soon
    assert "13 of 20" in seen(screen.getvalue(), 80)[0]
    shown("x", 0, 0)
    assert seen(screen.getvalue(), 80) == ["auditor: x"]
    shown.clear()
    assert seen(screen.getvalue(), 80) == [""]
    shown.clear()


@pytest.mark.parametrize("columns", [80, 40])
def test_a_terminal_shows_progress_and_keeps_nothing_of_it(several: Path, tmp_path: Path, columns: int) -> None:
    output = tmp_path / "scan.json"
    shown = Terminal("scan", "--format", "json", "--no-cache", cwd=several, columns=columns, stdout=output)
    assert shown.wait() == 0
    assert "reading code" in shown.shown
    assert "files" in shown.shown
    assert seen(shown.shown, columns) == [""]
    assert "\x1b" not in shown.shown
    assert json.loads(output.read_text("utf-8"))["files"] > 50


@pytest.mark.parametrize(("quiet", "environment", "shows"), [
    (False, {"TERM": "xterm"}, True), (True, {"TERM": "xterm"}, False), (False, {"TERM": "xterm", "CI": "1"}, False),
])  # fmt: skip
def test_quiet_and_ci_show_nothing(
    quiet: bool, environment: dict[str, str], shows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", _Screen())
    monkeypatch.setattr(options, "environment", lambda: environment)
    with click.Context(click.Command("scan")) as context:
        context.meta["quiet"] = quiet
        assert (options.progress() is not None) is shows


def test_what_is_printed_meanwhile_stands_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(options, "environment", lambda: {"TERM": "xterm"})
    monkeypatch.setattr("auditor.cli.progress.AFTER", 0.0)
    with click.Context(click.Command("plan")):
        shown = options.progress()
        assert shown is not None
        for message in ("one source is sick", "another, too"):
            shown("planning", 0, 0)
            assert seen(screen.getvalue(), 80)[-1] == "auditor: planning"
            options.say(message)
        shown("planning", 0, 0)
    assert seen(screen.getvalue(), 80) == ["one source is sick", "another, too", ""]
