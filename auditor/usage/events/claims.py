"""Which file counts an event: the first that is known to hold it. In: digests of ids. Out: claims. No I/O.

An event that one file counted is not counted again where another holds it too, whether that file is still there or
was read a month ago. Memory is 24 bytes an event at most: millions of them fit.
"""

import sys
from array import array
from collections.abc import Iterable
from datetime import date
from enum import Enum
from hashlib import blake2b

from auditor.model.ingestion import EventIds

_DIGEST_BYTES = 8
_BEFORE, _BEGUN, _ENDED = range(3)
_SMALLEST = 1 << 12


class Claim(Enum):
    """What a line is of the event it names."""

    FIRST = "first"
    """Nobody counted it yet in this reading, and no other file ever did."""
    END = "end"
    """This file counted its beginning: the line says how it ended."""
    REPEATED = "repeated"
    ELSEWHERE = "elsewhere"
    """Another file counted it."""


class Claims:
    """The events of one source, by the file that counts them.

    A file is read between `open` and `close`. What `claim` calls the first, or an end, counts for `owner`, and `close`
    says under which origin. That is the file's fingerprint; but where events are missing that it counted before, it is
    another file that begins alike, and what is new in it counts under an origin of its own.

    Args:
        before: What earlier collections counted.
        days: UTC days whose events are read now.
    """

    def __init__(self, before: Iterable[EventIds] = (), days: Iterable[date] = ()) -> None:
        self._digests = array("Q", bytes(_DIGEST_BYTES * _SMALLEST))
        self._owners = array("Q", bytes(8 * _SMALLEST))
        self._mask = _SMALLEST - 1
        self._size = 0
        self._numbers: dict[str, int] = {}
        self._next = 0
        self._missing: dict[int, int] = {}
        self._claimed: dict[tuple[date, int], array[int]] = {}
        self._ids: list[EventIds] = []
        self._fingerprint = ""
        self._own: list[int] = []
        self._new = 0
        self.owner = 0
        read = frozenset(days)
        for known in before:
            if known.day in read:  # an event has one day: what others hold need not be in memory
                self._know(known)

    def _know(self, known: EventIds) -> None:
        number = self._numbers.get(known.origin)
        if number is None:
            number = self._numbers[known.origin] = self._fresh()
        for digest in _unpacked(known.digests):
            place = self._place(digest)
            if not self._digests[place]:
                self._put(place, digest, number << 2 | _BEFORE)
                self._missing[number] = self._missing.get(number, 0) + 1

    def open(self, fingerprint: str) -> int:
        """Begin with a file; return the owner of what is no event with an id."""
        self._fingerprint = fingerprint
        self._own = []
        while (number := self._numbers.get(_derived(fingerprint, len(self._own)))) is not None:
            self._own.append(number)
        self._new = self._fresh()
        return self._own[0] if self._own else self._new

    def close(self) -> dict[int, str]:
        """End with the file; return the origin of each owner."""
        origins = {number: _derived(self._fingerprint, place) for place, number in enumerate(self._own)}
        whole = bool(self._own) and not self._missing.get(self._own[-1], 0)
        origins[self._new] = _derived(self._fingerprint, len(self._own) - whole)
        together: dict[tuple[date, str], array[int]] = {}
        for (day, number), digests in self._claimed.items():
            together.setdefault((day, origins[number]), array("Q")).extend(digests)
        self._ids += [EventIds(day, origin, _packed(digests)) for (day, origin), digests in together.items()]
        self._claimed = {}
        return origins

    def claim(self, uuid: str, name: str, day: date, *, ended: bool) -> Claim:
        """Return what a line is of the event `uuid`, and claim it where it is the first.

        Args:
            uuid: The event's id.
            name: What was used: an id may be that of a run in which several things were.
            day: UTC day of the event.
            ended: Whether the line tells of its end, or of all of it.
        """
        digest = _digest(uuid, name)
        digests, mask = self._digests, self._mask
        place = digest & mask
        while (found := digests[place]) and found != digest:
            place = place + 1 & mask
        state = _ENDED if ended else _BEGUN
        if found:
            known = self._owners[place]
            owner = self.owner = known >> 2
            if owner != self._new and owner not in self._own:
                return Claim.ELSEWHERE
            before = known & 3
            if before != _BEFORE:
                if before == _ENDED or not ended:
                    return Claim.REPEATED
                self._owners[place] = owner << 2 | _ENDED
                return Claim.END
            self._owners[place] = owner << 2 | state
            self._missing[owner] -= 1
        else:
            owner = self.owner = self._new
            self._put(place, digest, owner << 2 | state)
        claimed = self._claimed.get((day, owner))
        if claimed is None:
            claimed = self._claimed[day, owner] = array("Q")
        claimed.append(digest)
        return Claim.FIRST

    def ids(self) -> tuple[EventIds, ...]:
        """Return what was claimed in this reading, by day and origin."""
        return tuple(sorted(self._ids, key=lambda ids: (ids.day, ids.origin)))

    def _fresh(self) -> int:
        self._next += 1
        return self._next

    def _place(self, digest: int) -> int:
        """Return where a digest is, or the free place where it belongs."""
        digests, mask = self._digests, self._mask
        place = digest & mask
        while (found := digests[place]) and found != digest:
            place = place + 1 & mask
        return place

    def _put(self, place: int, digest: int, owner: int) -> None:
        self._digests[place] = digest
        self._owners[place] = owner
        self._size += 1
        if self._size * 3 > len(self._digests) * 2:
            self._grow()

    def _grow(self) -> None:
        old = zip(self._digests, self._owners, strict=True)
        larger = 2 * len(self._digests)
        self._digests = array("Q", bytes(_DIGEST_BYTES * larger))
        self._owners = array("Q", bytes(8 * larger))
        self._mask = larger - 1
        for digest, owner in old:
            if digest:
                place = self._place(digest)
                self._digests[place] = digest
                self._owners[place] = owner


def _digest(uuid: str, name: str) -> int:
    text = f"{uuid}\0{name}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=_DIGEST_BYTES).digest()) or 1  # 0 marks a free place


def _derived(fingerprint: str, place: int) -> str:
    """Return the origin of the events of the first file with a fingerprint, or of a later one that begins alike."""
    if place == 0:
        return fingerprint
    return blake2b(f"{fingerprint}\0{place}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _unpacked(digests: bytes) -> "array[int]":
    numbers = array("Q", digests[: len(digests) - len(digests) % _DIGEST_BYTES])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _packed(digests: Iterable[int]) -> bytes:
    numbers = array("Q", sorted(digests))
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers.tobytes()
