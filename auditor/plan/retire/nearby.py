"""What is called after a symbol without being it: directories, reverse accessors, columns that point to it.

In: the target, its spellings, paths, text. Out: names and places. Pure.
"""

import re
from collections.abc import Iterable

from auditor.model.plan import MAX_PATHS
from auditor.model.retirement import Target
from auditor.plan.retire.spellings import Spellings, words_of


def directories(spellings: Spellings, listed: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the directories called after the symbol: those that hold little else, and those of many files."""
    sizes: dict[str, int] = {}
    for path in listed:
        parts = path.split("/")[:-1]
        for depth, part in enumerate(parts, 1):
            if spellings.is_name(part):
                directory = "/".join(parts[:depth])
                sizes[directory] = sizes.get(directory, 0) + 1
                break
    small = frozenset(directory for directory, size in sizes.items() if size <= MAX_PATHS)
    return small, frozenset(sizes) - small


def related_names(target: Target) -> dict[str, str]:
    """Return the other names by which code reaches the target's rows -> where each is declared."""
    found: dict[str, str] = {}
    for table in target.tables:
        for key in table.referenced_by:
            place = f"{key.path}:{key.line}"
            found.setdefault(key.column, place)
            found.setdefault(re.sub(r"(?:_id|Id)$", "", key.column), place)  # the attribute that holds the object
        for key in table.foreign_keys:
            if key.reverse:
                found.setdefault(key.reverse, f"{key.path}:{key.line}")
    own = {words_of(target.name), *(words_of(one) for one in target.spellings)}
    return {name: place for name, place in found.items() if words_of(name) not in own}


def one_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds each of `names` as a word of its own, None where there are none."""
    known = [re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name))]
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(known)})(?![A-Za-z0-9_])") if known else None


def lines_with(pattern: re.Pattern[str], lines: list[str], needles: Iterable[str]) -> dict[int, list[str]]:
    """Return line (1-based) -> what a pattern finds there, in order.

    `needles` are lower-case texts of which all that the pattern finds holds one: they are quicker to look for.
    """
    known = tuple(needles)
    found: dict[int, list[str]] = {}
    for number, line in enumerate(lines, 1):
        lowered = line.lower()
        for needle in known:
            if needle in lowered:
                hits = [hit[0] for hit in pattern.finditer(line)]
                if hits:
                    found[number] = hits
                break
    return found
