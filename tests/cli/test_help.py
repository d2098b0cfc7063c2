"""What `--help` promises: examples that can be typed, exit codes for every command."""

import re
import shlex

import click
import pytest

from auditor.cli import exit_codes
from auditor.cli.program import COMMANDS, program


def _commands() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = program.get_command(click.Context(program), name)
        assert command is not None
        inner = command.commands if isinstance(command, click.Group) else {"": command}
        found |= {f"{name} {sub}".rstrip(): one for sub, one in inner.items()}
    return found


@pytest.mark.parametrize("name", _commands())
def test_the_example_of_a_command_is_understood_by_it(name: str) -> None:
    command = _commands()[name]
    (example,) = re.findall(r"Example: auditor (.+)", command.help or "")
    words = shlex.split(re.split(r" && | > | \| ", example)[0])
    depth = len(name.split())
    assert words[:depth] == name.split()
    context = command.make_context(name, words[depth:])
    assert context.params or not words[depth:]


def test_every_command_says_its_exit_codes() -> None:
    assert exit_codes.OF.keys() == _commands().keys()
    for name, command in _commands().items():
        assert (command.epilog or "").startswith("Exit codes: 0 fine; ")
        assert exit_codes.OF[name].keys() <= exit_codes.EVERY.keys()
