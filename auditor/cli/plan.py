"""`auditor plan`: scan and evidence to plan.json, plan.md and plan.html."""

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options, pages

_NOTHING = "nothing"
"""Includes nothing that earlier plans included."""


@click.command("plan")
@options.days_option
@click.option("--max-files", type=click.IntRange(1, 5), help="Files a batch; default: plan.max_files.")
@click.option("--per-week", type=click.IntRange(1, 100), help="Batches deployed in a week; default: plan.per_week.")
@click.option(
    "--include",
    multiple=True,
    metavar="WHAT",
    help="Plan what nobody called as well: dormant (all of it), route:'GET /x', task:NAME, command:NAME, "
    "id:PKG.MOD:NAME. Later plans keep it, until --include nothing.",
)
@click.option("--fresh", is_flag=True, help="Begin a new plan instead of going on with the last one.")
@click.option("--replan", multiple=True, type=click.IntRange(1), metavar="N", help="Plan a batch taken back again.")
@click.option("--collect/--no-collect", default=True, show_default=True, help="Read the usage sources first.")
@click.option("--output-dir", type=click.Path(path_type=Path, file_okay=False), help="Default: report.directory.")
@pages.assets_option
@options.now_option
@options.shared
def command(
    days: int,
    max_files: int | None,
    per_week: int | None,
    include: tuple[str, ...],
    fresh: bool,
    replan: tuple[int, ...],
    collect: bool,
    output_dir: Path | None,
    external: bool,
    now: datetime,
) -> None:
    """Plan deletions in micro-batches, from static findings and DAYS of production usage.

    Goes on from the last plan: batches in which nothing changed keep their number, the others are void. Exits 3, with
    the reason and without batches, when the evidence does not suffice.

    \b
    Example: auditor plan --days 14
    """
    from auditor import pipeline
    from auditor.pipeline.revisions import Wish
    from auditor.report import plan_text

    loaded = options.configuration()
    made = pipeline.plan(
        loaded,
        days=days,
        now=now,
        environment=options.environment(),
        collect_first=collect,
        include=frozenset(include) - {_NOTHING},
        max_files=max_files,
        per_week=per_week,
        wish=Wish(fresh, frozenset(replan), output_dir, _NOTHING in include),
        on_note=options.say,
        progress=options.progress(),
    )
    directory = output_dir or loaded.root / loaded.config.report.directory
    for path in pipeline.write_plan(loaded, made, directory, external=external):
        options.say(f"wrote {path}")
    options.emit(plan_text.plan(made), None)
    if made.refusal:
        options.warn(made.refusal)
        options.stop(3)
