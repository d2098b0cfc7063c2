"""Requests, one by one -> what a file adds up to by usage key. In: a query of requests. Out: sums in a `Counted`.

In two steps, because lines are many and keys are few. One pass over the file adds lines up by the group of their path,
with hour and status code, and apart from that by day and duration: the table `parts`. Then one path of each group is
matched, and DuckDB adds the parts up by key. Tables may go to disk, so memory does not grow with the number of paths.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from auditor.usage.logs.counting import Counted, KeyOf, add_durations, add_requests
from auditor.usage.logs.line_formats import BROKEN, OTHER, REQUEST, TIMELESS, UNREADABLE

_FIELD_OF = {UNREADABLE: "unreadable", TIMELESS: "timeless", OTHER: "others", BROKEN: "broken"}
_AT_A_TIME = 20_000
_STATES, _ZONELESS, _TWICE, _SAMPLED, _CODE, _HOUR = 7, 8, 16, 32, 6, 16
"""A slot is a number: state, three flags, from bit 6 on the status code, and from bit 16 on the epoch hour."""
_OF_DAYS = f"slot >= {1 << _HOUR}"
"""Parts of requests of the days wanted, the only ones that have an hour."""
_CODES = (1 << _HOUR - _CODE) - 1
_OF_GROUP = "parts.verb = groups.verb AND {} IS NOT DISTINCT FROM {} AND {} IS NOT DISTINCT FROM {}".format(
    "parts.place", "groups.place", "parts.route", "groups.route"
)
_KEYED = f"parts JOIN groups ON {_OF_GROUP} JOIN keys USING (id)"
_TALLY = f"""
    SELECT slot & {(1 << _CODE) - 1}, sum(number)::BIGINT, min(earliest), max(latest)
    FROM parts WHERE slot IS NOT NULL GROUP BY ALL
"""
_MINUTES = f"SELECT slot >> {_HOUR}, bit_or(minutes) FROM parts WHERE {_OF_DAYS} GROUP BY ALL"
_REQUESTS = f"""
    SELECT key, hour, list(code), list(number), min(earliest), max(latest)
    FROM (SELECT key, slot >> {_HOUR} AS hour, (slot >> {_CODE}) & {_CODES} AS code, sum(number)::BIGINT AS number,
            min(earliest) AS earliest, max(latest) AS latest
          FROM {_KEYED} WHERE {_OF_DAYS} GROUP BY ALL)
    GROUP BY ALL
"""
_DURATIONS = f"""
    SELECT key, day, list(bucket), list(number), sum(total)::BIGINT, min(shortest)::BIGINT, max(longest)::BIGINT
    FROM (SELECT key, spent >> {_HOUR} AS day, spent & {(1 << _HOUR) - 1} AS bucket, sum(number)::BIGINT AS number,
            sum(total) AS total, min(shortest) AS shortest, max(longest) AS longest
          FROM {_KEYED} WHERE spent IS NOT NULL GROUP BY ALL)
    GROUP BY ALL
