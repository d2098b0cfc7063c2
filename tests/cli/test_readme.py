"""What README.md tells people to type exists."""

import re
import shlex
from pathlib import Path

import click
import pytest

from auditor.cli.program import COMMANDS, program

README = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")
_LINE = re.compile(r"^auditor (?P<arguments>[^#\n]+)", re.MULTILINE)
_CELL = re.compile(r"`auditor (?P<arguments>[^`]+)`")


def _written() -> list[str]:
    blocks = "\n".join(re.findall(r"^```[a-z]*\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
    lines = [match["arguments"] for match in _LINE.finditer(blocks)]
    cells = [match["arguments"] for match in _CELL.finditer(README)]
    return sorted({" ".join(text.split()) for text in lines + cells if not text.startswith("[")})


def _concrete(arguments: str) -> list[str]:
    text = re.sub(r"\[[A-Za-z. ]+\]", "", arguments)
    return ["1" if word == "N" else word for word in shlex.split(text)]


@pytest.mark.parametrize("arguments", _written())
def test_command_and_its_options_exist(arguments: str) -> None:
    name, *rest = _concrete(arguments)
    assert name in COMMANDS
    command = program.get_command(click.Context(program), name)
    assert command is not None
    if isinstance(command, click.Group):
        assert rest, arguments
        command = command.commands[rest.pop(0)]
    command.make_context(name, rest, resilient_parsing=False)


def test_every_command_is_described() -> None:
    described = {_concrete(arguments)[0] for arguments in _written()}
    assert set(COMMANDS) <= described
