"""Counters that another program keeps in Redis, declared by layout and pattern -> a collection.

In: a configured source, its URL, known usage keys, a window. Out: one `Collection`. Every server of a cluster is asked.
Calls with their times prove what access logs do: use, and for the minutes in which anybody called that somebody
watched. All other layouts prove use only. Never writes, never raises, never says a key's text.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import redis

from auditor.config.key_patterns import DEFAULT_PATTERN, ForeignPattern, foreign_pattern
from auditor.config.source_values import SourceConfig
from auditor.model.usage import Collection, UsageTotal, WatchedDay
from auditor.model.window import Window
from auditor.tracking.redis_address import RedisAddress
from auditor.usage.foreign_counts import ForeignCounts
from auditor.usage.redis_calls import CallReading, CallTimes
from auditor.usage.redis_foreign_counters import CounterReading, KeysSeen
from auditor.usage.redis_node import RIGHTS_LACK, TOTAL_SECONDS, MovedError, RedisNode, SickError
from auditor.usage.redis_problems import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    eviction,
    expiring,
    lacks_right,
    other_databases,
    unanswered,
)
from auditor.usage.sources import one_line
from auditor.usage.told_keys import ToldKeys

_TOTALS_PATTERN = "endpoint_count:{method}:{path}"
_CUMULATIVE = ("counter", "hash", "sorted_set")


class RedisForeign:
    """The counters of one pattern.

    Args:
        source: The configured source, of a foreign layout and with a pattern that fits it.
        url: As `auditor.tracking.redis_address` takes it; may hold a password.
        route_keys: Known usage keys in the order of registration.
    """

    def __init__(self, source: SourceConfig, url: str, route_keys: Sequence[str]) -> None:
        self.name = source.name
        self._source = source
        self._url = url
        self._route_keys = route_keys
        self._pattern = foreign_pattern(source.layout, source.pattern, source.counts)

    def collect(self, window: Window) -> Collection:
        """Return the counts of every UTC day the window touches, and those without a day."""
        if ToldKeys(self._source.counts, self._route_keys).lacks_routes():
            problem = "no route is known to match requests against; run it where auditor routes has any"
            return self._sick(window, problem)
        try:
            address = RedisAddress(
                self._url, self._pattern.key.written(window.start), CONNECT_SECONDS, ANSWER_SECONDS
            )  # fmt: skip
        except ValueError as error:
            return self._sick(window, f"its url cannot be used: {one_line(error)}")
        try:
            return self._read(address, window)
        except MovedError:
            problem = "the cluster moved keys while they were read, so some may be missing; collect again"
            return self._sick(window, problem)
        except (redis.RedisError, OSError, ValueError, TypeError) as error:
            right = f"the user {RIGHTS_LACK}" if lacks_right(error) else ""
            return self._sick(window, right or unanswered(error) or f"the server refused to answer: {one_line(error)}")

    def _sick(self, window: Window, problem: str) -> Collection:
        only_for_use = not _claims_absence(self._source, self._pattern)
        return Collection(self.name, window, problem=problem, only_for_use=only_for_use)

    def _read(self, address: RedisAddress, window: Window, *, again: bool = True) -> Collection:
        reading = _Reading(self._source, self._pattern, self._route_keys, window)
        deadline = time.monotonic() + TOTAL_SECONDS
        try:
            for client in address.everywhere():
                reading.add(RedisNode(client, deadline))
        except MovedError:
            if not again:
                raise
            return self._read(address, window, again=False)
        except SickError as sick:
            reading.problem = str(sick)
        return reading.collection()


def _claims_absence(source: SourceConfig, pattern: ForeignPattern) -> bool:
    """Return whether a source could tell that nobody called: it has times, methods and all of the traffic."""
    method = "method" in pattern.key.names or "key" in pattern.key.names
    return source.layout == "endpoint_usage" and source.counts == "endpoint" and method and not source.sampled


class _Reading:
    """What the servers asked so far add up to."""

    def __init__(
        self, source: SourceConfig, pattern: ForeignPattern, route_keys: Sequence[str], window: Window
    ) -> None:
        self.problem: str | None = None
        self._source = source
        self._pattern = pattern
        self._window = window
        self._zone: tzinfo = ZoneInfo(source.timezone) if source.timezone else UTC
        keys = ToldKeys(source.counts, route_keys)
        self._counts = ForeignCounts(window, keys, self._zone)
        self._undated = ForeignCounts(window, keys, self._zone)
        self._seen, self._others = KeysSeen(), KeysSeen()
        self._times = CallTimes()
        self._present = window.end
        self._unsaid: list[str] = []
        self._elsewhere = ""
        self._claims = _claims_absence(source, pattern)

    def add(self, node: RedisNode) -> None:
        """Add what one server holds."""
        self._elsewhere = self._elsewhere or other_databases(node.client)
        self._present = node.present() or self._window.end
        if self._source.layout == "endpoint_usage":
            CallReading(
                self._pattern, self._counts, self._seen, self._times, self._present, claims=self._claims
            ).read(node)  # fmt: skip
            if self._source.pattern in ("", DEFAULT_PATTERN):
                self._read_totals(node)
        else:
            CounterReading(
                self._source.layout, self._pattern, self._counts, self._seen, self._present
            ).read(node)  # fmt: skip
        evicted, unsaid = eviction(node.client)
        self.problem = self.problem or evicted
        self._unsaid += unsaid
        if node.refused:
            self._unsaid.append(
                "the user may not run TTL, so it is not known for how long counts are kept; allow it +ttl"
            )

    def _read_totals(self, node: RedisNode) -> None:
        """Read the totals that the same program writes; they say something only of what has no calls with times."""
        pattern = foreign_pattern("counter", _TOTALS_PATTERN, self._source.counts)
        CounterReading("counter", pattern, self._undated, self._others, self._present).read(node)

    def collection(self) -> Collection:
        """Return everything as a collection."""
        found = self._seen.found + self._others.found
        problem = self.problem or self._seen.mistaken(self._source.layout)
        if problem is None and not found:
            problem = self._no_evidence()
        doubt = self._doubt()
        return Collection(
            self._source.name, self._window, () if problem or doubt else self._watched(), self._counts.samples(),
            problem=problem, only_for_use=doubt is not None, totals=self._totals(),
            notes=tuple(dict.fromkeys((*filter(None, (doubt,)), *self._notes(), *self._unsaid))),
        )  # fmt: skip

    def _totals(self) -> tuple[UsageTotal, ...]:
        extra = (total for total in self._undated.totals() if total.key not in self._counts.named)
        return (*self._counts.totals(), *extra)

    def _watched(self) -> tuple[WatchedDay, ...]:
        """Return the watched minutes; before the oldest call that may still be there nobody can tell."""
        kept = self._times.kept
        since = 0.0 if kept is None else self._present.timestamp() - kept
        return self._times.watched(self._window.dates(), since=since, complete=self._source.complete)

    def _no_evidence(self) -> str:
        pattern = one_line(self._source.pattern or DEFAULT_PATTERN)
        where = f"; keys are in {self._elsewhere}: is it the right database?" if self._elsewhere else ""
        return f"no evidence: no key has the pattern {pattern!r}{where or '; the server holds no keys at all'}"

    def _doubt(self) -> str | None:
        """Return why the counts prove use but never absence, None where nothing speaks against them."""
        layout, times = self._source.layout, self._times
        if layout in _CUMULATIVE:
            return "its counts are without a date, so they prove use, never absence"
        if layout != "endpoint_usage" or self._source.counts != "endpoint":
            return "nothing tells in which minutes it was counting, so its counts prove use, never absence"
        if self._source.sampled:
            return "only a part of the traffic is counted, so it proves use, never absence"
        if not self._claims:
            return "its keys name no method: every route on a path counts as used, and nothing as unused"
        if times.shift:
            return (
                f"members and scores differ by {times.shift / 3600:+g} h, as utcnow().timestamp() makes them where the "
                "server's zone is not UTC: such times prove use, never absence; write time.time()"
            )
        if times.misdated:
            return (
                f"{times.misdated:,} calls are dated in the future or before 2000 and count as uses without a date: "
                "such times prove use, never absence; write time.time(), not utcnow().timestamp()"
            )
        return None

    def _notes(self) -> Iterator[str]:
        yield from self._counts.notes()
        if self._seen.gone:
            yield f"{self._seen.gone:,} of its keys vanished while they were read"
        if self._source.layout in ("daily_counter", "hourly_counter", "daily_hash"):
            yield from self._note_zone()
        kept = self._times.kept if self._source.layout == "endpoint_usage" else self._seen.shortest
        if kept is not None and kept < (self._window.end - self._window.start).total_seconds():
            yield expiring(kept, self._window)
        elif self._source.layout in _CUMULATIVE and kept is not None:
            yield f"its keys expire, the first after {kept / 86_400:.0f} days: a count may begin anew"

    def _note_zone(self) -> Iterator[str]:
        if not self._source.timezone:
            yield "its days were read as days in UTC; say timezone where they are not"
        elif self._source.timezone not in ("UTC", "Etc/UTC"):
            yield (
                f"its days are days in {self._source.timezone}; each counts on the UTC day that most of it lies in"
                if self._source.layout != "hourly_counter"
                else f"its hours are hours in {self._source.timezone} and count in UTC"
            )