"""


Execute = Callable[..., list[tuple[Any, ...]]]
"""Runs a statement, with values for its parameters if it has any, and returns the rows."""


class Columns(NamedTuple):
    """What lines of one kind may hold besides verb and path.

    Attributes:
        timed: Durations.
        routes: Templates of routes.
        folds: Times that a clock shows twice.
    """

    timed: bool
    routes: bool
    folds: bool


def slot(*, state: str, zoneless: str, twice: str, sampled: str) -> str:
    """Return the expression of a line's slot; it is a request of the days wanted where `wanted` is true.

    Args:
        state: Expression of the state.
        zoneless: Condition that its time has no zone and nobody configured one.
        twice: Condition that a clock shows its time twice.
        sampled: Condition that it stands for more requests.
    """
    flags = ((zoneless, _ZONELESS), (twice, _TWICE), (sampled, _SAMPLED))
    told = " ".join(
        f"+ CASE WHEN {condition} THEN {bit} ELSE 0 END" for condition, bit in flags if condition != "false"
    )
    code = "CASE WHEN code BETWEEN 100 AND 999 THEN code ELSE 0 END"
    return f"CASE WHEN wanted THEN stamp // 3600 * {1 << _HOUR} + {code} * {1 << _CODE} ELSE 0 END + {state} {told}"


def parts(requests: str, columns: Columns) -> str:
    """Return the query of the parts of `requests`: those by slot, and with a NULL as slot those by duration.

    Args:
        requests: A query with the columns slot, verb, place, route, raw, stamp, micros and twice.
        columns: What of that may be there.
    """
    minute = "1::BIGINT << (stamp // 60 % 60)"
    minute = f"CASE WHEN twice THEN 0 ELSE {minute} END" if columns.folds else minute
    route = "route" if columns.routes else "NULL::VARCHAR AS route"
    path = "verb, place, route" if columns.routes else "verb, place"
    by_slot = f"""
        SELECT slot, verb, place, {route}, any_value(raw) AS raw, count(*) AS number, min(stamp) AS earliest,
            max(stamp) AS latest, bit_or({minute}) AS minutes
        FROM requests GROUP BY slot, {path}"""
    if not columns.timed:
        return f"WITH requests AS ({requests}) {by_slot}"
    bucket = f"greatest(0, ceil(ln(greatest(micros, 1)) / {math.log(1.1)!r}))::BIGINT"
    return f"""
    WITH requests AS ({requests})
    SELECT * FROM ({by_slot}) UNION ALL BY NAME
    SELECT stamp // 86400 * {1 << _HOUR} + {bucket} AS spent, verb, place, {route}, count(*) AS number,
        sum(micros) AS total, min(micros) AS shortest, max(micros) AS longest
    FROM requests WHERE micros IS NOT NULL GROUP BY spent, {path}
    """


class Sums:
    """The adding up of one file."""

    def __init__(self, execute: Execute, key_of: KeyOf) -> None:
        self._execute = execute
        self._key_of = key_of
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}

    def add(self, counted: Counted, query: str, parameters: Mapping[str, object], *, timed: bool) -> None:
        """Add the parts that a query gives to `counted`."""
        self._execute(f"CREATE OR REPLACE TABLE parts AS {query}", dict(parameters))
        self._add_tally(counted)
        for hour, minutes in self._execute(_MINUTES):
            counted.minutes[hour] = counted.minutes.get(hour, 0) | minutes
        self._match()
        for row in self._execute(_REQUESTS):
            add_requests(counted.cells, self._names[row[0]], row[1:])
        for row in self._execute(_DURATIONS) if timed else ():
            add_durations(counted.took, self._names[row[0]], row[1:])

    def _add_tally(self, counted: Counted) -> None:
        tally = counted.tally
        for flags, number, earliest, latest in self._execute(_TALLY):
            state = flags & _STATES
            if state != REQUEST:
                name = _FIELD_OF[state]
                setattr(tally, name, getattr(tally, name) + number)
                continue
            tally.requests += number
            tally.zoneless += number if flags & _ZONELESS else 0
            tally.twice += number if flags & _TWICE else 0
            tally.sampled += number if flags & _SAMPLED else 0
            counted.first = earliest if counted.first is None else min(earliest, counted.first)
            counted.last = latest if counted.last is None else max(latest, counted.last)

    def _match(self) -> None:
        """Find the key of every group of paths, by one path of each: the table `keys`."""
        execute = self._execute
        execute(f"""CREATE OR REPLACE TABLE groups AS SELECT *, row_number() OVER () AS id
            FROM (SELECT verb, place, route, any_value(raw) AS raw FROM parts WHERE {_OF_DAYS} GROUP BY ALL)""")
        execute("CREATE OR REPLACE TABLE keys (id BIGINT, key INTEGER)")
        first = 1
        while rows := execute(
            "SELECT id, verb, raw, route FROM groups WHERE id BETWEEN ? AND ?", [first, first + _AT_A_TIME - 1]
        ):
            ids = [row[0] for row in rows]
            found = [self._number(self._key_of(verb or "", raw or "", route or "")) for _, verb, raw, route in rows]
            execute("INSERT INTO keys SELECT unnest($ids), unnest($found)", {"ids": ids, "found": found})
            first += _AT_A_TIME

    def _number(self, key: str) -> int:
        number = self._numbers.setdefault(key, len(self._names))
        if number == len(self._names):
            self._names.append(key)
        return number
