"""Every place that holds the symbol's name or leads to it, and what each is.

In: the target, the program, the files' text. Out: `Found`. Nothing is left out: what is not to be changed is counted
with its reason.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec

from auditor.model.code import DefinitionId
from auditor.model.graph import Edge
from auditor.model.retirement import Aside, LongerName, MatchKind, Occurrence, OtherThing, RelationName, Target
from auditor.model.tables import DataTable
from auditor.plan.retire.nearby import directories, lines_with, one_of, related_names
from auditor.plan.retire.program import Program
from auditor.plan.retire.python_text import Piece, pieces
from auditor.plan.retire.spellings import Hit, Spellings
from auditor.plan.retire.wording import what_of_edges, what_of_line

_LONGEST_TEXT = 120
_FIRST_LINES = 20
_DECLARED = re.compile(
    r"^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(?:interface|type|class|enum|const|let|var|function|input|message|union|scalar|fragment)\s+(\w+)"
)
_LISTED = re.compile(r"^\s*\w+(?:\s+as\s+\w+)?\s*,?\s*\)?\s*(?:#.*)?$")
_BLOCK_OPENS = re.compile(r"^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
                          r"(?:interface|type|class|enum|function|input|message)\b")  # fmt: skip
_SCRIPT = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte)$")
_SPECIFIER = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)["']([^"'\n]+)["']""")
_CODE = re.compile(
    r"\.(?:py|pyi|[cm]?[jt]sx?|vue|svelte|sql|prisma|graphql|gql|proto|json[c5]?|ya?ml|toml|ini|cfg|sh|bash|go|rs|rb|java|"
    r"kt|php|cs|swift)$|(?:^|/)(?:Makefile|Dockerfile|Procfile)[^/]*$"
)
_LABELS = re.compile(r"(?:^|/)(?:intl|i18n|locales?|translations?|messages|langs?|ISSUE_TEMPLATE)/")
_MOST_BLOCK_LINES = 2000


class Found(msgspec.Struct, frozen=True):
    """All places. `occurrences` are what has to change, sorted by path and line.

    `imports` are the modules that each JavaScript and TypeScript file names in its imports.
    """

    occurrences: tuple[Occurrence, ...]
    others: tuple[OtherThing, ...]
    longer: tuple[LongerName, ...]
    weak: tuple[Aside, ...]
    binary: tuple[str, ...]
    relations: tuple[RelationName, ...] = ()
    directories: tuple[str, ...] = ()
    imports: Mapping[str, tuple[str, ...]] = {}


