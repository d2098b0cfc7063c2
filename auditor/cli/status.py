"""`auditor status`: how the monitoring period goes."""

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options
from auditor.config import MOST_DAYS


@click.command("status")
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=14, show_default=True, help="Length of the period, in days."
)
@options.ascii_option
@options.now_option
@options.formats("text", "json")
@options.shared
def command(days: int, plain: bool, now: datetime, format_name: str, output: Path | None) -> None:
    """How far the monitoring is, how well it was watched, and whether deletion may begin.

    Exits 3 when a source is sick or stale, or when nothing is known; a period that is merely not over is fine.

    \b
    Example: auditor status --days 14
    """
    from auditor import pipeline
    from auditor.report import json_text, status_text

    found = pipeline.status(options.configuration(), days=days, now=now)
    if format_name == "json":
        options.emit(json_text.monitoring(found), output)
    else:
        options.emit(status_text.status(found, plain=plain), output)
    if found.state == "unknown" or found.health != "ok":
        options.stop(3)
