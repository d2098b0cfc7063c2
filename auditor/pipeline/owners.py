"""Who owns a file, by the project's CODEOWNERS.

In: its text and who reads it that way, paths from the repository's top. Out: owners. As GitHub reads it, the last
pattern that matches decides; as GitLab does, the last one of each section. What neither understands is passed over: no
owner is better than a wrong one. Never reads a file.
"""

import fnmatch
import functools
import re
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

Dialect = Literal["github", "gitlab"]

MOST_BYTES = 3_000_000
"""A larger file is not read, as on GitHub."""
_MOST_RULES = 20_000
_MOST_OWNERS = 20
_OWNER = re.compile(r"@{1,2}[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_SECTION = re.compile(r"\^?\[([^\]]*)\](?:\[\d+\])?\s*(.*)")
_BLANK = re.compile(r"(?<!\\)[ \t]+")
_ANY = "**"


class _Rule(msgspec.Struct, frozen=True):
    """One line: segments of its pattern, a literal part that every match holds, and whom it names."""

    section: str
    segments: tuple[str, ...]
    literal: str
    owners: tuple[str, ...]
    excludes: bool = False


class CodeOwners:
    """The rules of one file."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        rules = list(_rules(text, dialect))[:_MOST_RULES]
        self._sections: dict[str, list[_Rule]] = {}
        for rule in (*reversed([one for one in rules if one.excludes]), *reversed(rules)):
            self._sections.setdefault(rule.section, []).append(rule)

    def of(self, path: str) -> tuple[str, ...]:
        """Return the owners of a path, relative to the repository's top, in the order in which the file names them."""
        segments = path.split("/")
        found: list[str] = []
        for rules in reversed(self._sections.values()):
            found += next((rule.owners for rule in rules if rule.literal in path and _matches(segments, rule)), ())
        return tuple(dict.fromkeys(found))[:_MOST_OWNERS]


def has_sections(text: str) -> bool:
    """Return whether a file has headings of sections, which only GitLab knows."""
    return any(_SECTION.fullmatch(line.strip()) for line in text.splitlines())


def _rules(text: str, dialect: Dialect) -> Iterator[_Rule]:
    section, inherited = "", _owners(())
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        heading = _SECTION.fullmatch(line) if dialect == "gitlab" else None
        if heading is not None:
            section, inherited = heading[1].strip().lower(), _owners(heading[2].split())
            continue
        words = _BLANK.split(line)
        named = words[1 : next((at for at, word in enumerate(words) if at and word.startswith("#")), None)]
        owners = _owners(named)
        if dialect == "github" and len(owners) != len(named):
            continue
        pattern = words[0].replace("\\ ", " ").replace("\\#", "#")
        excludes = pattern.startswith("!")
        if dialect == "github" and (excludes or "[" in pattern):
            continue
        segments = _segments(pattern.removeprefix("!"), dialect)
        if segments:
            literal = max((one for one in segments if not set(one) & set("*?\\")), key=len, default="")
            yield _Rule(section, segments, literal, () if excludes else owners or inherited, excludes)


def _owners(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if _OWNER.fullmatch(word))


def _segments(pattern: str, dialect: Dialect) -> tuple[str, ...]:
    """Return a pattern segment by segment, `**` for any number of them; nothing for one that can match nothing."""
    parts = [part for part in pattern.split("/") if part]
    if not parts or any(part in (".", "..") for part in parts):
        return ("*",) * 0 if pattern != "/" else (_ANY, "*")
    anchored = pattern.startswith("/") or (dialect == "github" and "/" in pattern.rstrip("/"))
    if pattern.endswith("/"):
        below: tuple[str, ...] = (_ANY, "*")
    elif dialect == "github" and parts[-1] not in ("*", _ANY):
        below = (_ANY,)
    elif parts == ["*"]:
        return (_ANY, "*")
    else:
        below = ()
    if parts[-1] == _ANY and not below:
        below = ("*",)
    return (*(() if anchored else (_ANY,)), *parts, *below)


def _matches(path: Sequence[str], rule: _Rule) -> bool:
    """Return whether segments match a pattern's: the last `**` takes more where the rest does not fit yet."""
    pattern, at, here, back, resumed = rule.segments, 0, 0, -1, 0
    while here < len(path):
        if at < len(pattern) and pattern[at] == _ANY:
            back, resumed, at = at, here, at + 1
        elif at < len(pattern) and _segment(pattern[at])(path[here]) is not None:
            at, here = at + 1, here + 1
        elif back >= 0:
            resumed += 1
            at, here = back + 1, resumed
        else:
            return False
    return all(one == _ANY for one in pattern[at:])


@functools.lru_cache(maxsize=4096)
def _segment(glob: str) -> "functools.partial[re.Match[str] | None]":
    """Return what matches one segment, in time that grows with the text alone."""
    escaped = glob.replace("[", "[[]").replace("**", "*")
    return functools.partial(re.compile(fnmatch.translate(escaped)).match)
