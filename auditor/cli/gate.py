"""`auditor gate`: exit 1 when a change deletes something still used, 3 when that cannot be known."""

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options
from auditor.config import MOST_DAYS


@click.command("gate")
@click.option("--base", required=True, metavar="REF", help="What the change is compared with, as in origin/main.")
@click.option("--head", default="HEAD", show_default=True, metavar="REF", help="The change.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="Length of the window; default: gate.days.")
@click.option("--collect/--no-collect", default=False, show_default=True, help="Read the usage sources first.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 instead of 1; never instead of 2 or 3.")
@options.formats("text", "json", "sarif", "github", "gitlab", "markdown")
@options.now_option
@options.shared
def command(
    base: str,
    head: str,
    days: int | None,
    collect: bool,
    exit_zero: bool,
    format_name: str,
    output: Path | None,
    now: datetime,
) -> None:
    """Stop a change that deletes something still used.

    \b
    Example: auditor gate --base origin/main
    """
    from auditor import pipeline
    from auditor.report import formats

    result = pipeline.gate(
        options.configuration(),
        base,
        head,
        days=days,
        now=now,
        environment=options.environment(),
        collect_first=collect,
        progress=options.progress(),
    )
    options.emit(formats.gate(result, format_name), output)
    if result.stopped and not exit_zero:
        options.stop(1)
    if result.undecidable:
        options.stop(3)