class Finder:
    """Collects places file by file. Feed it with `add`, then ask for `found`."""

    def __init__(
        self, target: Target, spellings: Spellings, program: Program, tables: Iterable[DataTable], listed: Iterable[str]
    ) -> None:
        """Look for `target`; `tables` are those of the project as of today, `listed` all paths."""
        self.target = target
        self.small, self.large = directories(spellings, listed)
        self.spellings = spellings
        self.program = program
        self.occurrences: dict[tuple[str, int], Occurrence] = {}
        self.others: dict[tuple[str, int, str], OtherThing] = {}
        self.longer: dict[str, list[str]] = {}
        self.weak: dict[str, list[int]] = {}
        self.binary: list[str] = []
        self.imports: dict[str, tuple[str, ...]] = {}
        today = set(tables).intersection(target.tables)
        self.schema = {(one.path, one.line): one for one in today if one.framework == "prisma"}
        self.related = related_names(target)
        self.other_names = one_of(self.related)
        self.lowered = {name.lower() for name in (self.spellings.needle, *self.spellings.tables)}
        self.lowered_names = {name.lower() for name in self.related}
        self.reached: dict[str, list[str]] = {}
        self.pointing = {(key.path, key.line): key for table in today for key in table.referenced_by}

    def words(self) -> re.Pattern[bytes]:
        """Return what a file must hold, of its bytes, to be worth looking into."""
        names = [self.spellings.raw.pattern, *(re.escape(name).encode() for name in sorted(self.related))]
        return re.compile(b"|".join(names), re.IGNORECASE)

    def needles(self) -> tuple[bytes, ...]:
        """Return lower-case bytes of which every file that `words` matches holds one: quick to look for."""
        return tuple(sorted(name.encode() for name in self.lowered | self.lowered_names))

    def add_binary(self, path: str, content: bytes) -> None:
        """Look into a binary file."""
        self._path(path)
        if self.spellings.in_binary.search(content):
            self.binary.append(path)

    def add(self, path: str, text: str) -> None:
        """Look into one file."""
        self._path(path)
        lines = text.split("\n")
        for line, names in lines_with(self.other_names, lines, self.lowered_names).items() if self.other_names else ():
            for name in names:
                self.reached.setdefault(name, []).append(f"{path}:{line}")
        if _SCRIPT.search(path):
            self.imports[path] = tuple(_SPECIFIER.findall(text))
        held = lines_with(self.spellings.pattern, lines, self.lowered)
        cut = pieces(text) if self.program.parsed(path) else None
        if cut is not None:
            self._python(path, lines, cut, held)
        else:
            self._plain(path, lines, held)

    def found(self) -> Found:
        """Return everything, sorted."""
        return Found(
            tuple(one for _, one in sorted(self.occurrences.items())),
            tuple(one for _, one in sorted(self.others.items())),
            tuple(
                LongerName(name, len(places), tuple(sorted(set(places))), self.program.users_named(name))
                for name, places in sorted(self.longer.items(), key=lambda row: (-len(row[1]), row[0]))
            ),
            tuple(
                Aside(path, len(lines), tuple(sorted(set(lines))[:_FIRST_LINES]))
                for path, lines in sorted(self.weak.items())
            ),
            tuple(sorted(self.binary)),
            tuple(
                RelationName(name, self.related[name], tuple(places))
                for name, places in sorted(self.reached.items())
                if set(places) - {self.related[name]}
            ),
            tuple(sorted(self.large)),
            self.imports,
        )

    def _path(self, path: str) -> None:
        around, _, stem = path.rpartition("/")
        name = stem
        while stem:
            if self.spellings.is_name(stem):
                self._occur(path, 0, "path", name, path, "its name is the symbol's")
                return
            stem = stem.rpartition(".")[0]
        inside = next((one for one in self.small if f"{around}/".startswith(f"{one}/")), None)
        if inside is not None:
            self._occur(path, 0, "path", name, path, f"it lies in `{inside}/`, which has the symbol's name")

    def _python(self, path: str, lines: list[str], cut: Iterable[Piece], held: Mapping[int, list[str]]) -> None:
        for block in self.program.blocks.get(path, ()):
            self._occur(path, block.line, "definition", block.name, lines[min(block.line, len(lines)) - 1],
                        f"delete it, lines {block.line} to {block.end_line}", block.id, block.end_line)  # fmt: skip
        for key in (key for place, key in sorted(self.pointing.items()) if place[0] == path):
            if self.program.block_at(path, key.line) is None and key.line <= len(lines):
                what = f"remove the foreign key `{key.column}` of the table `{key.table}`"
                around = self.program.enclosing(path, key.line)
                within = around.id if around else ""
                self._occur(path, key.line, "reference", self.target.name, lines[key.line - 1], what, within)
        for line, edges in self.program.uses.get(path, {}).items():
            if self.program.block_at(path, line) is None and line <= len(lines):
                if _opens_import(edges, lines[line - 1], self.target.name):
                    continue  # the line in the parentheses is the one to go
                self._reference(path, line, lines[line - 1], edges)
        for piece in cut:
            if piece.line in held and self.program.block_at(path, piece.line) is None:
                for hit in self.spellings.hits(piece.text):
                    self._python_hit(path, lines[piece.line - 1], piece, hit)

    def _reference(self, path: str, line: int, text: str, edges: list[Edge]) -> None:
        around = self.program.enclosing(path, line)
        what = what_of_edges(edges, self.program.meant)
        self._occur(path, line, "reference", self.target.name, text, what, around.id if around else "")

    def _python_hit(self, path: str, text: str, piece: Piece, hit: Hit) -> None:
        if hit.kind == "longer":
            self.longer.setdefault(hit.text, []).append(path)
        elif piece.kind in ("name", "attribute"):
            if hit.kind == "exact":
                self._python_name(path, text, piece, hit)
        elif hit.kind == "plain" or (self.spellings.single and not self._names_it(piece, hit)):
            self.weak.setdefault(path, []).append(piece.line)
        else:
            self._spelled(path, piece.line, text, hit)

    def _names_it(self, piece: Piece, hit: Hit) -> bool:
        """Return whether a string names the symbol of one word, rather than to speak of it."""
        if hit.text in self.spellings.tables:
            return True
        return (
            piece.kind == "string"
            and re.fullmatch(rf"(?:[\w.:/-]*[.:/])?{re.escape(hit.text)}(?:\.\w+)*", piece.whole) is not None
        )

    def _python_name(self, path: str, text: str, piece: Piece, hit: Hit) -> None:
        line = piece.line
        if (path, line) in self.occurrences and self.occurrences[path, line].kind == "reference":
            return
        around = self.program.enclosing(path, line)
        within = around.id if around else ""
        own = hit.text == self.target.name
        why = ""
        if own or not self.program.related(path, line):
            why = self.program.other_meaning(path, line, hit.text) if piece.kind == "name" else ""
            if not why and not own and self.program.meant:
                where = f"`{within}`" if within else "this file"
                why = f"no reference leads from {where} to `{self.program.meant[0]}`"
        if why:
            self.others.setdefault((path, line, hit.text), OtherThing(path, line, hit.text, why, within))
        elif own and path in self.program.uses:
            what = "remove the import" if _LISTED.match(text) and not within else "remove the use"
            self._occur(path, line, "reference", hit.text, text, what, within)
        elif own or not self.program.meant:
            self._occur(path, line, "text", hit.text, text, "not resolved: look what it is", within)
        else:
            self._occur(path, line, "named", hit.text, text, "goes with what it holds", within)

    def _plain(self, path: str, lines: list[str], held: Mapping[int, list[str]]) -> None:
        skip_to = 0
        opened = {table.line for place, table in self.schema.items() if place[0] == path}
        for number in sorted(opened | held.keys()):
            text = lines[number - 1]
            table = self.schema.get((path, number))
            if table is not None:
                what = f"delete the block, lines {table.line} to {table.end_line}"
                self._occur(path, number, "definition", table.model, text, what, "", table.end_line)
                skip_to = table.end_line
            if number > skip_to:
                skip_to = self._plain_line(path, lines, number, text) or skip_to

    def _plain_line(self, path: str, lines: list[str], number: int, text: str) -> int:
        """Look into one line; return where a declaration of the symbol that begins there ends, 0 where none does."""
        for hit in self.spellings.hits(text, prose=_is_prose(path)):
            if hit.kind == "longer":
                self.longer.setdefault(hit.text, []).append(path)
            elif hit.kind == "plain":
                self.weak.setdefault(path, []).append(number)
            else:
                declared = _DECLARED.match(text)
                if declared and declared.start(1) == hit.start:
                    end = _block_end(lines, number) if _BLOCK_OPENS.match(text) else number
                    span = f", lines {number} to {end}" if end > number else ""
                    self._occur(path, number, "definition", hit.text, text, f"delete the declaration{span}", "", end)
                    return end
                self._spelled(path, number, text, hit)
        return 0

    def _spelled(self, path: str, line: int, text: str, hit: Hit) -> None:
        around = self.program.enclosing(path, line) if self.program.parsed(path) else None
        self._occur(path, line, "text", hit.text, text, what_of_line(path, text, hit.text), around.id if around else "")

    def _occur(
        self, path: str, line: int, kind: MatchKind, spelling: str, text: str, what: str,
        within: DefinitionId = "", end_line: int = 0,
    ) -> None:  # fmt: skip
        known = self.occurrences.get((path, line))
        if known is None:
            shown = _around(text, spelling)
            self.occurrences[path, line] = Occurrence(path, line, kind, spelling, shown, what, within, end_line)
        elif kind == known.kind:
            self.occurrences[path, line] = msgspec.structs.replace(known, count=known.count + 1)


