"""Text lines of servers and load balancers -> the parts of a request, as SQL.

In: a configured format. Out: a query over `lines (line)` that gives the columns of `Parsed`. A line that does not fit
its format is told apart: cut or garbled requests are `UNREADABLE`, those without a time `TIMELESS`, all else `OTHER`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from auditor.config.log_settings import LOG_FIELDS
from auditor.usage.logs.clock import ClockForm
from auditor.usage.logs.places import quoted

REQUEST, UNREADABLE, TIMELESS, OTHER, BROKEN = range(5)
"""States of a line: what `Parsed` queries give in `state`; BROKEN is one that a JSON reader could not even give out."""

REQUEST_LINE = r"^([A-Za-z]+) (.*?)(?: HTTP/[\d.]+)?$"
_VERBS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS"
_SMELL = rf"\b(?:{_VERBS}) (?:/|https?:)"
_TIMELESS = rf'"(?:{_VERBS}) \S+ HTTP/\d'
_TORN = r"^\S+ \S+ .*\[\d{2}/[A-Za-z]{3}/\d{4}:"
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_COMBINED = rf"\[(\d{{2}}/[A-Za-z]{{3}}/\d{{4}}:\d{{2}}:\d{{2}}:\d{{2}} [+-]\d{{4}}\] ){_QUOTED} (\d{{3}})(?:\s|$)"
_ISO = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?"
_UVICORN = rf'({_ISO})\b.*?"([A-Z]+) (\S+) HTTP/[\d.]+" (\d{{3}})'
_DJANGO = rf"^\[(\d{{2}}/[A-Za-z]{{3}}/\d{{4}} \d{{2}}:\d{{2}}:\d{{2}})\] {_QUOTED} (\d{{3}})(?:\s|$)"
_ALB = rf"^(?:http|https|h2|grpcs|ws|wss) (\S+) (?:\S+ ){{4}}(\S+) \S+ (\d{{3}}|-) .*?{_QUOTED}"
_HEROKU = r"""(?:^|\s)method=([A-Z]+) path=(?:"((?:[^"\\]|\\.)*)"|(\S+)).*?(?:\sservice=(\d+)ms)?\sstatus=(\d{3})"""


class Parsed(NamedTuple):
    """A query over `lines (line)`, and how its times are written.

    Its columns: line, state, verb, target, route, status (all texts but `state`), clock (text), micros (a duration in
    microseconds, NULL for none), sampled (the line stands for more requests than one).
    """

    query: str
    clock: ClockForm
    timed: bool = False
    """Whether lines may hold durations."""
    routes: bool = False
    """Whether lines may hold templates of routes."""
    may_be_sampled: bool = False
    many_a_line: bool = False
    """Whether a line may hold several requests."""


def _columns(
    state: str, verb: str, target: str, status: str, clock: str, *, micros: str = "NULL::DOUBLE", route: str = "NULL"
) -> str:
    return (
        f"line, ({state})::TINYINT AS state, {verb} AS verb, {target} AS target, {route}::VARCHAR AS route, "
        f"{status} AS status, {clock} AS clock, {micros} AS micros, false AS sampled"
    )


def _missed(cut: str) -> str:
    """Return the state of a line that is no whole request."""
    return (
        f"CASE WHEN regexp_matches(line, {quoted(cut)}) THEN {UNREADABLE} "
        f"WHEN regexp_matches(line, {quoted(_TIMELESS)}) THEN {TIMELESS} ELSE {OTHER} END"
    )


def combined(*, with_duration: bool = False) -> Parsed:
    """Return how the common log format, the combined one and what follows them are read.

    A line without an escaped quote is cut at its quotes, which is several times as fast as the regular expression.

    Args:
        with_duration: Lines end in a duration, as Traefik's do: `… 12ms`.
    """
    found = f"regexp_extract(line, {quoted(_COMBINED)}, ['clock', 'quoted', 'status'])"
    micros = "try_cast(regexp_extract(line, '(\\d+)ms$', 1) AS DOUBLE) * 1000" if with_duration else "NULL::DOUBLE"
    target = (
        "CASE WHEN words[4] IS NULL AND starts_with(words[3], 'HTTP/') THEN words[2] "
        f"ELSE regexp_extract(asked, {quoted(REQUEST_LINE)}, 2) END"
    )
    state = f"CASE WHEN clock <> '' THEN {REQUEST} ELSE {_missed(_TORN)} END"
    query = f"""
    SELECT {_columns(state, "words[1]", target, "status", "clock", micros=micros)}
    FROM (
        SELECT line, clock, status, asked, string_split(asked, ' ') AS words
        FROM (
            SELECT line, if(plain, clock, part.clock) AS clock, if(plain, asked, part.quoted) AS asked,
                if(plain, substr(rest, 2, 3), part.status) AS status
            FROM (
                SELECT *, CASE WHEN NOT coalesce(plain, false) THEN {found} END AS part
                FROM (
                    SELECT line, asked, rest, substr(head, -28) AS clock,
                        head[-29] = '[' AND ends_with(head, '] ') AND regexp_matches(rest, '^ [1-9][0-9][0-9] ')
                            AND NOT contains(line, '\\') AS plain
                    FROM (
                        SELECT line, cut[1] AS head, cut[2] AS asked, cut[3] AS rest
                        FROM (SELECT line, string_split(line, '"') AS cut FROM lines WHERE line <> '')
                    )
                )
            )
        )
    )
    """
    return Parsed(query, "common", timed=with_duration)


