"""`auditor status`: how the monitoring period goes."""

import sys
from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options


@click.command("status")
@click.option(
    "--days", type=click.IntRange(1, 400), default=14, show_default=True, help="Length of the period, in days."
)
@click.option("--ascii", "plain", is_flag=True, help="Draw in ASCII, also where blocks could be shown.")
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
        options.emit(json_text.document(found), output)
    else:
        options.emit(status_text.status(found, plain=plain or (output is None and not _shows_blocks())), output)
    if found.state == "unknown" or found.health != "ok":
        options.stop(3)


def _shows_blocks() -> bool:
    """Return whether stdout can hold the characters that strips are drawn with."""
    try:
        "▁█·×".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
