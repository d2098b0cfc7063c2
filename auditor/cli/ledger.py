"""`auditor ledger`: the state of the ledger, going back to a backup of it, and its evidence as a file."""

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options
from auditor.config import MOST_DAYS
from auditor.model.keeping import Backup

_DAYS = 30


@click.group("ledger")
def command() -> None:
    """The ledger itself: where it is, what it holds, its backups, its evidence as a file.

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
    options.tell(f"ledger put back to revision {done.revision}, from {done.backup}")
    if done.kept:
        options.tell(f"what was there before is in {_place(done.kept)}")


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="How many days; default: 30, or gate.days if more.")
@options.now_option
@options.shared
def export(file: Path, days: int | None, now: datetime) -> None:
    """Write the evidence into FILE, for 'auditor gate --evidence' where nobody may see production.

    Sums of days alone: no process, no browser, no user. Compressed where the name ends in .gz; signed where
    AUDITOR_EVIDENCE_KEY is set. Prints the digest.

    \b
    Example: auditor ledger export evidence.gz
    """
    from auditor import pipeline

    loaded = options.configuration()
    wanted = days or max(_DAYS, loaded.config.gate.days)
    done = pipeline.ledger_export(loaded, file, days=wanted, now=now, environment=options.environment())
    signed = "signed" if done.signed else "not signed"
    options.say(f"{file}: evidence from {done.first_day} on, {done.size:,} bytes, {signed}")
    options.tell(done.digest)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--digest", metavar="sha256:…", help="Refuse a file with another digest.")
@options.shared
def import_(file: Path, digest: str | None) -> None:
    """Join evidence that 'auditor ledger export' wrote into this ledger.

    Importing again counts once, as does what this ledger collected itself. A file that is damaged, was edited, is of
    another app or is tracked by git is refused as a whole.

    \b
    Example: auditor ledger import evidence.gz
    """
    from auditor import pipeline
    from auditor.cli import collect_watch

    evidence = pipeline.EvidenceOption(file, digest)
    done = pipeline.ledger_import(options.configuration(), evidence, environment=options.environment())
    collect_watch.report_migration(done.migrated)
    for note in done.notes:
        options.say(f"note: {note}")
    options.say(f"{file}: evidence of {done.created_at:%Y-%m-%d %H:%M} UTC, {done.changed:,} rows were news")


def _place(backup: Backup) -> str:
    return f"{backup.path} (revision {backup.revision})"
