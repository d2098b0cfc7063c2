"""`auditor collect`: production's counters and logs into the ledger."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import click
from click.core import ParameterSource

from auditor.cli import options
from auditor.config import LoadedConfig, parse_duration
from auditor.model.usage import Collection


def _every(_context: click.Context, _parameter: click.Parameter, value: str) -> timedelta:
    try:
        return parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("collect")
@options.days_option
@click.option("--source", help="Read only the source of this name; with --import, the name to import under.")
@click.option(
    "--import", "statistics", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Read existing statistics into the ledger, and no source; see docs/ledger.md.",
)  # fmt: skip
@click.option("--watch", is_flag=True, help="Go on collecting until SIGINT or SIGTERM.")
@click.option(
    "--every", default="15m", show_default=True, callback=_every, metavar="DURATION",
    help="With --watch: how long after one collection began the next one does.",
)  # fmt: skip
@options.now_option
@options.shared
def command(
    days: int, source: str | None, statistics: Path | None, watch: bool, every: timedelta, now: datetime
) -> None:
    """Read every configured usage source into the ledger. Reading twice counts once.

    Exits 3 when a source is sick; what the others gave is kept. When a source stops, or goes on again, a line on stderr
    says so once ("auditor: alert: source NAME: stopped: ..."), and usage.alert_webhook is told. What is imported proves
    use, never absence.

    \b
    Example: auditor collect --days 14
    """
    from auditor import pipeline
    from auditor.cli import collect_watch

    given = click.get_current_context().get_parameter_source
    if watch and given("now") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--watch collects at the present; leave --now out")
    if not watch and given("every") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--every is for --watch")
    if watch and statistics is not None:
        raise click.UsageError("--import reads a file once; leave --watch out")
    loaded, environment = options.configuration(), options.environment()
    if statistics is not None:
        _import(loaded, statistics, source, now)
        return
    if watch:
        watcher = pipeline.Watcher(loaded, days=days, source=source, environment=environment)
        collect_watch.watch(watcher.round, every)
        return
    done = pipeline.collect_round(
        loaded, days=days, source=source, now=now, environment=environment, progress=options.progress()
    )
    collect_watch.report_migration(done.migrated)
    for collection in done.collections:
        options.say(f"{collection.source}: {', '.join(_given(collection))}")
        for note in collection.notes:
            options.say(f"{collection.source}: note: {note}")
        if collection.problem:
            options.warn(f"source {collection.source}: {collection.problem}")
    collect_watch.report_alerts(done)
    if done.failure is not None:
        raise done.failure
    if any(collection.problem for collection in done.collections):
        options.stop(3)
    options.suggest("auditor status")


def _import(loaded: LoadedConfig, path: Path, source: str | None, now: datetime) -> None:
    """Import a file of statistics and say what it gave."""
    from auditor import pipeline
    from auditor.cli import collect_watch

    done = pipeline.import_statistics(loaded, path, source=source, now=now)
    collect_watch.report_migration(done.migrated)
    given, changed = done.collection, done.recorded.changed
    counts = f"{_count(len(given.samples), 'daily count')} and {_count(len(given.totals), 'total')}"
    options.say(f"{given.source}: {counts} imported from {path}, {changed:,} daily counts new or higher than known")
    for note in (*given.notes, "what is imported proves use, never absence"):
        options.say(f"{given.source}: note: {note}")


def _given(collection: Collection) -> Iterator[str]:
    """Yield what a source gave, in a few words each."""
    told = (collection.problem, collection.samples, collection.totals, collection.watched, collection.watched_kinds)
    if not any((*told, collection.routes, collection.names, collection.lost)):
        yield "nothing new"
        return
    yield _count(len(collection.samples), "daily count")
    if collection.totals:
        yield f"{_count(len(collection.totals), 'total')} of no known day"
    for kind, days in sorted(collection.watched_kinds.items()):
        yield f"{_count(sum(day.minutes for day in days), 'minute')} of {kind}s watched"
    if collection.watched or not collection.watched_kinds:
        yield f"{_count(sum(day.minutes for day in collection.watched), 'minute')} watched"
    if collection.routes:
        yield f"{_count(len(collection.routes), 'route')} published"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
