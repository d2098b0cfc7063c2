"""Other programs' counters in one Redis server: strings, hashes and sorted sets of counts. Never writes.

In: a `RedisNode`, a pattern. Out: counts added to a `ForeignCounts`, and what was odd about the keys. A hash or sorted
set is read in pages, whatever its size. Never keeps a key's text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from auditor.config.key_patterns import ForeignPattern, Said
from auditor.usage.foreign_counts import ForeignCounts, whole
from auditor.usage.redis_node import WRONG_TYPE, Command, RedisNode, SickError

LONGEST_KEY = 4_096
MOST_FIELDS = 1_000_000
_BATCH = 500
_A_PAGE = 1_000
_READS: Mapping[str, str] = {
    "counter": "get", "daily_counter": "get", "hourly_counter": "get", "daily_hash": "hscan", "hash": "hscan",
    "sorted_set": "zscan",
}  # fmt: skip
_FITTING: Mapping[str, str] = {
    "string": "counter, daily_counter or hourly_counter", "hash": "hash or daily_hash",
    "zset": "endpoint_usage or sorted_set",
}  # fmt: skip


class KeysSeen:
    """How many keys of a pattern there were, and what was odd about them; one for all servers of a cluster.

    `shortest` is for how many seconds a dated key is kept after its day began, at the least; None where none expires.
    """

    def __init__(self) -> None:
        self.found = 0
        self.gone = 0
        self.wrong_type = 0
        self.type = ""
        self.shortest: float | None = None
        self.expiring = 0

    def note_wrong_type(self, node: RedisNode, key: bytes) -> None:
        """Count a key of the wrong type."""
        self.wrong_type += 1
        self.type = self.type or node.type_of(key)

    def note_kept(self, seconds: float) -> None:
        """Take in for how long what a key counts is kept."""
        self.expiring += 1
        self.shortest = seconds if self.shortest is None else min(seconds, self.shortest)

    def mistaken(self, layout: str) -> str | None:
        """Return what is wrong where keys hold another type than the layout has."""
        if not self.wrong_type:
            return None
        fitting = _FITTING.get(self.type)
        mend = f"; layout {fitting} would fit" if fitting else "; name them more narrowly"
        return (
            f"{self.wrong_type:,} of the {self.found:,} keys of the pattern hold a {self.type or 'type'} that layout "
            f"{layout} cannot read{mend}"
        )


class CounterReading:
    """Reads the keys of one pattern from one server after the other.

    Args:
        layout: Any foreign layout but `endpoint_usage`.
        pattern: How the keys are written.
        counts: Takes what they count.
        seen: Takes what was odd.
        present: The present, to tell how long keys are kept.
    """

    def __init__(
        self, layout: str, pattern: ForeignPattern, counts: ForeignCounts, seen: KeysSeen, present: datetime
    ) -> None:
        self._layout = layout
        self._pattern = pattern
        self._counts = counts
        self._seen = seen
        self._present = present

    def read(self, node: RedisNode) -> None:
        """Add what one server holds."""
        days = self._counts.days
        first = datetime(*min(days).timetuple()[:3]) - timedelta(days=1)  # noqa: DTZ001 -- of the keys' own zone
        moments = (first + timedelta(days=number) for number in range(len(days) + 2))
        keys = iter(node.keys(self._pattern.key, moments))
        while batch := tuple(islice(keys, _BATCH)):
            self._read_batch(node, batch)

    def _read_batch(self, node: RedisNode, keys: Sequence[bytes]) -> None:
        self._seen.found += len(keys)
        command = _READS[self._layout]
        options: dict[str, Any] = {} if command == "get" else {"cursor": 0, "count": _A_PAGE}
        asked: list[Command] = [(command, (key,), options) for key in keys]
        answers = node.ask([*asked, *(("ttl", (key,), {}) for key in keys)])
        for key, answer, seconds in zip(keys, answers, answers[len(keys) :], strict=False):
            if answer is WRONG_TYPE:
                self._seen.note_wrong_type(node, key)
            elif command == "get":
                self._add_string(key, answer, seconds)
            else:
                self._add_fields(key, self._pages(node, command, key, answer), seconds)

    def _add_string(self, key: bytes, value: bytes | None, seconds: int | None) -> None:
        if value is None:
            self._seen.gone += 1
            return
        said = self._said(key)
        self._kept(said, seconds)
        self._counts.add(said, whole(value), hourly=self._layout == "hourly_counter")

    def _add_fields(self, key: bytes, fields: Iterable[tuple[bytes, Any]], seconds: int | None) -> None:
        empty = True
        for field, value in fields:
            empty = False
            said = self._said(key, field)
            self._kept(said, seconds)
            seconds = None  # of the key; told once
            self._counts.add(said, whole(value))
        self._seen.gone += empty

    def _pages(self, node: RedisNode, command: str, key: bytes, answer: Any) -> Iterator[tuple[bytes, Any]]:  # noqa: ANN401
        """Yield each field, or member, and its count once; a page may repeat what was on another."""
        known: set[int] = set()
        while True:
            cursor, found = int(answer[0]), answer[1]
            page = dict(found)
            yield from ((field, value) for field, value in page.items() if hash(field) not in known)
            if cursor == 0:
                return
            known.update(map(hash, page))
            if len(known) > MOST_FIELDS:
                raise SickError(f"a key of the pattern holds more than {MOST_FIELDS:,} counts; count by route")
            answer = node.ask([(command, (key,), {"cursor": cursor, "count": _A_PAGE})])[0]
            if answer is WRONG_TYPE:
                return

    def _said(self, key: bytes, field: bytes | None = None) -> Said | None:
        if len(key) > LONGEST_KEY or (field is not None and len(field) > LONGEST_KEY):
            return None
        return self._pattern.said(
            key.decode(errors="replace"), None if field is None else field.decode(errors="replace")
        )

    def _kept(self, said: Said | None, seconds: int | None) -> None:
        """Take in how long after its day began a key is gone, or that a key without a day expires."""
        if seconds is None or seconds < 0 or said is None:
            return
        expires = self._present.replace(tzinfo=None) + timedelta(seconds=seconds)
        self._seen.note_kept(seconds if said.when is None else (expires - said.when).total_seconds())
