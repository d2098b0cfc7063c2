"""JavaScript and TypeScript files -> what they import, by line, and the names of components that are theirs.

In: a file's path and text; the paths of all such files. Out: `Script`s, and who imports whom. By text alone: what Knip
resolves is Knip's to say, and this only adds doubt, and an order, to what it reports. Never runs anything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from posixpath import normpath

import msgspec

_IMPORT = re.compile(r"""(?:\bfrom|\bimport|\brequire|\bmock|\bURL)\s*\(?\s*(['"`])([^'"`\n$]+)\1""")
_TRACKED = re.compile(r"""\b(?:t|useT)rackComponent\(\s*(['"`])([^'"`\n$]+)\1""")
_EXPORTED = re.compile(
    r"export\s+(?:default\s+)?(?:async\s+)?(?:abstract\s+)?(?:function\*?|class|const|let|var)\s+(\w+)"
)
_DEFAULT = re.compile(r"export\s+default\s+(?:\w+\.)?(?:memo|forwardRef|observer)?\(?\s*(\w+)")
_ALIAS = re.compile(r"[@~#]/?|src/|\./")


class Script(msgspec.Struct, frozen=True):
    """One file: `imports` are (line, specifier); `components` are names under which browsers may count it."""

    path: str
    imports: tuple[tuple[int, str], ...] = ()
    components: frozenset[str] = frozenset()


def stem(path: str) -> str:
    """Return what people call a file: `InvoiceTable` for `InvoiceTable.tsx` and `InvoiceTable/index.ts`."""
    found = PurePosixPath(path)
    name = found.name.partition(".")[0]
    return found.parent.name if name == "index" and found.parent.name else name


def folded(name: str) -> str:
    """Return what all spellings of a name have in common: `invoice-table`, `InvoiceTable` and `invoice_table`."""
    return re.sub(r"[\W_]", "", name).lower()


def read(path: str, text: str) -> Script:
    """Return what a file's text says."""
    imports = tuple((text.count("\n", 0, found.start()) + 1, found.group(2)) for found in _IMPORT.finditer(text))
    names = {found.group(2) for found in _TRACKED.finditer(text)}
    return Script(path, imports, frozenset(names) | declared(text))


def declared(text: str) -> frozenset[str]:
    """Return the names under which a file's text exports functions, classes and constants."""
    return frozenset(found.group(1) for pattern in (_EXPORTED, _DEFAULT) for found in pattern.finditer(text))


def importers(scripts: Iterable[Script], targets: Iterable[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return for each of `targets` the (path, line) of the files that may import it, itself left out, sorted.

    A specifier that an alias may stand in (`@/widgets/table`) means every target that its end fits.
    """
    by_place: dict[str, set[str]] = {}
    for target in targets:
        for place in _places(target):
            by_place.setdefault(place, set()).add(target)
    found: dict[str, set[tuple[str, int]]] = {target: set() for target in targets}
    for script in scripts:
        for line, specifier in script.imports:
            for target in _meant(script.path, specifier, by_place):
                if target != script.path:
                    found[target].add((script.path, line))
    return {target: tuple(sorted(places)) for target, places in found.items()}


def _places(path: str) -> Iterator[str]:
    """Yield what may be written to import a file, without its leading directories' aliases."""
    yield path
    bare = path
    while (suffix := PurePosixPath(bare).suffix) and "/" not in suffix:
        bare = bare[: -len(suffix)]
        yield bare
        yield f"{bare}.js"  # TypeScript's own way to name a `.ts` file
    if PurePosixPath(bare).name == "index":
        yield str(PurePosixPath(bare).parent)


def _meant(importer: str, specifier: str, by_place: Mapping[str, set[str]]) -> set[str]:
    plain = specifier.partition("?")[0]
    if plain.startswith("."):
        return by_place.get(normpath(str(PurePosixPath(importer).parent / plain)), set())
    tail = _ALIAS.sub("", plain.lstrip("/"), count=1)
    if "/" not in tail and tail == plain:
        return set()  # a package's name
    return {
        one for place, targets in by_place.items() if place == tail or place.endswith(f"/{tail}") for one in targets
    }
