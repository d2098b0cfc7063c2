"""`auditor routes`: the static route table."""

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options


@click.command("routes")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.formats("text", "json")
@options.now_option
@options.shared
def command(paths: tuple[Path, ...], format_name: str, output: Path | None, now: datetime) -> None:
    """List every route: method, template, handler, place, and which handler shadows it.

    \b
    Example: auditor routes --format json
    """
    from auditor import pipeline
    from auditor.report import json_text, text

    found = pipeline.routes(options.configuration(paths), paths, today=now.date())
    options.emit((json_text if format_name == "json" else text).routes(found), output)
