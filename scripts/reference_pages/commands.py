"""commands.md: every command with its arguments, options, exit codes and example, from click's own description."""

import inspect
import re
from collections.abc import Iterator

import click

from auditor.cli import exit_codes
from auditor.cli.program import COMMANDS, program
from reference_pages import markdown
from reference_pages.markdown import code, quoted, table

_LEAD = (
    "On a terminal, text is as wide as it (80 to 200 columns) and coloured; `NO_COLOR` and `--no-color` take the "
    "colours away, `FORCE_COLOR=1` wants them anywhere. In a pipe or a file there are none, and names stand whole. "
    "What takes more than half a second says on stderr how far it is, where that is a terminal. "
    "`auditor completion bash` (`zsh`, `fish`) prints what completes all this at TAB.\n\n"
    "Results go to stdout, or to the file that `--output` names; everything else goes to stderr. Paths in "
    "results are relative to the audited root. The same tree, evidence and `--now` give the same bytes. What "
    "each exit code means is in [Exit codes and rules](exit-codes-and-rules.md), what JSON looks like in "
    "[Formats](formats.md)."
)
_SHARED = ("config_file", "quiet", "verbose", "no_color")


def every() -> Iterator[tuple[str, click.Command]]:
    """Yield each command with its name, as in `usage stats`; groups are left out."""
    for name in COMMANDS:
        command = program.get_command(click.Context(program), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())
        else:
            yield name, command


def page() -> str:
    """Return the page."""
    commands = list(every())
    shared = [one for one in commands[0][1].params if one.name in _SHARED]
    index = table(
        ["command", "does"],
        [[f"[`auditor {name}`](#{_anchor(name)})", _summary(command)] for name, command in commands],
    )
    options = "\n\n".join(["## Options of every command", _options(commands[0][1], shared)])
    return markdown.page("Commands", _LEAD, index, options, *(_command(*one) for one in commands))


def _anchor(name: str) -> str:
    return f"auditor-{name.replace(' ', '-')}"


def _summary(command: click.Command) -> str:
    return " ".join(_paragraphs(command)[0].split())


def _paragraphs(command: click.Command) -> list[str]:
    text, _, _ = inspect.cleandoc(command.help or "").partition("\n\n\b\n")
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def _command(name: str, command: click.Command) -> str:
    own = [one for one in command.params if one.name not in _SHARED]
    usage = " ".join(command.collect_usage_pieces(_context(command)))
    (example,) = re.findall(r"Example: (.+)", command.help or "")
    told = {0: exit_codes.EVERY[0], 2: exit_codes.EVERY[2]} | exit_codes.OF[name]
    codes = table(["exit code", "when"], [[str(number), told[number]] for number in sorted(told)])
    sections = [f"## auditor {name}", *_paragraphs(command), code(f"auditor {name} {usage}"), _options(command, own)]
    return "\n\n".join([*(one for one in sections if one), codes, "For example:", code(example, "console")])


def _context(command: click.Command) -> click.Context:
    return click.Context(command, info_name="auditor")


def _options(command: click.Command, params: list[click.Parameter]) -> str:
    context = _context(command)
    rows = [_option(one, context) for one in params if isinstance(one, click.Option)]
    return table(["option", "default", "meaning"], rows)


def _option(option: click.Option, context: click.Context) -> list[str]:
    names = ", ".join(quoted(name) for name in sorted(option.opts, key=lambda name: not name.startswith("--")))
    if option.secondary_opts:
        names += " / " + ", ".join(map(quoted, option.secondary_opts))
    value = "" if option.is_flag else f" {quoted(_value(option, context))}"
    told = (option.help or "").strip()
    if isinstance(option.type, click.Choice):
        told += " One of " + ", ".join(map(quoted, option.type.choices)) + "."
    if option.multiple and "several times" not in told and "repeated" not in told:
        told += " May be given several times."
    return [f"{names}{value}", _default(option, context), told]


def _value(option: click.Option, context: click.Context) -> str:
    metavar = option.metavar or option.make_metavar(context)
    if isinstance(option.type, click.Choice):
        return (option.name or "").upper().removesuffix("_NAME")
    if isinstance(option.type, click.IntRange):
        most = "" if option.type.max is None else str(option.type.max)
        return f"{option.type.min}..{most}"
    return metavar


def _default(option: click.Option, context: click.Context) -> str:
    if option.required:
        return "required"
    if option.name == "now":
        return "the present"
    default = option.get_default(context)
    if option.secondary_opts:
        return quoted((option.opts if default else option.secondary_opts)[0])
    return quoted(default) if isinstance(default, (str, int)) and not option.is_flag else ""
