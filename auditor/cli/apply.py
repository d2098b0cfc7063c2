"""`auditor apply`: batches of the stored plan become commits and tags."""

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import completion, options


@click.command("apply")
@click.argument("numbers", nargs=-1, type=click.IntRange(1), shell_complete=completion.batches)
@click.option("--all", "every", is_flag=True, help="Every batch of the plan that was never applied, in order.")
@click.option("--dry-run", is_flag=True, help="Print the diff and change nothing.")
@click.option("--test-command", help="Run this after each batch; default: plan.test_command.")
@click.option("--bisect", "bisecting", is_flag=True, help="Hold back what breaks the tests, and apply the rest.")
@click.option("--no-merge", is_flag=True, help="Leave the branch alone; only commit and tag.")
@click.option("--plan", "plan_file", type=click.Path(path_type=Path, dir_okay=False), help="Default: the stored plan.")
@options.now_option
@options.shared
def command(
    numbers: tuple[int, ...],
    every: bool,
    dry_run: bool,
    test_command: str | None,
    bisecting: bool,
    no_merge: bool,
    plan_file: Path | None,
    now: datetime,
) -> None:
    """Apply batches: edit in a worktree, scan, verify, rehearse the rollback, commit, tag.

    \b
    Example: auditor apply 1 --dry-run
    """
    from auditor import pipeline

    loaded = options.configuration()
    if every == bool(numbers):
        raise click.UsageError("name the batches to apply, or --all")
    stored = pipeline.stored_plan(loaded, plan_file)
    wanted = pipeline.pending(loaded, stored) if every else tuple(dict.fromkeys(numbers))
    if not wanted:
        options.say(f"plan {stored.plan_id} has no batch left to apply")
    recheck = pipeline.rechecked(loaded, stored, now=now, on_note=options.say)
    onto = None
    for position, number in enumerate(wanted):
        if dry_run:
            options.emit_diff(pipeline.batch_diff(loaded, stored, number, now=now, after=wanted[:position]))
            continue
        applied = pipeline.apply(
            loaded, stored, number, now=now, test_command=test_command, merge=not no_merge, onto=onto,
            bisecting=bisecting, recheck=recheck, on_progress=options.say,
        )  # fmt: skip
        onto = applied.commit
        options.tell(
            f"batch {number} applied: {applied.commit[:12]}, tags {applied.before_tag} and {applied.verified_tag}"
        )
        options.tell(f"take it back with: auditor rollback {number}")
        for held in applied.held:
            options.tell(f"held back: {held.step.path}: {held.detail}")
