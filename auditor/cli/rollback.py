"""`auditor rollback`: takes a batch back."""

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options


@click.command("rollback")
@click.argument("number", type=click.IntRange(1))
@click.option("--plan", "plan_file", type=click.Path(path_type=Path, dir_okay=False), help="Default: the plan applied.")
@options.now_option
@options.shared
def command(number: int, plan_file: Path | None, now: datetime) -> None:
    """Take batch NUMBER back with a revert commit, also when another plan has been made since.

    \b
    Example: auditor rollback 1
    """
    from auditor import pipeline

    loaded = options.configuration()
    stored = pipeline.stored_plan(loaded, plan_file) if plan_file else pipeline.applied_plan(loaded, number)
    taken = pipeline.rollback(loaded, stored, number, now=now, on_progress=options.say)
    click.echo(f"batch {number} of plan {stored.plan_id} taken back: {taken.commit[:12]}")
