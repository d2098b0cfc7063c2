"""What a warehouse answered, added up by usage key.

In: rows of hours, paths, statuses and numbers; of days and buckets of durations. Out: `UsageSample`s, and what is wrong
with the rows. Matches each group's path to a route, and never keeps a path, a template or a name that it refuses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from auditor.errors import SourceError
from auditor.model.days import day_of_number
from auditor.model.measures import Durations, HourlyUse
from auditor.model.route_keys import shape
from auditor.model.usage import UsageKind, UsageSample
from auditor.tracking import layout
from auditor.tracking.templates import from_angles, rooted
from auditor.usage.events.names import refusal
from auditor.usage.events.outcomes import outcome
from auditor.usage.logs.templates import LoggedTemplates
from auditor.usage.routes import RouteTable

_HOURS_A_DAY = 24
_MOST_NAMES = 10_000
_ALIKE = (
    "the column of paths or names has a collation that takes different texts for the same, as me and Me, so routes "
    "cannot be told apart; use a view that gives it a binary collation"
)
_GIVEN_UP = 504
"""What a proxy answers when the application took too long."""
_SUCCEEDED = ("1xx", "2xx", "3xx")
_KeyOf = Callable[[str, str], str | None]


class DifferentKeysError(Exception):
    """Paths of one group match different routes: the warehouse compares texts otherwise than routes do."""


class PathKeys:
    """The key of a method and a path: that of the route that serves it.

    `prefixed` turns true with a path that no route serves and whose end one does: behind a proxy that cuts it short,
    such calls are uses that cannot be told apart here.
    """

    def __init__(self, routes: RouteTable) -> None:
        self._routes = routes
        self.prefixed = False

    def __call__(self, method: str, path: str) -> str:
        """Return the key; what no route serves counts as unmatched."""
        key = self._routes.match(method, path) if method else None
        if key is None and method:
            self.prefixed = self.prefixed or self._routes.match_end(method, path) is not None
        return key or layout.UNMATCHED


class TemplateKeys:
    """The key of a method and a whole template, whatever its parameters are called.

    `partial` turns true with a template that is only the end of a known one. Then others may be cut as well, and what
    is left of them may be another route's whole template.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._known = LoggedTemplates(keys)
        templates = (shape(key.partition(" ")[2]) for key in keys)
        self._ends = {one[place:] for one in templates for place in range(1, len(one)) if one[place] == "/"}
        self.partial = False

    def __call__(self, method: str, template: str) -> str:
        """Return the key; what is no known template counts as unmatched."""
        key = self._known.key(method, template, "")
        if key is None:
            self.partial = self.partial or shape(from_angles(rooted(template))) in self._ends - {"/"}
        return key or layout.UNMATCHED


def key_of_names(method: str, name: str) -> str | None:
    """Return a name as it is; None for one that may be personal, or is none."""
    return None if refusal(name) else name


class _Cell:
    """Uses of one key in one hour, or on one day."""

    def __init__(self) -> None:
        self.count = self.errors = self.succeeded = self.timed_out = 0
        self.by_status: dict[str, int] = {}
        self.by_code: dict[str, int] = {}
        self.first: int | None = None
        self.last: int | None = None

    def add(self, number: int, status: object, first: int, last: int, *, endpoint: bool) -> None:
        self.count += number
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)
        if endpoint:
            self._answered(_code(status), number)
        else:
            self._ended(status, number)

    def _answered(self, code: int, number: int) -> None:
        """Add an HTTP status. 405 is a class of its own: the router answers it and no handler is called."""
        if not code:
            return
        status = "405" if code == 405 else layout.status_class(code)
        self.by_status[status] = self.by_status.get(status, 0) + number
        self.succeeded += number if status in _SUCCEEDED else 0
        self.timed_out += number if code == _GIVEN_UP else 0
        if status == "5xx":
            self.errors += number
            self.by_code[str(code)] = self.by_code.get(str(code), 0) + number

    def _ended(self, status: object, number: int) -> None:
        ending = outcome(float(status) if isinstance(status, Decimal) else status, None)
        self.succeeded += number if ending == "succeeded" else 0
        self.errors += number if ending in ("failed", "timed_out") else 0
        self.timed_out += number if ending == "timed_out" else 0

    def measures(self) -> dict[str, Any]:
        return {
            "count": self.count, "errors": self.errors, "succeeded": self.succeeded, "timed_out": self.timed_out,
            "by_status": dict(sorted(self.by_status.items())),
            "last_seen": _moment(self.last),
        }  # fmt: skip


