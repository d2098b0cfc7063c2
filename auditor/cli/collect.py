"""`auditor collect`: production's counters and logs into the ledger."""

from datetime import datetime

import click

from auditor.cli import options
from auditor.config import LoadedConfig


@click.command("collect")
@options.days_option
@click.option("--source", help="Read only the source of this name.")
@options.now_option
@options.shared
def command(days: int, source: str | None, now: datetime) -> None:
    """Read every configured usage source into the ledger. Reading twice counts once.

    Exits 3 when a source is sick; what the others gave is kept.

    \b
    Example: auditor collect --days 14
    """
    from auditor import pipeline

    loaded = options.configuration()
    if loaded.config.usage.sources:
        _migrate(loaded)
    collections = pipeline.collect(loaded, days=days, source=source, now=now, environment=options.environment())
    for collection in collections:
        minutes = sum(day.minutes for day in collection.watched)
        options.say(
            f"{collection.source}: {_count(len(collection.samples), 'daily count')}, "
            f"{_count(minutes, 'minute')} watched, {_count(len(collection.routes), 'route')} published"
        )
        for note in collection.notes:
            options.say(f"{collection.source}: note: {note}")
        if collection.problem:
            options.warn(f"source {collection.source}: {collection.problem}")
    if any(collection.problem for collection in collections):
        options.stop(3)


def _migrate(loaded: LoadedConfig) -> None:
    """Bring a ledger of an older auditor up to date, and say so."""
    from auditor import pipeline

    done = pipeline.ledger_migrate(loaded)
    if done is not None:
        options.say(
            f"the ledger was brought from revision {done.before} to {done.after}; a backup is {done.backup.path}"
        )
        if done.note:
            options.say(f"note: {done.note}")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
