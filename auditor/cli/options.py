"""Options that commands share, and how they load and write. In: click parameters. Out: configuration, time, output."""

import functools
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from auditor.config import MOST_DAYS, LoadedConfig, load, with_environment
from auditor.files import write_atomically
from auditor.model.progress import Progress

Command = Callable[..., Any]
_EARLIEST_YEAR, _LATEST_YEAR = 2000, 2199


def shared(command: Command) -> Command:
    """Add what every command takes: `--config`, `-q`, `-v`, `--no-color`."""
    for option in (
        click.option("--no-color", is_flag=True, help="Print without colour."),
        click.option("-v", "--verbose", is_flag=True, help="Say more on stderr."),
        click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors."),
        click.option(
            "--config", "config_file", type=click.Path(path_type=Path, dir_okay=False),
            help="Configuration file; default: auditor.toml or pyproject.toml, searched upwards.",
        ),
    ):  # fmt: skip
        command = option(command)

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- click passes what it parsed
        from auditor.cli import surface
        from auditor.report.layout import shown_on

        context = click.get_current_context()
        context.color = True  # what is printed has been made inert, and its colours are chosen: click takes none away
        shown = surface.screen(sys.stdout, environment(), no_color=kwargs.pop("no_color"))
        if kwargs.get("output") not in (None, Path("-")):
            shown = surface.plain()
        context.meta["quiet"] = kwargs.pop("quiet")
        context.meta["verbose"] = kwargs.pop("verbose")
        context.meta["config_file"] = kwargs.pop("config_file")
        with shown_on(shown):
            return command(*args, **kwargs)

    return wrapped


output_option = click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write there instead of to stdout."
)


def formats(*names: str) -> Callable[[Command], Command]:
    """Add `--format` with the given names (the first is the default) and `--output FILE`."""

    def decorate(command: Command) -> Command:
        command = output_option(command)
        return click.option(
            "--format",
            "format_name",
            type=click.Choice(names),
            default=names[0],
            show_default=True,
            help="Output format.",
        )(command)

    return decorate


def _parse_now(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime:
    if value is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter("write an ISO 8601 time, as in 2026-11-21T12:00:00Z") from error
    if not _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR:
        raise click.BadParameter(f"a year from {_EARLIEST_YEAR} to {_LATEST_YEAR} is wanted")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


now_option = click.option(
    "--now", callback=_parse_now, metavar="TIMESTAMP", help="Take this as the present (ISO 8601, UTC without a zone)."
)


def days_of(default: int) -> Callable[[Command], Command]:
    """Return the option `--days`: the length of the window."""
    return click.option(
        "--days",
        type=click.IntRange(1, MOST_DAYS),
        default=default,
        show_default=True,
        help="Length of the window, in days.",
    )


days_option = days_of(14)


def _plain(_context: click.Context, _parameter: click.Parameter, value: bool) -> bool:
    """Return whether to draw in ASCII alone: when told to, and where stdout cannot hold what is drawn with."""
    try:
        "▁█·×".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return value


ascii_option = click.option(
    "--ascii", "plain", is_flag=True, callback=_plain, help="Draw in ASCII; default where stdout is not Unicode."
)


def configuration(paths: Sequence[Path] = ()) -> LoadedConfig:
    """Load the configuration that `--config` names, or the one found from where `paths` lie (default: here) upwards."""
    explicit: Path | None = click.get_current_context().meta.get("config_file")
    loaded = with_environment(load(_common_directory(paths), explicit), environment())
    detail(f"audited root {loaded.root}; configuration: {loaded.path or 'none found, so defaults'}")
    return loaded


def _common_directory(paths: Sequence[Path]) -> Path:
    """Return the deepest directory around all of `paths`; the current one where there are none or one is missing."""
    if not paths or not all(path.exists() for path in paths):
        return Path.cwd()
    resolved = [path.resolve() for path in paths]
    return Path(os.path.commonpath([path if path.is_dir() else path.parent for path in resolved]))


def environment() -> dict[str, str]:
    """Return the process's environment: read once, here."""
    return dict(os.environ)


def progress() -> Progress | None:
    """Return what shows progress on the terminal that stderr is; None where nobody wants it."""
    from auditor.cli.progress import ProgressLine, wanted

    context = click.get_current_context()
    if context.meta.get("quiet") or not wanted(sys.stderr, environment()):
        return None
    shown = context.meta["progress"] = ProgressLine(sys.stderr)
    context.call_on_close(shown.clear)
    return shown


def _clear_progress() -> None:
    """Make room for what is printed now; nothing where no progress is shown."""
    shown = click.get_current_context().meta.get("progress")
    if shown is not None:
        shown.clear()


def emit(text: str, output: Path | None) -> None:
    """Print `text` to stdout, also for the output `-`, or write it to a file in one step."""
    _clear_progress()
    if output is None or output == Path("-"):
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write_atomically(output, text if text.endswith("\n") else text + "\n")


def emit_diff(text: str) -> None:
    """Print a diff: byte for byte for whoever reads it, with control characters as escapes on a terminal."""
    from auditor.cli.program import printable

    if not sys.stdout.isatty():
        emit(text, None)
        return
    click.echo("\n".join(printable(line.expandtabs(8)) for line in text.split("\n")), nl=False)


def tell(line: str) -> None:
    """Print one line of the result to stdout, with control characters as escapes."""
    from auditor.cli.program import printable

    emit(printable(line), None)


def say(message: str) -> None:
    """Tell the user something on stderr, unless `--quiet`."""
    from auditor.cli.program import printable

    if not click.get_current_context().meta.get("quiet"):
        _clear_progress()
        click.echo(printable(message), err=True)


def suggest(command: str) -> None:
    """Name the next command to whoever sits before a terminal; cron's mail and logs do not need it."""
    if sys.stderr.isatty():
        say(f"Next: {command}")


def warn(message: str) -> None:
    """Tell the user on stderr what is wrong, also with `--quiet`."""
    from auditor.cli.program import printable

    _clear_progress()
    click.echo(f"auditor: {printable(message)}", err=True)


def detail(message: str) -> None:
    """Tell the user something on stderr with `--verbose` only."""
    if verbose():
        say(message)


def verbose() -> bool:
    """Return whether `--verbose` was given."""
    return bool(click.get_current_context().meta.get("verbose"))


def stop(code: int) -> None:
    """End the command with an exit code."""
    raise click.exceptions.Exit(code)
