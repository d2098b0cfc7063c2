"""`auditor rollback`: takes batches back."""

from datetime import datetime

import click

from auditor.cli import completion, options
from auditor.errors import GitError


@click.command("rollback")
@click.argument("numbers", nargs=-1, type=click.IntRange(1), shell_complete=completion.batches)
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
    for position, (number, of) in enumerate(wanted):
        try:
            taken = pipeline.rollback(
                loaded, number, plan_id=of, now=now, restore_files=restore_files, on_progress=options.say
            )
        except GitError as error:
            if len(wanted) == 1:
                raise
            left = "these still stand" if every else "not taken back"
            where = _where_it_stopped([one for one, _ in wanted], position, left)
            raise GitError(f"{error}; {where}") from error
        for note in taken.notes:
            options.say(note)
        options.tell(f"batch {number} of plan {taken.plan_id} taken back: {taken.commit[:12]}")


def _where_it_stopped(numbers: list[int], position: int, what: str) -> str:
    """Return which batches were taken back before the one that could not be, and, called `what`, the others."""
    done, left = (", ".join(map(str, some)) for some in (numbers[:position], numbers[position:]))
    return f"stopped at batch {numbers[position]}: taken back: {done or 'none'}; {what}: {left}"
