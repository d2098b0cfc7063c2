"""The command line's frame.

In: the arguments. Out: an exit code. Commands are imported only when they run, so that `auditor --help` is quick.
Errors of the tree in `auditor.errors` become one line on stderr and their exit code; nothing else decides exit codes
but the commands themselves (0 fine, 1 the gate says no, 2 usage or configuration, 3 could not audit).
"""

import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from auditor import __version__
from auditor.errors import AuditorError

COMMANDS: dict[str, str] = {
    "scan": "Static findings: what no entry point reaches.",
    "why": "Why a definition is alive, or why it is not.",
    "routes": "The route table: method, template, handler.",
    "collect": "Read every configured usage source into the ledger.",
    "usage": "What the ledger knows: stats, unused, health.",
    "plan": "Scan and evidence to a deletion plan in micro-batches.",
    "apply": "Apply batches of the plan: edit, verify, commit, tag.",
    "rollback": "Take a batch back.",
    "gate": "Stop a change that deletes something still used.",
    "report": "Write the report again from the stored plan.",
    "serve": "Serve /health, /stats, /unused and the report.",
    "init": "Write a commented configuration for what is found here.",
    "demo": "Build a small real project and run the whole flow on it.",
}
"""Every command with its one-line help; each lives in a module of its own name, as `command`."""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"auditor.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="First steps: 'auditor scan' here; then mount the tracker and, two weeks on, 'auditor plan --days 14'.",
)
@click.version_option(__version__, prog_name="auditor")
def program() -> None:
    """May this be deleted? Static reachability joined with production usage."""


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        code = program.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except click.Abort:
        click.echo("auditor: interrupted", err=True)
        code = 130
    except AuditorError as error:
        click.echo(f"auditor: {printable(str(error))}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except Exception as error:  # noqa: BLE001 -- a fault of ours must end with 2: Python's own 1 would say "the gate says no"
        click.echo(f"auditor: internal error: {_fault(error)}; please report it (AUDITOR_DEBUG=1 shows more)", err=True)
        if os.environ.get("AUDITOR_DEBUG"):
            traceback.print_exc()
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


def _fault(error: Exception) -> str:
    """Name an unforeseen error and the place it came from, in one line."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return printable(f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})")


def printable(text: str) -> str:
    """Return one line of text that cannot steer a terminal: control characters are shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
