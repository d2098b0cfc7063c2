"""What comments and lists of names silence: findings are taken out, counted and said, never lost.

In: findings, facts, lists of names. Out: the findings that stay, what was silenced and by what. A bare name silences
whatever has it, new dead code too; that is why each silenced finding is told with the list that did it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from auditor.model.code import Definition, DefinitionId, ModuleFacts
from auditor.model.inner import SilencingComment
from auditor.model.report import ScanFinding, SuppressedFinding

_CODES = {
    "import": ("V104", "F401", "DC07"),
    "argument": ("V107", "ARG001", "ARG002", "ARG003", "ARG004", "ARG005", "U100"),
    "function": ("V103", "DC02"), "class": ("V102", "DC03"), "method": ("V105", "DC04"),
    "property": ("V106", "DC08"), "unreachable": ("V201",),
}  # fmt: skip
_LOCAL_VARIABLE = ("V107", "F841", "DC01")
_VARIABLE = ("V107", "DC01")
_SAID = {
    "keep": "# auditor: keep",
    "noqa": "# noqa",
    "file": "# noqa of the whole file",
    "skylos": "# pragma: no skylos",
}


class NameEntry(NamedTuple):
    """One name or glob of a list, and where it stands; a glob over decorators starts with `@`."""

    by: Literal["whitelist", "ignore_names", "ignore_decorators"]
    pattern: str
    path: str
    line: int


class Outcome(NamedTuple):
    """The findings that stay, what was silenced, and which comments (path, line) and entries did it."""

    findings: tuple[ScanFinding, ...]
    suppressed: tuple[SuppressedFinding, ...]
    comments: frozenset[tuple[str, int]]
    entries: frozenset[NameEntry]


def suppress(
    findings: Sequence[ScanFinding],
    facts: Sequence[ModuleFacts],
    definitions: Mapping[DefinitionId, Definition],
    entries: Sequence[NameEntry],
) -> Outcome:
    """Take out what a comment or an entry silences, with all that lies inside it. A whitelist itself is no finding."""
    comments, names = _Comments(facts), _Names(entries, definitions)
    lists = {one.path for one in facts if one.whitelist}
    kept: list[ScanFinding] = []
    gone: list[SuppressedFinding] = []
    outer: set[DefinitionId] = set()
    used: set[tuple[str, int]] = set()
    matched: set[NameEntry] = set()
    for one in findings:
        if one.path in lists or one.inside in outer or _lies_in(one, outer):
            continue
        comment = comments.about(one, definitions.get(one.id))
        entry = None if comment is not None else names.about(one)
        if comment is not None:
            used.add((one.path, comment.line))
            gone.append(_gone(one, comment.kind, f"{_SAID[comment.kind]}{_shown(comment)}", one.path, comment.line))
        elif entry is not None:
            matched.add(entry)
            gone.append(_gone(one, entry.by, f"{entry.by} has {entry.pattern}", entry.path, entry.line))
        else:
            kept.append(one)
            continue
        outer.add(one.id)
    return Outcome(tuple(kept), tuple(gone), frozenset(used), frozenset(matched))


def _lies_in(finding: ScanFinding, outer: set[DefinitionId]) -> bool:
    """Return whether one of the definitions around a finding is silenced."""
    module, _, qualified = finding.id.partition(":")
    parts = qualified.split(".")
    return any(f"{module}:{'.'.join(parts[:end])}" in outer for end in range(len(parts) - 1, 0, -1))


def _shown(comment: SilencingComment) -> str:
    if comment.kind == "keep":
        return f" — {comment.reason}" if comment.reason else ""
    return f": {', '.join(comment.codes)}" if comment.codes else ""


def _gone(one: ScanFinding, by: str, reason: str, path: str, line: int) -> SuppressedFinding:
    return SuppressedFinding(one.id, one.kind, one.path, one.line, one.rule, by, reason, path, line)


class _Comments:
    """Comments by file and line."""

    def __init__(self, facts: Sequence[ModuleFacts]) -> None:
        self.by_line = {(one.path, comment.line, comment.kind): comment for one in facts for comment in one.comments}
        self.files = {path for path, _, _ in self.by_line}
        self.whole = {one.path: [c for c in one.comments if c.kind == "file"] for one in facts if one.comments}
        self.places = {(one.path, str(local.kind), local.name, local.line): local.at for one in facts if one.comments
                       for local in one.local_findings}  # fmt: skip

    def about(self, finding: ScanFinding, definition: Definition | None) -> SilencingComment | None:
        """Return the comment that silences a finding."""
        if finding.path not in self.files:
            return None
        codes = _codes(finding)
        for line in self._lines(finding, definition):
            for kind in ("noqa", "skylos"):
                found = self.by_line.get((finding.path, line, kind))
                if found is not None and (not found.codes or set(found.codes) & set(codes)):
                    return found
        if finding.status == "local":
            return self._local(finding, codes)
        return None

    def _local(self, finding: ScanFinding, codes: Sequence[str]) -> SilencingComment | None:
        for line in (*self._lines(finding, None), finding.line - 1):
            found = self.by_line.get((finding.path, line, "keep"))
            if found is not None:
                return found
        listed = [one for one in self.whole.get(finding.path, ()) if not one.codes or set(one.codes) & set(codes)]
        return listed[0] if listed else None

    def _lines(self, finding: ScanFinding, definition: Definition | None) -> Iterator[int]:
        """Yield lines on which a comment is about a finding: its first, its `def` below decorators, its alias."""
        decorators = len(definition.decorators) if definition is not None else 0
        yield from range(finding.line, finding.line + decorators + 1)
        name = finding.id.rpartition(":")[2].rpartition(".")[2]
        at = self.places.get((finding.path, finding.kind, name, finding.line))
        if at is not None:
            yield from (at, finding.end_line) if finding.kind in ("import", "variable") else (at,)


def _codes(finding: ScanFinding) -> tuple[str, ...]:
    if finding.kind == "variable":
        return _LOCAL_VARIABLE if finding.status == "local" else _VARIABLE
    return _CODES.get(finding.kind, ())


class _Names:
    """Entries by name, globs apart."""

    def __init__(self, entries: Sequence[NameEntry], definitions: Mapping[DefinitionId, Definition]) -> None:
        self.exact = {one.pattern: one for one in reversed(entries) if one.by == "whitelist"}
        self.globs = [one for one in entries if one.by == "ignore_names"]
        self.decorators = [one for one in entries if one.by == "ignore_decorators"]
        self.definitions = definitions

    def about(self, finding: ScanFinding) -> NameEntry | None:
        """Return the entry that silences a finding by its name or its decorators."""
        if finding.language != "python" or finding.kind in ("module", "unreachable"):
            return None
        name = finding.id.rpartition(":")[2].rpartition(".")[2]
        found = self.exact.get(name) or _first(self.globs, [name])
        definition = self.definitions.get(finding.id) if self.decorators and found is None else None
        if definition is None:
            return found
        return _first(self.decorators, [f"@{end}" for one in definition.decorators for end in _ends(one)])


def _ends(dotted: str) -> Iterator[str]:
    """Yield a decorator's name as a file may write it: whole, and without its first parts."""
    while dotted:
        yield dotted.removeprefix(".")
        dotted = dotted.partition(".")[2]


def _first(entries: Iterable[NameEntry], names: Sequence[str]) -> NameEntry | None:
    return next((one for one in entries if any(fnmatchcase(name, one.pattern) for name in names)), None)