def uvicorn() -> Parsed:
    """Return how uvicorn's access lines are read where their format has `%(asctime)s`; without it they are timeless."""
    return _by_expression(_UVICORN, ("timestamp", "method", "path", "status"), cut="^$")


def django() -> Parsed:
    """Return how the lines of Django's development server are read; their times have no zone."""
    return _by_expression(_DJANGO, ("timestamp", "request", "status"), cut=r"^\[\d{2}/[A-Za-z]{3}/\d{4} .*\] \"[A-Z]+ ")


def alb() -> Parsed:
    """Return how the access logs of AWS Application Load Balancers are read."""
    return _by_expression(
        _ALB, ("timestamp", "duration", "status", "request"), unit=1e6, cut="^(?:http|https|h2|grpcs|ws|wss) "
    )


def heroku() -> Parsed:
    """Return how the lines of Heroku's router are read; the time is that of the syslog line before it."""
    found = f"regexp_extract(line, {quoted(_HEROKU)}, ['verb', 'quoted', 'bare', 'service', 'status'])"
    cut = f"WHEN router AND contains(line, 'method=') THEN {UNREADABLE}"
    state = f"CASE WHEN part.verb <> '' THEN {REQUEST} {cut} ELSE {OTHER} END"
    columns = _columns(
        state,
        "part.verb",
        "coalesce(nullif(part.quoted, ''), part.bare)",
        "part.status",
        f"regexp_extract(line, {quoted(_ISO)})",
        micros="try_cast(part.service AS DOUBLE) * 1000",
    )
    query = f"""
    SELECT {columns}
    FROM (SELECT line, regexp_matches(line, '(?i)heroku[\\[ ]+router') AS router,
            CASE WHEN router THEN {found} END AS part
          FROM lines WHERE line <> '')
    """
    return Parsed(query, "any", timed=True)


def cloudfront(places: Mapping[str, int]) -> Parsed:
    """Return how CloudFront's tab-separated lines are read.

    Args:
        places: Number of the column, from 1, of each of `LOG_FIELDS`, and of `date` where it stands apart.
    """
    column = {name: f"cells[{place}]" for name, place in places.items()}
    clock = column["timestamp"]
    if "date" in column:
        clock = f"{column['date']} || 'T' || {clock} || 'Z'"
    whole = f"len(cells) >= {max(places.values())} AND cells[{places['method']}] SIMILAR TO '[A-Za-z]+'"
    state = f"CASE WHEN {whole} THEN {REQUEST} WHEN starts_with(line, '#') THEN {OTHER} ELSE {UNREADABLE} END"
    micros = f"try_cast({column['duration']} AS DOUBLE) * 1e6" if "duration" in column else "NULL::DOUBLE"
    query = f"""
    SELECT {_columns(state, column["method"], column["path"], column.get("status", "NULL"), clock, micros=micros)}
    FROM (SELECT line, string_split(line, chr(9)) AS cells FROM lines WHERE line <> '')
    """
    return Parsed(query, "any", timed="duration" in column)


def by_pattern(pattern: str, duration_unit: float) -> Parsed:
    """Return how the lines that a configured regular expression describes are read.

    Args:
        pattern: A regular expression with groups named as in `LOG_FIELDS`; Python's and RE2's syntax both.
        duration_unit: Microseconds in one unit of its durations.
    """
    compiled = re.compile(pattern)
    names = {number: name for name, number in compiled.groupindex.items()}
    groups = tuple(names.get(number, "") for number in range(1, compiled.groups + 1))
    return _by_expression(pattern, groups, unit=duration_unit, cut=_SMELL)


def _by_expression(expression: str, groups: Sequence[str], *, cut: str, unit: float = 1.0) -> Parsed:
    """Return how lines are read that one expression takes apart, `groups` naming its groups in order."""
    names = ", ".join(quoted(name or f"unnamed{place}") for place, name in enumerate(groups))
    part = {name: f"nullif(part.{name}, '')" if name in groups else "NULL::VARCHAR" for name in LOG_FIELDS}
    asked = f"nullif(regexp_extract({part['request']}, {quoted(REQUEST_LINE)}, %d), '')" if "request" in groups else ""
    verb = f"coalesce({part['method']}, {asked % 1})" if asked else part["method"]
    target = f"coalesce({part['path']}, {asked % 2})" if asked else part["path"]
    query = f"""
    SELECT line, CASE WHEN verb IS NULL OR coalesce(target, route) IS NULL THEN {_missed(cut)}
            WHEN clock IS NULL THEN {TIMELESS} ELSE {REQUEST} END::TINYINT AS state,
        verb, target, route, status, clock, micros, sampled
    FROM (
        SELECT {
        _columns(
            str(OTHER),
            verb,
            target,
            part["status"],
            part["timestamp"],
            route=part["route"],
            micros=f"try_cast({part['duration']} AS DOUBLE) * {unit!r}",
        )
    }
        FROM (SELECT line, regexp_extract(line, {quoted(expression)}, [{names}]) AS part
              FROM lines WHERE line <> '')
    )
    """
    return Parsed(query, "any", timed="duration" in groups, routes="route" in groups)
