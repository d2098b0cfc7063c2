"""`--assets`: where an HTML page has its style and its script.

In: what was asked for and where pages go. Out: the two files beside each page. Never renders a page.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]
Files = tuple[tuple[str, Path], ...]


def assets_option(command: Command) -> Command:
    """Add `--assets inline|external`, passed on as `external`."""
    return click.option(
        "--assets",
        "external",
        type=click.Choice(("inline", "external")),
        default="inline",
        show_default=True,
        callback=lambda _context, _parameter, value: value == "external",
        help="Style and script of an HTML page: in it, or in two files beside it, as a policy without inline style "
        "wants it (Jenkins' own does).",
    )(command)


def check(external: bool, format_name: str, output: Path | None, files: Files = ()) -> None:
    """Raise UsageError where assets are to lie beside a page, and none goes to a file."""
    if not external:
        return
    if format_name == "html" and (output is None or output == Path("-")):
        raise click.UsageError("--assets external writes two files beside the page: name its file with --output")
    if not _pages(format_name, output, files):
        raise click.UsageError("--assets external is for an HTML page: add --format html --output FILE")


def write_beside(external: bool, format_name: str, output: Path | None, files: Files = ()) -> None:
    """Write the two files beside every HTML page that went to a file.

    Raises:
        ConfigError: A file cannot be written.
    """
    from auditor.report import assets

    for page in _pages(format_name, output, files) if external else ():
        assets.write_beside(page)


def _pages(format_name: str, output: Path | None, files: Files) -> list[Path]:
    own = [output] if format_name == "html" and output else []
    return [*own, *(path for name, path in files if name == "html")]
