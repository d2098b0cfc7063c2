"""One result on several surfaces: `--also FORMAT=FILE`, as often as wanted, from one run.

In: click parameters, a function that renders a format. Out: stdout or `--output`, and the files. Every one is tried
before the first that cannot be written is told. Never renders a format twice, but for text: stdout may be narrower,
or have colours.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from auditor.cli import options, surface
from auditor.errors import ConfigError
from auditor.files import write_atomically

SUMMARY = "GITHUB_STEP_SUMMARY"
"""The file that a step of GitHub Actions adds to, as what ran before in the step may have."""

Files = tuple[tuple[str, Path], ...]
Command = Callable[..., Any]


def option(*names: str) -> Callable[[Command], Command]:
    """Add `--also FORMAT=FILE`, to be given several times."""

    def parsed(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> Files:
        files = tuple(_parsed(one, names) for one in given)
        if len({path.absolute() for _, path in files}) < len(files):
            raise click.BadParameter("one file is named twice; the second format would replace the first")
        return files

    return click.option(
        "--also", "files", multiple=True, callback=parsed, metavar="FORMAT=FILE",
        help="Write the same result to a file too; may be given several times. The file that GITHUB_STEP_SUMMARY "
        "names is added to, any other is replaced.",
    )  # fmt: skip


def _parsed(given: str, names: Sequence[str]) -> tuple[str, Path]:
    name, equals, path = given.partition("=")
    if name not in names or not equals:
        raise click.BadParameter(f"{given!r} is not FORMAT=FILE with a format of {', '.join(names)}")
    if path in ("", "-"):
        raise click.BadParameter(f"{given!r} names no file; is a variable empty? What goes to stdout is --format's")
    return name, Path(path)


def emit(render: Callable[[str], str], format_name: str | None, output: Path | None, files: Files) -> None:
    """Print or write a result in its own format (None: in none), and in each other one.

    Raises:
        ConfigError: A file cannot be written; all others have been.
    """
    from auditor.report.layout import shown_on

    failures: list[ConfigError] = []
    with shown_on(surface.plain()):
        rendered = {name: render(name) for name, _ in files}
    for name, path in files:
        try:
            _write(path, rendered[name], options.environment())
        except ConfigError as error:
            failures.append(error)
    if format_name:
        own = rendered[format_name] if format_name in rendered and format_name != "text" else render(format_name)
        options.emit(own, output)
    if failures:
        raise failures[0]


def _write(path: Path, text: str, environment: Mapping[str, str]) -> None:
    summary = environment.get(SUMMARY)
    if not summary or path.absolute() != Path(summary).absolute():
        write_atomically(path, text)
        return
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"\n{text}" if file.tell() else text)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be added to: {error.strerror}") from error
