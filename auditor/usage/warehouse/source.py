"""Request logs in a warehouse -> a collection: counted there, matched here.

In: a connection URL, a table, the route table. Out: one `Collection` of daily and hourly counts by usage key. What
comes back from the warehouse is one row for each hour, kind of path and status; no row of a request ever does. Never
lets a raw path into the collection: what matches no route counts under one key.

As with log files, a table proves that somebody watched only for the minutes in which it has a request from anyone,
unless its configuration says `complete`. The minutes are asked first: what arrives between the two questions may be
counted in a minute that is not watched, never the other way round. The last hour is not watched yet.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from auditor.config import SourceConfig
from auditor.errors import SourceError
from auditor.model.usage import MINUTES_A_DAY, Collection
from auditor.model.window import Window
from auditor.usage.minutes import watched_days
from auditor.usage.routes import RouteTable
from auditor.usage.sources import one_line
from auditor.usage.warehouse import expressions
from auditor.usage.warehouse.columns import choose
from auditor.usage.warehouse.connection import OpenTable, opened
from auditor.usage.warehouse.counts import Counts, DifferentKeysError, PathKeys, TemplateKeys, key_of_names
from auditor.usage.warehouse.path_classes import path_classes
from auditor.usage.warehouse.selection import Question
from auditor.usage.warehouse.zones import Ambiguous, offsets, without

MOST_ROWS = 500_000
"""Rows that are fetched of one answer; a table with more has paths that cannot be told apart by its routes."""
_AHEAD = timedelta(hours=1)
"""How far the clock of a server may run ahead."""
_LOADED_WITHIN = timedelta(hours=1)
"""Younger minutes may still get rows, of servers whose logs are loaded later than others'."""
_WRONG_CLOCK = (
    "rows are dated after this collection: a server's clock or the time zone is wrong, so no day can be trusted; "
    "set timezone, or leave such rows out by a view"
)


class WarehouseTable:
    """A table or view of requests, or of uses of components, tasks and the like.

    Args:
        source: The configuration of a source of kind `warehouse`.
        url: Its connection URL.
        route_keys: Known usage keys, in the order of registration.
    """

    def __init__(self, source: SourceConfig, url: str, route_keys: Sequence[str]) -> None:
        self.name = source.name
        self._source = source
        self._url = url
        self._keys = tuple(route_keys)
        self._routes = RouteTable(route_keys)

    def collect(self, window: Window) -> Collection:
        """Return the uses of every UTC day the window touches, by usage key."""
        if self._source.counts == "endpoint" and not len(self._routes):
            return self._sick(
                window, "no route is known to match requests against; run it where auditor routes has any"
            )
        try:
            with opened(self._url, self._source.table) as table:
                return self._read(table, window)
        except SourceError as error:
            return self._sick(window, str(error))

    def _read(self, table: OpenTable, window: Window) -> Collection:
        question, doubtful = self._question(table, window)
        days = question.days
        minutes, _ = table.rows(expressions.minutes(table.table, question), (len(days) + 2) * MINUTES_A_DAY)
        seen = {int(row[0]) for row in minutes}
        if not seen:
            return self._sick(window, f"no evidence: {one_line(self._source.table)} holds no use of these days")
        if max(seen) * 60 > (window.end + _AHEAD).timestamp():
            return self._sick(window, _WRONG_CLOCK)
        counts = self._counts(table, question)
        settled = (window.end - _LOADED_WITHIN).timestamp() // 60
        proven = _spanned(seen) if self._source.complete else without(seen, doubtful)
        watched = watched_days(minute for minute in proven if minute < settled)
        endpoints = self._source.counts == "endpoint"
        reasons = counts.doubts() + self._doubts(question)
        return Collection(
            self.name, window, watched if endpoints else (), counts.samples(), notes=(*counts.notes(), *reasons),
            only_for_use=bool(reasons), watched_kinds={} if endpoints else {self._source.counts: watched},
        )  # fmt: skip

    def _question(self, table: OpenTable, window: Window) -> tuple[Question, tuple[Ambiguous, ...]]:
        columns = choose(table.kinds(), self._source)
        question = Question(columns, window.dates(), table.dialect, path_classes(self._keys))
        if columns.clock != "local" or not self._source.timezone:
            return question, ()
        zone = ZoneInfo(self._source.timezone)
        start, end = question.span
        steps, doubtful = offsets(zone, start, end)
        local = (start.astimezone(zone).replace(tzinfo=None), end.astimezone(zone).replace(tzinfo=None))
        return msgspec.structs.replace(question, offsets=steps, local_span=local), doubtful

    def _counts(self, table: OpenTable, question: Question) -> Counts:
        """Count by classes of paths, or path by path where the warehouse joins what routes tell apart."""
        try:
            return self._counted(table, question)
        except DifferentKeysError:
            return self._counted(table, msgspec.structs.replace(question, classes=None))

    def _counted(self, table: OpenTable, question: Question) -> Counts:
        columns = question.columns
        counts = Counts(self._source.counts, self._key_of(question))
        rows, more = table.rows(expressions.uses(table.table, question), MOST_ROWS)
        counts.add_uses(rows, by_method=not columns.name, by_status=bool(columns.status))
        if columns.duration:
            rows, unfinished = table.rows(expressions.durations(table.table, question), MOST_ROWS)
            counts.add_durations(rows, by_method=not columns.name)
            counts.unmeasured = unfinished
        counts.unfinished = more
        return counts

    def _key_of(self, question: Question) -> Callable[[str, str], str | None]:
        if question.columns.name:
            return key_of_names
        if question.columns.route:
            return TemplateKeys(self._keys)
        return PathKeys(self._routes)

    def _doubts(self, question: Question) -> tuple[str, ...]:
        """Return why the table proves use but never absence, by its configuration."""
        reasons = []
        if question.columns.clock == "local" and not self._source.timezone:
            column = one_line(question.columns.timestamp)
            reasons.append(
                f"the column {column} has no zone and was read as UTC: it proves use, never absence; set timezone"
            )
        if self._source.sampled:
            reasons.append("only a part of the traffic is in it: it proves use, never absence")
        return tuple(reasons)

    def _sick(self, window: Window, problem: str) -> Collection:
        return Collection(self.name, window, problem=problem)


def _spanned(minutes: set[int]) -> Iterable[int]:
    """Return every minute from the first to the last."""
    return range(min(minutes), max(minutes) + 1)
