"""A stats endpoint's answer -> a collection.

In: a configured source, its URL, known usage keys, a window. Out: one `Collection` of rolling totals: they prove use in
the days up to now, never absence. An endpoint that is down, stale or answers an error with status 200 is a problem.
Never raises, never says the URL, a header's value or a path.

    {"period_days": 14, "stats": {"POST:/x": {"calls": 812, "last_used": "…", "errors": 0}}, "generated_at": "…"}

`auditor serve` answers the same with `components`, `tasks`, `commands` and `functions` beside `stats`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from auditor.config.source_values import SourceConfig
from auditor.model.usage import Collection, UsageKind, UsageTotal
from auditor.model.window import Window
from auditor.usage.foreign_counts import whole
from auditor.usage.http_fetch import FetchError, Patience, fetch
from auditor.usage.sources import SickSource, UsageSource, one_line
from auditor.usage.told_keys import ToldKeys

_KINDS: Mapping[str, UsageKind] = {
    "stats": "endpoint", "components": "component", "tasks": "task", "commands": "command", "functions": "function",
}  # fmt: skip
_OLDEST = timedelta(days=1)
_PLACE = re.compile(r"\S*[/@]\S*")
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def http_stats(
    source: SourceConfig, url: str, environment: Mapping[str, str], root: Path, route_keys: Sequence[str],
    patience: Patience = Patience(),  # noqa: B008 -- it is frozen
) -> UsageSource:  # fmt: skip
    """Return the source; one whose headers' variables are not set is sick.

    Args:
        source: The configured source.
        url: Of the endpoint; its parameter `days` is set.
        environment: Where headers' values are.
        root: Directory that `verify` starts from.
        route_keys: Known usage keys in the order of registration.
        patience: How long to wait for the endpoint.
    """
    headers = {name: environment.get(value.removeprefix("env:"), "").strip() for name, value in source.headers.items()}
    unset = next((source.headers[name].removeprefix("env:") for name, value in headers.items() if not value), None)
    if unset is not None:
        return SickSource(
            source.name, f"the environment variable {unset} is not set; its value is a header of the source"
        )
    if source.verify and not (root / source.verify).is_file():
        return SickSource(source.name, f"verify names no file: {one_line(source.verify)}")
    authorities = str(root / source.verify) if source.verify else None
    secrets = tuple(word for value in headers.values() for word in (value, *value.split()))
    return HttpStats(source.name, url, route_keys, lambda asked: fetch(asked, headers, authorities, patience), secrets)


class HttpStats:
    """One stats endpoint.

    Args:
        name: The configured name.
        url: Of the endpoint.
        route_keys: Known usage keys in the order of registration.
        ask: Returns the document at a URL, or raises FetchError.
        secrets: What no message may say, even where the server does.
    """

    def __init__(
        self, name: str, url: str, route_keys: Sequence[str], ask: Callable[[str], bytes], secrets: Sequence[str] = ()
    ) -> None:
        self.name = name
        self._url = url
        self._route_keys = route_keys
        self._ask = ask
        self._secrets = secrets

    def collect(self, window: Window) -> Collection:
        """Return what the endpoint says of as many days as the window has; they end now, wherever the window does."""
        asked = max(1, ceil(window.days))
        if ToldKeys("endpoint", self._route_keys).lacks_routes():
            return self._sick(
                window, "no route is known to match requests against; run it where auditor routes has any"
            )
        try:
            body = self._ask(_with_days(self._url, asked))
        except FetchError as error:
            said = self._said(_decoded(error.body))
            return self._sick(window, f"{error}{f': {said}' if said else ''}")
        except ValueError:
            return self._sick(window, "its url cannot be used; it must look like https://host/stats")
        document = _decoded(body)
        problem = self._wrong(document)
        if problem is not None:
            return self._sick(window, problem)
        answer = _Answer(document, asked, self._route_keys)
        stale = answer.stale(window.end)
        return Collection(
            self.name, window, problem=stale, totals=answer.totals(), notes=tuple(answer.notes()), only_for_use=True
        )

    def _sick(self, window: Window, problem: str) -> Collection:
        return Collection(self.name, window, problem=problem, only_for_use=True)

    def _wrong(self, document: object) -> str | None:
        """Return why a document is no statistics, None where it is."""
        if not isinstance(document, dict):
            return "its answer is no JSON object; is it the url of a stats endpoint?"
        if document.get("error") or document.get("refusal"):
            return f"it answered with an error: {self._said(document) or 'it does not say which'}"
        if not isinstance(document.get("stats"), dict):
            return 'its answer holds no object "stats"; is it the url of a stats endpoint?'
        return None

    def _said(self, document: object) -> str:
        """Return the error that a document tells, without secrets, and whatever may be an address or a path."""
        if not isinstance(document, dict):
            return ""
        told = document.get("error") or document.get("refusal")
        if not isinstance(told, str):
            return ""
        for secret in self._secrets:
            told = told.replace(secret, "…")
        return one_line(_PLACE.sub("…", told), 120)


class _Answer:
    """A document of the right shape."""

    def __init__(self, document: Mapping[str, Any], asked: int, route_keys: Sequence[str]) -> None:
        self._document = document
        self._asked = asked
        self._route_keys = route_keys
        self._zoneless = self._unreadable = 0
        self._generated = self._moment(document.get("generated_at"))
        period = document.get("period_days")
        right = isinstance(period, int) and not isinstance(period, bool) and 1 <= period <= 36_500
        self._period: int | None = period if right else None

    def stale(self, end: datetime) -> str | None:
        """Return what is wrong where the answer was made more than a day before the window's end."""
        if self._generated is None or end - self._generated <= _OLDEST:
            return None
        days = (end - self._generated) / timedelta(days=1)
        return f"its answer was made {self._generated:%Y-%m-%dT%H:%MZ}, {days:.0f} days ago; is it a cache or a file?"

    def totals(self) -> tuple[UsageTotal, ...]:
        """Return the uses of every kind, sorted."""
        return tuple(total for section, kind in _KINDS.items() for total in self._section(section, kind))

    def notes(self) -> Iterator[str]:
        """Yield what a reader should know; ask for the totals first."""
        if not self._document["stats"]:
            yield "no evidence: it reports no call of any endpoint, which does not say that anybody was watching"
        if self._period is None:
            yield "it does not say how many days its counts cover, so they are read as counts of all time"
        elif self._period != self._asked:
            yield f"it was asked for {self._asked} days and answered for {self._period}"
        if self._document.get("generated_at") is None:
            yield "it does not say when its answer was made, so a stale one would go unnoticed"
        if self._zoneless:
            yield f"{self._zoneless:,} of its times have no zone and were read as UTC"
        if self._unreadable:
            yield f"{self._unreadable:,} of its entries cannot be read and were left out"

    def _section(self, section: str, kind: UsageKind) -> Iterator[UsageTotal]:
        entries = self._document.get(section) or {}
        if not isinstance(entries, dict):
            self._unreadable += 1
            return
        keys = ToldKeys(kind, self._route_keys)
        found: dict[str, UsageTotal] = {}
        for text, entry in entries.items():
            names = keys.told(text) if kind == "endpoint" else keys.named(text)
            use = self._use(kind, entry) if names else None
            self._unreadable += use is None
            if use is not None and use.count:
                found.update((name, _added(found.get(name), use, name)) for name in names)
        yield from (found[name] for name in sorted(found))

    def _use(self, kind: UsageKind, entry: object) -> UsageTotal | None:
        """Return one entry's use under no name, None where it cannot be read."""
        row = entry if isinstance(entry, dict) else {"calls": entry}
        count, errors = _number(row.get("calls")), _number(row.get("errors", 0))
        if count is None:
            return None
        return UsageTotal("", kind, count, self._period, min(errors or 0, count), self._moment(row.get("last_used")))

    def _moment(self, told: object) -> datetime | None:
        """Return a time as aware UTC, None for none and for what is no time of this era."""
        try:
            moment = datetime.fromisoformat(told) if isinstance(told, str) else None
        except ValueError:
            moment = None
        if moment is None:
            self._unreadable += told is not None
            return None
        if moment.tzinfo is None:
            self._zoneless += 1
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if _EARLIEST <= moment <= _LATEST else None


def _added(known: UsageTotal | None, use: UsageTotal, name: str) -> UsageTotal:
    """Return a use under a name, together with what is known of it: several paths may lead to one route."""
    if known is None:
        return msgspec.structs.replace(use, key=name)
    seen = [moment for moment in (known.last_seen, use.last_seen) if moment is not None]
    return msgspec.structs.replace(
        known, count=known.count + use.count, errors=known.errors + use.errors, last_seen=max(seen, default=None)
    )


def _number(value: object) -> int | None:
    return whole(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _with_days(url: str, days: int) -> str:
    """Return the URL with its parameter `days` set."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "days"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("days", str(days))]), fragment=""))


def _decoded(body: bytes) -> Any:  # noqa: ANN401 -- whatever JSON holds
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
