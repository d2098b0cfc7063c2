"""All spellings of one name, and whether a piece of text is one of them.

In: a name in any spelling, the names of its tables. Out: hits in a line: the name itself, part of a longer name, plain
words. Understands `ToolUsage`, `toolUsage`, `tool_usage`, `tool-usage`, `TOOL_USAGE`, `toolusage`, plurals, and what
frameworks derive: `tool_usage_id`, `toolusage_set`, `toolusage__tool`, `add_toolusage`.
"""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

_HUMP = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_IRREGULAR = {
    "person": "people", "child": "children", "man": "men", "woman": "women", "datum": "data", "index": "indices",
    "medium": "media", "criterion": "criteria", "analysis": "analyses", "matrix": "matrices", "foot": "feet",
    "mouse": "mice", "leaf": "leaves", "life": "lives", "half": "halves",
}  # fmt: skip
_DERIVED = re.compile(r"(?:_?(?:id|ids|pk|fk)|_id_seq|_(?:pkey|fkey)|_set|Ids?|ID|Fk|Pk)$")
_PERMISSION = re.compile(r"^(?:add|change|delete|view)_$")
_TEST_AFFIX = re.compile(r"^(?:test|tests|spec)[_-]?|[._-]?(?:test|tests|spec|stories|e2e|d)$", re.IGNORECASE)
_SQL_BEFORE = re.compile(
    r"\b(?:from|join|into|update|table|references|exists|on|truncate)\s+(?:\w+\.)?[\"'`\[]?$", re.IGNORECASE
)
_CLIENT_BEFORE = re.compile(r"[\w)\]!?]\.\s*$|^\s*\.$")
_CLIENT_AFTER = re.compile(
    r"\??\.(?:find(?:Unique|First|Many)\w*|create\w*|update(?:Many)?\w*|upsert|delete(?:Many)?|count|aggregate|groupBy|"
    r"fields)\b|\s*$"
)
_CLIENT_TYPE = re.compile(
    r"(?:Where|Create|Update|Upsert|Find|Delete|Count|Aggregate|GroupBy|Select|Include|Omit|OrderBy|Unchecked|Scalar|Get|"
    r"Default|Args|Payload|Distinct|Min|Max|Avg|Sum|Relation|List|Nullable)\w*"
)
"""What the generated client of Prisma puts behind a model's name in the names of its types."""
_CODE_BEFORE = re.compile(r"(?:`|\w\.|:)$")
_CODE_AFTER = re.compile(r"`|\(|\.\w")
_PART = re.compile(r"[A-Za-z0-9_]")
_QUOTED = "'\"`"

HitKind = Literal["exact", "longer", "plain"]


class Hit(msgspec.Struct, frozen=True):
    """One hit in a line: `start` and `end` of the whole name it is part of, that name, and what it is."""

    start: int
    end: int
    text: str
    kind: HitKind


def words_of(name: str) -> tuple[str, ...]:
    """Return the lower-case words of a name in any spelling."""
    words = tuple(word.lower() for word in _HUMP.findall(name))
    whole = re.sub(r"[\W_]", "", name).lower()
    return words if "".join(words) == whole else (whole,)  # letters that are not ASCII: no words can be told


def plurals(word: str) -> tuple[str, ...]:
    """Return the plurals that a lower-case word may have, the usual one first."""
    if word in _IRREGULAR:
        return (_IRREGULAR[word], f"{word}es" if word.endswith("x") else f"{word}s")
    if re.search(r"[^aeiou]y$", word):
        return (f"{word[:-1]}ies", f"{word}s")
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return (f"{word}es",)
    if word.endswith("o"):
        return (f"{word}es", f"{word}s")
    return (f"{word}s",)


def singulars(word: str) -> tuple[str, ...]:
    """Return what a lower-case word may be the plural of."""
    back = [one for one, many in _IRREGULAR.items() if many == word]
    if word.endswith("ies"):
        back.append(f"{word[:-3]}y")
    if word.endswith("es"):
        back.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss"):
        back.append(word[:-1])
    return tuple(one for one in back if len(one) > 1)


def _beginning(word: str) -> str:
    """Return how a word and all its plurals begin."""
    shortest = min((word, *plurals(word)), key=len)
    alike = [n for n in range(len(shortest) + 1) if all(one.startswith(shortest[:n]) for one in (word, *plurals(word)))]
    return shortest[: alike[-1]]


