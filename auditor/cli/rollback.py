"""`auditor rollback`: takes batches back."""

from datetime import datetime

import click

from auditor.cli import options


@click.command("rollback")
@click.argument("numbers", nargs=-1, type=click.IntRange(1))
@click.option("--all", "every", is_flag=True, help="Every batch that stands, newest first.")
@click.option("--restore-files", is_flag=True, help="Bring the code back beside later changes to the same lines.")
@click.option("--plan", "named", metavar="ID_OR_FILE", help="Batches of this plan; default: of the plan applied.")
@options.now_option
@options.shared
def command(numbers: tuple[int, ...], every: bool, restore_files: bool, named: str | None, now: datetime) -> None:
    """Take batches back with a revert commit each, also when another plan has been made since, or none is here.

    \b
    Example: auditor rollback 1
    """
    from auditor import pipeline

    loaded = options.configuration()
    if every == bool(numbers):
        raise click.UsageError("name the batches to take back, or --all")
    plan_id = pipeline.plan_id_of(loaded, named)
    wanted: tuple[tuple[int, str | None], ...] = tuple((number, plan_id) for number in numbers)
    if every:
        wanted = pipeline.standing(loaded, plan_id)
        if not wanted:
            options.say("no batch stands on this branch; nothing to take back")
    for number, of in wanted:
        taken = pipeline.rollback(
            loaded, number, plan_id=of, now=now, restore_files=restore_files, on_progress=options.say
        )
        for note in taken.notes:
            options.say(note)
        click.echo(f"batch {number} of plan {taken.plan_id} taken back: {taken.commit[:12]}")
