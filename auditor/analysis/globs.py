"""Many globs asked of many names: which of them match a name, each with what it stands for.

In: globs as `fnmatch.fnmatchcase` takes them. Out: what the matching ones stand for, in the order given. Never looks
into a name's meaning: dots only sort the globs, so that a name is compared with few.
"""

import re
from collections.abc import Iterable
from fnmatch import translate
from typing import Generic, NamedTuple, TypeVar

_WILD = re.compile(r"[*?[]")
T = TypeVar("T")


class _Glob(NamedTuple, Generic[T]):
    """A glob by its literal ends, which decide most names; `rest` is the whole of one with more than a single `*`."""

    place: int
    start: str
    end: str
    least: int
    rest: re.Pattern[str] | None
    value: T


class Globs(Generic[T]):
    """Globs with what they stand for. Answers are remembered by name."""

    def __init__(self, globs: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[str, list[tuple[int, T]]] = {}
        self._open: list[_Glob[T]] = []
        self._by_head: dict[str, list[_Glob[T]]] = {}
        self._known: dict[str, tuple[T, ...]] = {}
        for place, (glob, value) in enumerate(globs):
            wild = _WILD.search(glob)
            if wild is None:
                self._exact.setdefault(glob, []).append((place, value))
                continue
            head, dot, _ = glob[: wild.start()].partition(".")
            (self._by_head.setdefault(head, []) if dot else self._open).append(_parted(place, glob, value))

    def matching(self, name: str) -> tuple[T, ...]:
        """Return what the globs that match a name stand for, in the order in which they were given."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._match(name)
        return found

    def _match(self, name: str) -> tuple[T, ...]:
        hits = list(self._exact.get(name, ()))
        for globs in (self._by_head.get(name.partition(".")[0], ()), self._open):
            for place, start, end, least, rest, value in globs:
                if (
                    name.startswith(start) and name.endswith(end) and len(name) >= least
                    and (rest is None or rest.match(name))
                ):  # fmt: skip
                    hits.append((place, value))
        hits.sort(key=_place)
        return tuple([value for _, value in hits])


def _place(hit: tuple[int, T]) -> int:
    return hit[0]


def _parted(place: int, glob: str, value: T) -> _Glob[T]:
    start = _WILD.split(glob, maxsplit=1)[0]
    end = re.split(r"[*?\]]", glob)[-1]
    if glob.count("*") == 1 and len(start) + 1 + len(end) == len(glob):
        return _Glob(place, start, end, len(glob) - 1, None, value)
    return _Glob(place, start, "", 0, re.compile(translate(glob)), value)
