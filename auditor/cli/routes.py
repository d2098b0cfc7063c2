"""`auditor routes`: the static route table."""

from pathlib import Path

import click

from auditor.cli import options


@click.command("routes")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.formats("text", "json")
@options.shared
def command(paths: tuple[Path, ...], format_name: str, output: Path | None) -> None:
    """List every route: method, template, handler, place, and which handler shadows it.

    \b
    Example: auditor routes --format json
    """
    from auditor import pipeline
    from auditor.report import json_text, text

    directory = paths[0] if len(paths) == 1 and paths[0].is_dir() else None
    found = pipeline.routes(options.configuration(directory), paths)
    options.emit((json_text if format_name == "json" else text).routes(found), output)
