"""`auditor ledger`: the state of the ledger, and going back to a backup of it."""

from pathlib import Path

import click

from auditor.cli import options
from auditor.model.keeping import Backup


@click.group("ledger")
def command() -> None:
    """The ledger itself: where it is, what it holds, its backups.

    \b
    Example: auditor ledger status
    """


@command.command("status")
@options.formats("text", "json")
@options.shared
def status(format_name: str, output: Path | None) -> None:
    """Place, revision, size, days, rows, sources and backups of the ledger; of an older or newer one as well.

    \b
    Example: auditor ledger status --format json
    """
    from auditor import pipeline
    from auditor.report import json_text, ledger_text

    found = pipeline.ledger_state(options.configuration())
    options.emit(json_text.ledger_state(found) if format_name == "json" else ledger_text.state(found), output)


@command.command("rollback")
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="The backup to put back; default: the newest."
)
@options.shared
def rollback(to: Path | None) -> None:
    """Put a backup back that was made before a migration.

    The present ledger is set aside first, never deleted; 'auditor ledger rollback --to' that file undoes this. Refused
    while a collector is writing.

    \b
    Example: auditor ledger rollback
    """
    from auditor import pipeline

    done = pipeline.ledger_rollback(options.configuration(), to)
    for note in done.notes:
        options.say(f"note: {note}")
    click.echo(f"ledger put back to revision {done.revision}, from {done.backup}")
    if done.kept:
        click.echo(f"what was there before is in {_place(done.kept)}")


def _place(backup: Backup) -> str:
    return f"{backup.path} (revision {backup.revision})"