class Spellings:
    """The spellings of one name.

    `tables` are the database's names for it, each a spelling of its own; `prisma` says that a client of Prisma has it.
    """

    def __init__(self, name: str, tables: tuple[str, ...] = (), *, prisma: bool = False) -> None:
        self.name = name
        self.prisma = prisma
        self.words = words_of(name) or (name.lower(),)
        self.needle = self.words[0] if len(self.words) > 1 else _beginning(name.lower())
        """Lower-case text that every spelling, tables left out, holds."""
        self.tables = frozenset(table.rpartition(".")[2] for table in tables)
        self.single = len(self.words) == 1
        *first, last = (re.escape(word) for word in self.words)
        ends = "|".join((*(re.escape(one) for one in plurals(self.words[-1])), last))
        joined = "".join(f"{word}[-_ ]?" for word in first) + f"(?:{ends})"
        self._one = re.compile("".join(f"{word}[-_ ]?" for word in first) + last, re.IGNORECASE)
        known = [re.escape(table) for table in sorted(self.tables, key=len, reverse=True)]
        apart = rf"(?<![A-Za-z0-9_])(?:{'|'.join(known)})(?![A-Za-z0-9_])|" if known else ""
        self.pattern = re.compile(apart + joined, re.IGNORECASE)
        self.raw = re.compile(self.pattern.pattern.encode(), re.IGNORECASE)
        own = re.escape(name) if self.single else joined.replace("[-_ ]?", "[-_]?")
        bounded = rf"(?<![A-Za-z0-9_])(?:{own})(?![A-Za-z0-9_])"
        self.in_binary = re.compile(bounded.encode(), 0 if self.single else re.IGNORECASE)
        """What a binary file must hold: no plain word."""

    def listed(self) -> tuple[str, ...]:
        """Return the spellings as people read them."""
        several = (*self.words[:-1], plurals(self.words[-1])[0])
        found: list[str] = []
        for words in (self.words, several):
            capital = [word.capitalize() for word in words]
            camel = words[0] + "".join(capital[1:])
            found += ["".join(capital), camel, "_".join(words), "-".join(words), "_".join(words).upper()]
        return tuple(dict.fromkeys((self.name, *found, *sorted(self.tables))))

    def hits(self, line: str, *, prose: bool = False) -> Iterator[Hit]:
        """Yield what a line holds of the name, from left to right; in `prose`, a capital does not make a name."""
        position = 0
        while (found := self.pattern.search(line, position)) is not None:
            hit = self._judged(line, found.start(), found.end(), prose)
            if hit is None and (one := self._one.match(line, found.start())) is not None and one.end() < found.end():
                hit = self._judged(line, one.start(), one.end(), prose)  # `ToolUsageStats` holds no `ToolUsageS`
            position = max(found.end(), found.start() + 1)
            if hit is not None:
                position = max(position, hit.end)
                yield hit

    def is_name(self, whole: str) -> bool:
        """Return whether a name, as it stands, is the symbol's, tests' affixes left out: for files and directories."""
        stem = _TEST_AFFIX.sub("", _TEST_AFFIX.sub("", whole))
        return any(hit.start == 0 and hit.end == len(stem) and hit.kind == "exact" for hit in self.hits(stem))

    def _judged(self, line: str, start: int, end: int, prose: bool) -> Hit | None:
        text = line[start:end]
        if text in self.tables and not _PART.match(line[start - 1 : start]) and not _PART.match(line[end : end + 1]):
            word = len(words_of(text)) == 1 and (prose or not _table_place(line, start, end))
            return Hit(start, end, text, "plain" if word and not self._stands_out(line, start, end, prose) else "exact")
        left, right = _extent(line, start, end, dashes="-" in text)
        whole = line[left:right]
        if not _boundaries(line, start, end, left, right):
            return None
        if " " in text:
            return Hit(start, end, text, "plain") if whole == text else None
        is_type = self.prisma and line[:start].endswith("Prisma.") and _CLIENT_TYPE.fullmatch(line[end:right])
        if is_type:
            return Hit(left, right, whole, "exact")
        if self._is_exact(whole, start - left, end - left):
            kind: HitKind = "exact" if not self.single or self._stands_out(line, start, end, prose) else "plain"
            return Hit(left, right, whole, kind)
        if self.single and not text[:1].isupper():
            return None
        return Hit(left, right, whole, "longer")

    def _is_exact(self, whole: str, start: int, end: int) -> bool:
        """Return whether a whole name, in which the hit lies, is the symbol's or what a framework derives from it."""
        before, after = whole[:start].lstrip("_$-"), whole[end:].rstrip("_")
        if not before and (not after or _DERIVED.fullmatch(after) or after.startswith("__")):
            return True
        if after and not _DERIVED.fullmatch(after) and not after.startswith("__"):
            return False
        return before.endswith("__") or (_PERMISSION.match(before) is not None and "_" not in whole[start:end])

    def _stands_out(self, line: str, start: int, end: int, prose: bool) -> bool:
        """Return whether a name of one word is spelled, or stands, as no plain word does."""
        before, after = line[:start], line[end:]
        if line[start:end] == self.name and self.name[:1].isupper():
            return not prose or bool(_CODE_BEFORE.search(before) or _CODE_AFTER.match(after))
        camel = line[start:end] == self.name[:1].lower() + self.name[1:]
        return self.prisma and camel and bool(_CLIENT_BEFORE.search(before) and _CLIENT_AFTER.match(after))


def _extent(line: str, start: int, end: int, *, dashes: bool) -> tuple[int, int]:
    """Return where the name around a hit begins and ends."""
    part = re.compile(r"[A-Za-z0-9_$-]" if dashes else r"[A-Za-z0-9_$]")
    while start > 0 and part.match(line[start - 1]):
        start -= 1
    while end < len(line) and part.match(line[end]):
        end += 1
    return start, end


def _boundaries(line: str, start: int, end: int, left: int, right: int) -> bool:
    """Return whether a hit begins and ends where words of a name do."""
    before = line[start - 1] if start > left else ""
    after = line[end] if end < right else ""
    first, last = line[start], line[end - 1]
    begins = not before.isalpha() or (first.isupper() and (before.islower() or line[start + 1 : start + 2].islower()))
    ends = not after.isalpha() or (after.isupper() and (last.islower() or line[end + 1 : end + 2].islower()))
    return begins and ends


def _table_place(line: str, start: int, end: int) -> bool:
    """Return whether a table's name of one plain word stands where only a table's name does: SQL, `"groups.id"`."""
    before, after = line[:start], line[end:]
    if before[-1:] and before[-1] in _QUOTED and re.match(r"\.\w+[\"'`]", after):
        return True
    return _SQL_BEFORE.search(before) is not None