def _opens_import(edges: list[Edge], text: str, name: str) -> bool:
    """Return whether a line only opens an import whose names stand on lines of their own, the target's among them."""
    alone = all(edge.kind == "import" and edge.target.rpartition(":")[2] == name for edge in edges)
    return alone and text.split("#")[0].rstrip().endswith("(")


def _is_prose(path: str) -> bool:
    """Return whether a file holds sentences, labels and templates: there a capital does not make a name."""
    return _CODE.search(path) is None or _LABELS.search(path) is not None


def _around(text: str, spelling: str) -> str:
    """Return a line without its indentation, cut around the spelling where it is long."""
    stripped = text.strip()
    if len(stripped) <= _LONGEST_TEXT:
        return stripped
    start = max(0, stripped.find(spelling) - _LONGEST_TEXT // 3)
    cut = stripped[start : start + _LONGEST_TEXT]
    return ("…" if start else "") + cut + ("…" if start + _LONGEST_TEXT < len(stripped) else "")


def _block_end(lines: list[str], first: int) -> int:
    """Return the line on which the braces that open at `first` close again; `first` where none open."""
    depth, opened = 0, False
    for number in range(first, min(len(lines), first + _MOST_BLOCK_LINES) + 1):
        text = lines[number - 1]
        depth += text.count("{") - text.count("}")
        opened = opened or "{" in text
        if opened and depth <= 0:
            return number
        if not opened and (text.rstrip().endswith(";") or number > first + 1):
            return first
    return first
