"""What each command prints on a wide terminal, into a pipe and in colours; at 80 columns see `test_golden`."""

import os
import re
from pathlib import Path

import pytest

from auditor import __version__
from auditor.report.layout import Screen, shown_on, wrapped
from auditor.report.wording import columns
from tests.report.test_golden import OUTPUTS

GOLDEN = Path(__file__).parents[1] / "golden" / "terminal"
SCREENS = {"wide": Screen(200), "pipe": Screen(whole=True), "colours": Screen(colours=True)}
COMMANDS = (
    "scan", "why-unreached", "routes", "plan", "gate", "gate-undecidable", "usage-stats", "usage-stats-measured",
    "usage-scores", "usage-show", "usage-unused", "usage-dead-weight", "usage-health", "status",
)  # fmt: skip
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def _shown(name: str, screen: str) -> str:
    with shown_on(SCREENS[screen]):
        return OUTPUTS[f"{name}.txt"]().replace(__version__, "{version}")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", COMMANDS)
def test_output_is_the_golden_file(name: str, screen: str) -> None:
    path = GOLDEN / f"{name}.{screen}.txt"
    rendered = _shown(name, screen).replace("\x1b", "␛")
    if os.environ.get("AUDITOR_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered, encoding="utf-8", newline="\n")
    assert rendered == path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_colours_change_nothing_but_colours(name: str) -> None:
    coloured = _shown(name, "colours")
    assert _ANSI.sub("", coloured) == OUTPUTS[f"{name}.txt"]().replace(__version__, "{version}")
    assert "\x1b" not in _ANSI.sub("", coloured)
    assert all(line.count("\x1b[0m") * 2 == line.count("\x1b") for line in coloured.splitlines())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_pipe_gets_whole_names_and_a_wide_terminal_is_not_exceeded(name: str) -> None:
    assert not re.search(r"\w…\w", _shown(name, "pipe"))
    assert max(map(columns, _shown(name, "wide").splitlines())) <= 200


def test_sentences_stay_readable_on_a_wide_terminal_and_end_in_no_orphan() -> None:
    sentence = "one two three four five six seven eight nine ten " * 4
    with shown_on(SCREENS["wide"]):
        assert max(map(len, wrapped(sentence))) <= 100
    assert wrapped(f"{'x' * 60} {'y' * 10} {'z' * 20}")[-1] == f"{'z' * 20}"
    assert wrapped(f"{'x' * 60} {'y' * 11} watched.")[-1] == f"{'y' * 11} watched."
    assert wrapped(f"{'x' * 60} {'y' * 11} 99 % watched.")[-1] == "99 % watched."


def test_every_golden_file_belongs_to_a_screen() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.{one}.txt" for name in COMMANDS for one in SCREENS}
