"""The command line's frame.

In: the arguments. Out: an exit code. Commands are imported only when they run, so that `auditor --help` is quick.
Errors of the tree in `auditor.errors` become one line on stderr and their exit code; nothing else decides exit codes
but the commands themselves (0 fine, 1 the gate says no, 2 usage or configuration, 3 could not audit).
"""

import contextlib
import errno
import importlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click
from click.shell_completion import CompletionItem

from auditor import __version__
from auditor.cli import exit_codes
from auditor.errors import AuditorError, VerificationError

COMMANDS: dict[str, str] = {
    "scan": "Static findings: what no entry point reaches.",
    "why": "Why a definition is alive, or why it is not.",
    "routes": "The route table: method, template, handler.",
    "collect": "Read every configured usage source into the ledger.",
    "usage": "What the ledger knows: stats, unused, show, dead-weight, scores, health.",
    "status": "The monitoring period: day 9 of 14, what was watched, what looks wrong.",
    "ledger": "The ledger itself: state, backups, rollback.",
    "plan": "Scan and evidence to a deletion plan in micro-batches.",
    "apply": "Apply batches of the plan: edit, verify, commit, tag.",
    "rollback": "Take a batch back.",
    "retire": "Plan the removal of one named symbol everywhere, and check what is left.",
    "gate": "Stop a change that deletes something still used.",
    "baseline": "Write down the unused code there is, so that 'gate --no-new' stops what is new.",
    "report": "Write the report again from the stored plan.",
    "serve": "Serve /health, /stats, /unused and the report.",
    "schema": "Print the JSON Schema of what auditor writes and reads.",
    "completion": "Print what makes a shell complete all this.",
    "init": "Write a commented configuration for what is found here.",
    "demo": "Build a small real project and run the whole flow on it.",
}
"""Every command with its one-line help; each lives in a module of its own name, as `command`."""


COMPLETING = "_AUDITOR_COMPLETE"
"""In the environment, it says that a shell asks for candidates: click's own convention for a program of our name."""
INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells give it."""


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
        for name, one in command.commands.items() if isinstance(command, click.Group) else [("", command)]:
            one.epilog = exit_codes.in_help(f"{cmd_name} {name}".rstrip())
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, without importing any, and the options."""
        found = [
            CompletionItem(name, help=told.replace(",", ";"))
            for name, told in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; Ctrl-C is said in one line, before click adds an empty one for what may be no terminal."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise click.Abort from error

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
    """Run the command line and exit with its code; when told to terminate, clean up like after Ctrl-C."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = run(sys.argv[1:])
        if code == INTERRUPTED:
            _discard(sys.stdout)  # its reader may be why the user lost patience
        code = _settled(code)
    except KeyboardInterrupt:  # once more, or when all but the end of the output was written
        _discard(sys.stdout)
        code = INTERRUPTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # there is nothing left to interrupt but the interpreter's end
    sys.exit(code)


def _terminate(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; whatever goes wrong is told on stderr, without a traceback."""
    stdout = sys.stdout
    if os.environ.get(COMPLETING):
        from auditor.cli.completion import answer

        return answer(program, os.environ)
    try:
        code = program.main(list(arguments), prog_name="auditor", standalone_mode=False)
    except SystemExit as end:
        # Where its reader is gone, click replaces stdout and ends with 1, which would say "the gate says no".
        return _ended(end.code) if sys.stdout is stdout else _reader_gone(stdout)
    except BrokenPipeError:
        return _reader_gone(stdout)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        _write_over_echo()
        _complain("interrupted")
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        with contextlib.suppress(OSError):
            click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        _complain(_usage(error))
        return 2
    except VerificationError as error:
        _complain(*str(error).splitlines())
        return error.exit_code
    except AuditorError as error:
        _complain(str(error))
        return error.exit_code
    except Exception as error:  # noqa: BLE001 -- a fault of ours must end with 2: Python's own 1 would say "the gate says no"
        return _failed(error)
    return _number(code)


def _number(code: object) -> int:
    return code if isinstance(code, int) else 0


def _ended(code: object) -> int:
    """Return the exit code of who ended the command in its midst: never 0, which would say that all is well."""
    if _number(code) == 0:
        _complain("internal error: something ended the command before it was done; please report it")
        return 2
    return _number(code)


def _complain(first: str, *more: str) -> None:
    """Print an error as one line on stderr, what a test command printed below it; nothing where stderr is full."""
    with contextlib.suppress(OSError):
        click.echo("\n".join((f"auditor: {printable(first)}", *map(printable, more))), err=True)


def _write_over_echo() -> None:
    """Go back to the start of the line, where a terminal shows the `^C` that was typed."""
    with contextlib.suppress(OSError):
        if sys.stderr is not None and sys.stderr.isatty():
            click.echo("\r", nl=False, err=True)


def _usage(error: click.ClickException) -> str:
    """Return what is wrong with the command line and where to look, in one line."""
    message = " ".join(error.format_message().split("\n"))
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{message.rstrip('.')}; see '{context.command_path if context else 'auditor'} --help'"


def _failed(error: Exception) -> int:
    """Name an unforeseen error and the place it came from; return the exit code 2."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        _complain(f"cannot write: {error.strerror}; make room on the disk and try again")
        return 2
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    _complain(
        f"internal error: {type(error).__name__}: {error} ({where}); please report it (AUDITOR_DEBUG=1 shows more)"
    )
    if os.environ.get("AUDITOR_DEBUG"):
        traceback.print_exception(error)
    return 2


def _settled(code: int) -> int:
    """Write out what is buffered: where Python's own attempt at exit fails, it replaces the exit code by 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            code = _reader_gone(stream)
        except OSError as error:
            _discard(stream)
            code = _failed(error) if code == 0 and stream is sys.stdout else code
    return code


def _reader_gone(stdout: TextIO) -> int:
    """Let the interpreter end quietly after the reader of the output has gone; return 141, as a shell does."""
    _discard(stdout)
    return 141


def _discard(stream: TextIO) -> None:
    """Let what is still buffered for a stream that cannot be written go nowhere."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def printable(text: str) -> str:
    """Return one line of text that cannot steer a terminal: control characters are shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
