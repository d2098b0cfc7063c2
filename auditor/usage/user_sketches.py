"""The trackers' sketches of users in Redis -> the samples of their endpoints.

In: an app's collection, a way to ask the server. Out: the same collection with `users`, and notes. Asks for lengths
first and reads in bounded parts: a key that holds something else, or far too much, is never fetched. Never sees a
user's id, never raises for what a server refuses.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from auditor.model.usage import Collection, UsageSample
from auditor.tracking import layout

_HEADER_BYTES = 16
_REGISTERS = 1 << 14
_DENSE_BYTES = _HEADER_BYTES + _REGISTERS * 6 // 8
_MOST_BYTES = 64 * 1024 * 1024
_PART_BYTES = 4 * 1024 * 1024
_KEYS_A_TRIP = 2000


class _Sketch(NamedTuple):
    place: int
    key: str
    size: int


class UserSketches:
    """The sketches of the users of one app's endpoints.

    Args:
        app: Name under which the trackers write.
        send: Sends one command for each key, together, and returns the answers; a refusal is an exception among them.
    """

    def __init__(self, app: str, send: Callable[[str, Sequence[str]], list[Any]]) -> None:
        self._app = app
        self._send = send
        self._foreign = 0
        self._refused = ""
        self._left_out = 0

    def added(self, collection: Collection) -> Collection:
        """Return the collection with the users of its endpoints, and notes on what was left out."""
        samples = list(collection.samples)
        for part in self._parts(samples):
            for sketch, value in zip(part, self._ask("GET", [sketch.key for sketch in part]), strict=True):
                if isinstance(value, bytes) and is_sketch(value):
                    samples[sketch.place] = msgspec.structs.replace(samples[sketch.place], users=value)
                elif value is not None:
                    self._foreign += 1
        return msgspec.structs.replace(collection, samples=tuple(samples), notes=(*collection.notes, *self._notes()))

    def _parts(self, samples: Sequence[UsageSample]) -> Iterator[list[_Sketch]]:
        """Yield the sketches that are there, in parts that fit into memory."""
        part: list[_Sketch] = []
        size = total = 0
        for sketch in self._present(samples):
            total += sketch.size
            if total > _MOST_BYTES:
                self._left_out += 1
                continue
            if size + sketch.size > _PART_BYTES:
                yield part
                part, size = [], 0
            part.append(sketch)
            size += sketch.size
        if part:
            yield part

    def _present(self, samples: Sequence[UsageSample]) -> Iterator[_Sketch]:
        wanted = [
            (place, layout.users_key(self._app, sample.day, sample.key))
            for place, sample in enumerate(samples)
            if sample.kind == "endpoint" and sample.count and sample.key != layout.UNMATCHED
        ]
        for start in range(0, len(wanted), _KEYS_A_TRIP):
            trip = wanted[start : start + _KEYS_A_TRIP]
            for (place, key), size in zip(trip, self._ask("STRLEN", [key for _, key in trip]), strict=True):
                if isinstance(size, int) and _HEADER_BYTES < size <= _DENSE_BYTES:
                    yield _Sketch(place, key, size)
                elif size:  # a refusal among others: the key has another type
                    self._foreign += 1

    def _ask(self, command: str, keys: Sequence[str]) -> list[Any]:
        """Return the answer for each key; None for all where the server refuses every one."""
        if self._refused:
            return [None] * len(keys)
        answers = self._send(command, keys)
        if all(isinstance(answer, Exception) for answer in answers):
            self._refused = command
            return [None] * len(keys)
        return answers

    def _notes(self) -> Iterator[str]:
        if self._refused:
            yield (
                f"the server refuses {self._refused} of the trackers' sketches, so users are not counted; "
                f"allow the user +{self._refused.lower()}"
            )
        if self._foreign:
            yield f"{self._foreign:,} keys of users hold something else than a tracker's sketch and were left out"
        if self._left_out:
            yield f"{self._left_out:,} sketches of users were left out: together they are larger than 64 MiB"


def is_sketch(value: bytes) -> bool:
    """Return whether a Redis string is a HyperLogLog of all its registers, dense or sparse."""
    if value[:4] != b"HYLL" or len(value) <= _HEADER_BYTES:
        return False
    if value[4] == 0:
        return len(value) == _DENSE_BYTES
    return value[4] == 1 and _registers_of(value) == _REGISTERS


def _registers_of(value: bytes) -> int:
    """Return how many registers the runs of a sparse sketch cover: ZERO, XZERO (two bytes), VAL."""
    registers, place = 0, _HEADER_BYTES
    while place < len(value):
        code = value[place]
        if code & 0x80:
            registers += (code & 0x03) + 1
        elif code & 0x40:
            if place + 1 == len(value):
                return -1
            place += 1
            registers += ((code & 0x3F) << 8 | value[place]) + 1
        else:
            registers += (code & 0x3F) + 1
        place += 1
    return registers