class Counts:
    """What the rows add up to.

    Args:
        kind: What is counted.
        key_of: Usage key of a method and a path, template or name; None where none may be kept.
    """

    def __init__(self, kind: UsageKind, key_of: _KeyOf) -> None:
        self._kind = kind
        self._key_of = key_of
        self._keys: dict[tuple[str, str], str | None] = {}
        self._days: dict[tuple[str, int], _Cell] = {}
        self._hours: dict[tuple[str, int], _Cell] = {}
        self._durations: dict[tuple[str, int], Durations] = {}
        self._nameless = self._refused = 0
        self.unfinished = self.unmeasured = False

    def add_uses(self, rows: Iterable[Sequence[Any]], *, by_method: bool, by_status: bool) -> None:
        """Add rows as `expressions.uses` describes them.

        Raises:
            DifferentKeysError: The paths of a group are of different routes.
            SourceError: The names are too many to be names; or different texts count as the same there.
        """
        for row in rows:
            hour, *told, one, other, number, first, last, alike = row
            if alike:
                raise SourceError(_ALIKE)
            status = told[-1] if by_status else None
            key = self._key(told[0] if by_method else "", one, other)
            if key is None:
                self._left_out(one, number)
                continue
            for cells, when in ((self._hours, int(hour)), (self._days, int(hour) // _HOURS_A_DAY)):
                cell = cells.setdefault((key, when), _Cell())
                cell.add(int(number), status, int(first), int(last), endpoint=self._kind == "endpoint")
        if self._kind != "endpoint" and len(self._keys) > _MOST_NAMES:
            raise SourceError(
                f"the names are more than {_MOST_NAMES:,} different ones, so they are ids; set fields.name"
            )

    def add_durations(self, rows: Iterable[Sequence[Any]], *, by_method: bool) -> None:
        """Add rows as `expressions.durations` describes them.

        Raises:
            DifferentKeysError: The paths of a group are of different routes.
        """
        for row in rows:
            day, *told, one, other, bucket, number, total, shortest, longest = row
            key = self._key(told[0] if by_method else "", one, other)
            if key is not None:
                place = (key, int(day))
                found = Durations({int(bucket): int(number)}, int(total), int(shortest), int(longest))
                self._durations[place] = found.added(self._durations.get(place))

    def _key(self, method: str | None, one: str | None, other: str) -> str | None:
        if method is None or one is None:
            return None
        key = self._known(method, one)
        if other != one and self._known(method, other) != key:
            raise DifferentKeysError
        return key

    def _known(self, method: str, place: str) -> str | None:
        pair = (method, place)
        if pair not in self._keys:
            self._keys[pair] = self._key_of(method, place)
        return self._keys[pair]

    def _left_out(self, name: str | None, number: int) -> None:
        if name is None or self._kind == "endpoint":
            self._nameless += number
        else:
            self._refused += number

    def samples(self) -> tuple[UsageSample, ...]:
        """Return one sample a key and day, sorted."""
        hours: dict[tuple[str, int], dict[int, HourlyUse]] = {}
        for (key, hour), cell in sorted(self._hours.items()):
            hours.setdefault((key, hour // _HOURS_A_DAY), {})[hour % _HOURS_A_DAY] = HourlyUse(**cell.measures())
        return tuple(
            UsageSample(
                key=key, kind=self._kind, day=day_of_number(day), hours=hours[key, day],
                first_seen=_moment(cell.first), errors_by_code=dict(sorted(cell.by_code.items())),
                durations=_sorted(self._durations.get((key, day))), **cell.measures(),
            )
            for (key, day), cell in sorted(self._days.items())
        )  # fmt: skip

    def doubts(self) -> tuple[str, ...]:
        """Return why the rows prove use but never absence, one sentence each."""
        reasons = []
        if self.unfinished:
            reasons.append("there are more different paths than could be fetched: they prove use, never absence")
        if isinstance(self._key_of, TemplateKeys) and self._key_of.partial:
            reasons.append(
                "some templates are only the end of a route's, as behind a mount or a router: they prove use, never "
                "absence; set fields.path"
            )
        if isinstance(self._key_of, PathKeys) and self._key_of.prefixed:
            reasons.append(
                "some paths that no route serves end as one does, as behind a proxy that cuts a prefix off: they prove "
                "use, never absence; give a table or view whose paths are those the application sees"
            )
        return tuple(reasons)

    def notes(self) -> tuple[str, ...]:
        """Return what a reader should know of the rows, one sentence each; never a row's own text."""
        notes = []
        if self._nameless:
            what = "method or path" if self._kind == "endpoint" else "name"
            notes.append(f"{self._nameless:,} rows have no {what} and were left out")
        if self._refused:
            notes.append(f"{self._refused:,} rows have names that may be personal, or are none, and were left out")
        if self.unmeasured:
            notes.append("not all durations could be fetched: those of some paths are missing")
        return tuple(notes)


def _sorted(durations: Durations | None) -> Durations | None:
    if durations is None:
        return None
    buckets: Mapping[int, int] = dict(sorted(durations.buckets.items()))
    return Durations(buckets, durations.total, durations.shortest, durations.longest)


def _code(status: object) -> int:
    """Return an HTTP status as a number, whatever type it is stored in; 0 where there is none."""
    try:
        code = int(str(status).partition(".")[0])
    except ValueError:
        return 0
    return code if 100 <= code < 1000 else 0


def _moment(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC)
