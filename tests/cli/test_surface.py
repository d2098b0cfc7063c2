"""Which screen stdout is: width, colours and whole names, by terminal, environment and options."""

import io
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from auditor.cli import surface
from auditor.report.layout import Screen
from tests.cli.terminal import Terminal

Run = Callable[..., subprocess.CompletedProcess[str]]
LONG = "a_function_whose_name_goes_on_and_on_until_no_line_of_eighty_columns_could_ever_hold_it"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("environment", "no_color", "terminal", "pipe"), [
    ({"TERM": "xterm"}, False, True, False),
    ({"TERM": "xterm"}, True, False, False),
    ({"TERM": "xterm", "NO_COLOR": "1"}, False, False, False),
    ({"TERM": "xterm", "NO_COLOR": ""}, False, True, False),
    ({"TERM": "dumb"}, False, False, False),
    ({}, False, False, False),
    ({"TERM": "dumb", "FORCE_COLOR": "1"}, False, True, True),
    ({"TERM": "xterm", "FORCE_COLOR": "0"}, False, True, False),
    ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False, False),
    ({"FORCE_COLOR": "1"}, True, False, False),
], ids=str)  # fmt: skip
def test_who_gets_colours(environment: Mapping[str, str], no_color: bool, terminal: bool, pipe: bool) -> None:
    assert surface.screen(_Terminal(), environment, no_color=no_color).colours is terminal
    assert surface.screen(io.StringIO(), environment, no_color=no_color).colours is pipe


@pytest.mark.parametrize(("columns", "width"), [
    ("120", 120), ("40", 80), ("900", 200), ("many", 80), ("", 80), ("-5", 80),
])  # fmt: skip
def test_only_a_terminal_has_a_width(columns: str, width: int) -> None:
    assert surface.screen(_Terminal(), {"COLUMNS": columns}, no_color=False) == Screen(width)
    assert surface.screen(io.StringIO(), {"COLUMNS": columns}, no_color=False) == Screen(whole=True)


def test_a_real_terminal_a_pipe_and_a_file_get_what_they_can_show(auditor: Run, shop: Path) -> None:
    with (shop / "main.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\ndef {LONG}():\n    return 2\n")
    wide = Terminal("scan", "-q", cwd=shop, columns=200)
    assert wide.wait() == 0
    assert "\x1b[1mmain.py\x1b[0m" in wide.shown
    assert LONG in wide.shown
    narrow = Terminal("scan", "-q", cwd=shop, columns=80, env={"NO_COLOR": "1"})
    assert narrow.wait() == 0
    assert "\x1b" not in narrow.shown
    assert LONG not in narrow.shown
    assert max(map(len, narrow.shown.split("\r\n"))) <= 80
    piped = auditor("scan", cwd=shop, env={"COLUMNS": "40", "TERM": "xterm"})
    assert "\x1b" not in piped.stdout
    assert LONG in piped.stdout
    forced = auditor("scan", "--output", "scan.txt", "--also", "text=also.txt", cwd=shop, env={"FORCE_COLOR": "1"})
    assert forced.returncode == 0
    assert (shop / "scan.txt").read_text("utf-8") == piped.stdout == (shop / "also.txt").read_text("utf-8")
    assert "\x1b[1m" in auditor("scan", "--also", "text=-.txt", cwd=shop, env={"FORCE_COLOR": "1"}).stdout
