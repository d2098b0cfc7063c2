"""What timetables outside Python run: modules, scripts, management commands, tasks, and routes that they request.

In: timetables with what is declared on their lines, entry points, routes. Out: `Schedule`s, sorted. A word that could
name several definitions schedules them all: a schedule only ever keeps code. Never reads a file.
"""

from collections.abc import Iterator, Sequence

from auditor.analysis.outside import outside_entries
from auditor.analysis.outside.project_files import Declared
from auditor.analysis.outside.project_metadata import ProjectMetadata
from auditor.analysis.outside.timetables import Timetable
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.model.code import DefinitionId, ModuleFacts
from auditor.model.graph import EntryPoint, Route, Schedule
from auditor.model.route_keys import PARAMETER

_COMMANDS = ".management.commands."


def find(
    metadata: ProjectMetadata,
    facts: Sequence[ModuleFacts],
    symbols: SymbolTable,
    entries: Sequence[EntryPoint],
    routes: Sequence[Route],
) -> tuple[Schedule, ...]:
    """Return for each definition the longest time between two runs of those that timetables give it."""
    if not metadata.timetables:
        return ()
    named = _Named(metadata, facts, symbols, entries, routes)
    found: dict[DefinitionId, Schedule] = {}
    for one in sorted(metadata.timetables, key=lambda table: (table.told_in, table.line, table.path, table.first)):
        for identity in named.by(one):
            before = found.get(identity)
            if before is None or before.days < one.days:
                found[identity] = Schedule(identity, one.days, one.told_in, one.line)
    return tuple(found[identity] for identity in sorted(found))


class _Named:
    """What the words of a timetable may name."""

    def __init__(
        self,
        metadata: ProjectMetadata,
        facts: Sequence[ModuleFacts],
        symbols: SymbolTable,
        entries: Sequence[EntryPoint],
        routes: Sequence[Route],
    ) -> None:
        self.declared: dict[str, list[tuple[Declared, list[DefinitionId]]]] = {}
        self.words: dict[str, list[DefinitionId]] = {}
        self.by_end: dict[str, list[Route]] = {}
        for one, identities in outside_entries.definitions_of(metadata.declared, facts, symbols):
            self.declared.setdefault(one.path, []).append((one, identities))
            if one.group == "console_scripts":
                self.words.setdefault(one.name, []).extend(identities)
        for module in facts:
            if _COMMANDS in f".{module.module}":
                own = [one.id for one in module.definitions if one.name == "Command" or not one.qualified_name]
                self.words.setdefault(module.module.rpartition(".")[2], []).extend(own)
        for entry in entries:
            name = entry.definition.rpartition(".")[2].rpartition(":")[2]
            spellings = {entry.usage_key} if entry.kind == "task" else {name, name.replace("_", "-")}
            for word in spellings if entry.kind in ("task", "command") else ():
                self.words.setdefault(word, []).append(entry.definition)
        for route in routes:
            self.by_end.setdefault(_end(PARAMETER.sub("{}", route.template)), []).append(route)

    def by(self, table: Timetable) -> Iterator[DefinitionId]:
        """Yield the definitions that a timetable names."""
        for one, identities in self.declared.get(table.path, ()):
            if table.first <= one.line <= table.last:
                yield from identities
        for word in table.words:
            yield from self.words.get(word, ())
            if "/" in word:
                yield from (route.handler for route in self._requested(word))

    def _requested(self, word: str) -> Iterator[Route]:
        """Yield the routes that a URL or an absolute path may request; a proxy may prefix a URL."""
        is_url = "://" in word
        path = word.partition("://")[2].partition("/")[2] if is_url else word
        parts = [part for part in path.partition("?")[0].split("/") if part]
        if not parts or not (is_url or word.startswith("/")):
            return
        for route in (*self.by_end.get(parts[-1], ()), *self.by_end.get("{}", ())):
            wanted = [part for part in PARAMETER.sub("{}", route.template).split("/") if part]
            given = parts[-len(wanted) :]
            fits = len(given) == len(wanted) and all(w in (g, "{}") for g, w in zip(given, wanted, strict=True))
            whole = len(parts) == len(wanted)
            literal = set(wanted) != {"{}"}
            if fits and ((is_url and (whole or literal)) or (whole and literal)):
                yield route


def _end(template: str) -> str:
    return next((part for part in reversed(template.split("/")) if part), "")
