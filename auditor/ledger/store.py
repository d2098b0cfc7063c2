"""The ledger: what production did, day by day. In: Collections. Out: LedgerReadings and answers.

Daily aggregates, watched minutes and published routes, in SQLite or (by URL) PostgreSQL. One transaction a collection,
under a writer's lock: two collectors at once neither lose nor double. Never stores more than the keys it is given.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from auditor.errors import EvidenceError
from auditor.ledger import (
    answers,
    dead_weight,
    health,
    key_answer,
    key_history,
    migrate,
    reading,
    recording,
    retention,
    rows,
    schema,
    score_rows,
    scores,
    unused,
)
from auditor.ledger.daily_counts import DailyCounts, daily_counts
from auditor.ledger.daily_use import daily_use
from auditor.ledger.database import BUSY_SECONDS, Database, connect, in_memory
from auditor.ledger.evidence import exporting, importing, sealed
from auditor.ledger.evidence.reading import EvidenceFile, Head
from auditor.ledger.key_uses import key_uses
from auditor.ledger.spelling import Place
from auditor.model.answers import KeyStats, LedgerHealth, RecordSummary, UnusedRoutes, UsageStats
from auditor.model.daily_use import DailyUse
from auditor.model.ingestion import IngestedBefore
from auditor.model.key_answers import DeadWeight, KeyAnswer, LastUse, Scores
from auditor.model.usage import Collection as CollectedSource
from auditor.model.usage import LedgerReading, RegisteredRoute, UsageKind
from auditor.model.window import Window


class Ledger:
    """An open ledger; a context manager. Errors of the database are StoreErrors of one line.

    Every call is a transaction of its own, so a ledger may stay open for long and be used from several threads.
    """

    def __init__(self, database: Database, sources: Collection[str] | None = None, root: Path | None = None) -> None:
        self._database = database
        self._root = root
        self._sources = None if sources is None else frozenset(sources)

    @classmethod
    def open(
        cls, url: str, root: Path, *, sources: Collection[str] | None = None, busy_seconds: float = BUSY_SECONDS
    ) -> Self:
        """Open a ledger for recording; make it where it does not exist, and bring its schema up to date.

        Args:
            url: `sqlite:///path` (relative to `root`) or `postgresql+driver://…`.
            root: The audited root.
            sources: Names of the sources configured now. A source that was taken out of the configuration is no
                longer sick or stale, and its silence proves nothing, but what it saw stays seen. None: all count.
            busy_seconds: How long to wait for another writer.

        Raises:
            ConfigError: The URL is wrong.
            StoreError: The database is damaged, locked, of a newer auditor, or cannot be written.
        """
        ledger = cls(connect(url, root, writable=True, busy_seconds=busy_seconds), sources, root)
        migrate.ensure_current(ledger._database)
        return ledger

    @classmethod
    def read_only(
        cls, url: str, root: Path, *, sources: Collection[str] | None = None, busy_seconds: float = BUSY_SECONDS
    ) -> Self:
        """Open an existing ledger for reading; never creates or changes anything. Arguments as of `open`.

        Raises:
            ConfigError: The URL is wrong.
            StoreError: There is no ledger (the message names `auditor collect`), or it cannot be used.
        """
        ledger = cls(connect(url, root, writable=False, busy_seconds=busy_seconds), sources, root)
        migrate.require_current(ledger._database)
        return ledger

    @classmethod
    def of_evidence(
        cls, file: EvidenceFile, root: Path, *, sources: Collection[str] | None = None, first_day: date | None = None
    ) -> Self:
        """Return a ledger in memory that holds what an evidence file does; it answers as the one that was exported.

        With `first_day`, for windows from that day on alone, which takes less time.

        Raises:
            EvidenceError: The file may not be used.
        """
        return cls(in_memory(importing.alone(file, first_day), file.path), sources, root)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; the ledger may not be used afterwards."""
        self._database.close()

    def record(self, collections: Sequence[CollectedSource], *, now: datetime) -> RecordSummary:
        """Join collections made at `now` (aware) into the ledger, each in one transaction.

        Recording the same collection again, or an older one after a newer one, changes nothing that was known.

        Raises:
            ChangedMeanwhileError: A collection's event ids rest on what is not the newest; it is to be made anew.
            StoreError: The database refused; of the collection concerned nothing was recorded, of earlier ones all.
        """
        done = []
        for collection in collections:
            with self._database.writing() as connection:
                done.append(recording.record(connection, collection, now))
        return RecordSummary(tuple(done))

    def export(self, path: Path, *, app: str, first_day: date, now: datetime, key: bytes) -> sealed.Seal:
        """Write all that verdicts on windows from `first_day` on need into an evidence file, as of `now` (aware).

        `key` signs it; empty: it is not signed. The same ledger at the same time gives the same bytes.

        Raises:
            ConfigError: The file cannot be written.
            EvidenceError: No source was ever collected, so there is no evidence.
        """
        with self._database.reading() as connection:
            if connection.execute(sa.select(schema.sources.c.name).limit(1)).first() is None:
                raise EvidenceError(f"ledger {self._database.place}: nothing was ever collected; run 'auditor collect'")
            return sealed.write(path, exporting.lines(connection, Head(app, now, first_day)), key)

    def adopt(self, file: EvidenceFile) -> int:
        """Join an evidence file into the ledger in one transaction; return how many of its rows were news.

        Again, or an older file after a newer one, changes nothing; what this ledger collected itself is not counted
        twice.

        Raises:
            EvidenceError: The file may not be used; the ledger is as it was.
        """
        with self._database.writing() as connection:
            return importing.join(connection, file)

    def prune(self, *, now: datetime, keep_days: int, keep_hours: int) -> int:
        """Remove what no window of `keep_days` before `now` (aware) touches, and hours older than `keep_hours` days.

        Returns how many daily counts went.
        """
        with self._database.writing() as connection:
            return retention.prune(connection, now=now, keep_days=keep_days, keep_hours=keep_hours)

    def before(self, source: str, reads: str = "") -> IngestedBefore:
        """Return what is known of a source's earlier collections, for the source to go on from.

        `reads` is what it reads now, as in `Collection.reads`: files that were read as something else are read again.
        """
        with self._database.reading() as connection:
            return reading.before(connection, rows.storable(source), reads)

    def read(self, window: Window) -> LedgerReading:
        """Return what is known of `window`; every UTC day that it touches counts whole."""
        with self._database.reading() as connection:
            return reading.read(connection, window, self._sources)

    def routes(self, window: Window) -> tuple[RegisteredRoute, ...]:
        """Return the routes that were published before `window` ended."""
        with self._database.reading() as connection:
            return reading.read(connection, window, self._sources, samples=False).routes

    def watched(self, window: Window) -> tuple[LedgerReading, DailyCounts]:
        """Return who watched `window` and what was published, without samples; and its uses a day, by source."""
        with self._database.reading() as connection:
            found = reading.read(connection, window, self._sources, samples=False)
            return found, daily_counts(connection, window)

    def daily_use(self, window: Window, named: Mapping[str, Collection[str]]) -> DailyUse:
        """Return the calls of each day, up to six weeks before `window` as well; arguments as of `daily_use`."""
        with self._database.reading() as connection:
            return daily_use(connection, window, self._sources, named)

    def digest(self, window: Window) -> str:
        """Return `sha256:…` over the evidence in `window`: the same again when the same evidence is collected again."""
        return answers.digest(self.read(window))

    def usage_stats(self, days: int, *, now: datetime) -> UsageStats:
        """Return what was used in the `days` times 24 hours before `now` (aware)."""
        window = Window.last_days(days, now)
        with self._database.reading() as connection:
            found = reading.read(connection, window, self._sources, samples=False)
            return answers.usage_stats(found, key_uses(connection, window), now=now)

    def key_stats(self, window: Window) -> tuple[KeyStats, ...]:
        """Return the use of every key in the days that `window` touches, by kind and key."""
        with self._database.reading() as connection:
            return key_uses(connection, window)

    def unused(self, days: int, *, now: datetime, min_watched: float) -> UnusedRoutes:
        """Return what is registered and was not called in the `days` times 24 hours before `now` (aware).

        `min_watched` is the share of the window's minutes that must be watched, above 0 and up to 1. Places below the
        audited root are relative to it; others stand as the application published them.
        """
        found, used = self._used(Window.last_days(days, now))
        return unused.unused(found, used, now=now, min_watched=min_watched, root=self._root)

    def _used(self, window: Window) -> tuple[LedgerReading, set[Place]]:
        """Return who watched a window and what was published, and the keys that were used in it."""
        with self._database.reading() as connection:
            found = reading.read(connection, window, self._sources, samples=False)
            return found, {(one.kind, one.key) for one in key_uses(connection, window) if one.calls}

    def show(
        self, asked: str, *, kind: UsageKind | None, window: Window, min_watched: float, matcher: key_answer.Matcher
    ) -> KeyAnswer:
        """Return what is known in `window` of the key that `asked` spells; arguments as of `key_answer.answer`."""
        with self._database.reading() as connection:
            found = reading.read(connection, window, self._sources, samples=False)
            return key_answer.answer(
                connection, found, asked, kind=kind, min_watched=min_watched, matcher=matcher, root=self._root
            )

    def last_uses(self) -> dict[Place, LastUse]:
        """Return when each kind and key was used, of all that the ledger holds; those that never were are left out."""
        with self._database.reading() as connection:
            return key_history.last_uses(connection)

    def dead_weight(self, days: int, *, now: datetime, min_watched: float) -> DeadWeight:
        """Return what nobody used in the `days` times 24 hours before `now` (aware); `min_watched` as in `unused`."""
        found, used = self._used(Window.last_days(days, now))
        return dead_weight.dead_weight(found, used, self.last_uses(), now=now, min_watched=min_watched, root=self._root)

    def scores(self, days: int, *, now: datetime) -> Scores:
        """Return how well each key did in the `days` times 24 hours before `now` (aware)."""
        with self._database.reading() as connection:
            return self._scores(connection, days, now)

    def rebuild_scores(self, *, now: datetime) -> None:
        """Make the stored scores anew, in one transaction; `now` (aware) is when their `scores.DAYS` end."""
        with self._database.writing() as connection:
            score_rows.replace(connection, self._scores(connection, scores.DAYS, now))

    def _scores(self, connection: sa.Connection, days: int, now: datetime) -> Scores:
        window = Window.last_days(days, now)
        found = reading.read(connection, window, self._sources, samples=False)
        return scores.scores(found, key_uses(connection, window), now=now)

    def health(self, *, now: datetime, max_age: timedelta) -> LedgerHealth:
        """Return whether evidence keeps coming in: each source collected well, and watched, within `max_age`."""
        looked_back = max(max_age, timedelta(days=1))
        window = Window(now - looked_back, now)
        with self._database.reading() as connection:
            found = reading.read(connection, window, self._sources, samples=False)
        return health.health(found, now=now, max_age=max_age, configured=self._sources or ())
