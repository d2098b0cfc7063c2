"""Where a specifier of an import leads in one tree: relative, by tsconfig's `paths`, a workspace's package, an alias.

In: all paths of a tree, the texts of its `tsconfig*.json`, `jsconfig.json` and `package.json`. Out: paths. A package
from outside leads nowhere. Never reads a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath

SUFFIXES = (
    ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".json",
)  # fmt: skip
_WRITTEN = {".js": (".ts", ".tsx", ".jsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
"""What a suffix in a specifier may stand for: TypeScript names a `.ts` file by the `.js` that it becomes."""
_ALIAS = re.compile(r"[@~#]/|~(?=\w)|(?=src/|app/)")
_MOST_PARENTS = 5


class Project:
    """One tree, as its imports see it."""

    def __init__(self, paths: Iterable[str], settings: Mapping[str, str]) -> None:
        self.paths = frozenset(paths)
        self.manifests = {
            path: found
            for path, text in settings.items()
            if path.endswith("package.json") and isinstance(found := lenient(text), dict)
        }
        self.packages = {
            name: folder_of(path)
            for path, found in self.manifests.items()
            if isinstance(name := found.get("name"), str)
        }
        self._tables = {
            path: found
            for path, text in settings.items()
            if not path.endswith("package.json") and isinstance(found := lenient(text), dict)
        }
        self._installed = frozenset().union(*self.dependencies.values()) if self.manifests else frozenset()
        self._aliases: dict[str, list[tuple[str, str]]] = {}
        for path in sorted(self._tables):
            self._aliases.setdefault(folder_of(path), []).extend(self._paths_of(path, 0))

    @cached_property
    def dependencies(self) -> dict[str, frozenset[str]]:
        """The names of all dependencies by the folder of the `package.json` that has them."""
        found = {}
        for path, manifest in self.manifests.items():
            tables = (manifest.get(key) for key in ("dependencies", "devDependencies", "peerDependencies"))
            found[folder_of(path)] = frozenset(name for table in tables if isinstance(table, dict) for name in table)
        return found

    def resolve(self, importer: str, specifier: str) -> str | None:
        """Return the file that an import of a file leads to; None for what lies outside or is not there."""
        plain = specifier.partition("?")[0].partition("!")[0] or specifier
        folder = folder_of(importer)
        if plain.startswith("."):
            return self.at(_joined(folder, plain))
        if plain.startswith("/"):
            return self._rooted(folder, plain.lstrip("/"))
        if self._is_foreign(plain):
            return None
        return self.by_alias(importer, plain) or self._packaged(plain) or self._aliased(folder, plain)

    def by_alias(self, importer: str, plain: str) -> str | None:
        """Return the file that a specifier means by tsconfig's `paths` alone."""
        for base in _parents(folder_of(importer)):
            for pattern, target in self._aliases.get(base, ()):
                found = self.at(target.replace("*", rest)) if (rest := _fits(pattern, plain)) is not None else None
                if found is not None:
                    return found
        return None

    def aliases(self, folder: str) -> tuple[tuple[str, str], ...]:
        """Return the (pattern, target) of the settings that hold in a folder."""
        return tuple(one for base in _parents(folder) for one in self._aliases.get(base, ()))

    def _is_foreign(self, plain: str) -> bool:
        """Return whether a specifier names a package that the project installs: a folder so called is not meant."""
        parts = plain.split("/")
        name = "/".join(parts[:2]) if plain.startswith("@") else parts[0]
        return name in self._installed and name not in self.packages

    def at(self, place: str) -> str | None:
        """Return the file that a path without its suffix, of a folder, or in full names."""
        if place in self.paths:
            return place
        stem, dot, suffix = place.rpartition(".")
        for other in _WRITTEN.get(f"{dot}{suffix}", ()):
            if f"{stem}{other}" in self.paths:
                return f"{stem}{other}"
        inner = f"{place}/index" if place else "index"
        return next((one for base in (place, inner) for end in SUFFIXES if (one := f"{base}{end}") in self.paths), None)

    def aliases_of(self, path: str) -> Iterator[str]:
        """Yield what may stand for a file in an import although it is not part of its path."""
        for folder, entries in self._aliases.items():
            for pattern, target in entries:
                if "*" not in pattern and self.at(target) == path and path.startswith(folder):
                    yield pattern
        for name, folder in self.packages.items():
            if self._packaged(name) == path and path.startswith(folder):
                yield name

    def _rooted(self, folder: str, plain: str) -> str | None:
        """Return what a path from a server's root leads to: the nearest folder around that has it."""
        for base in _parents(folder):
            for inner in ("", "public", "static", "src"):
                if (found := self.at(_joined(base, f"{inner}/{plain}"))) is not None:
                    return found
        return None

    def _packaged(self, plain: str) -> str | None:
        """Return what the name of one of the tree's own packages leads to."""
        parts = plain.split("/")
        for count in (2, 1):
            name = "/".join(parts[:count])
            if name in self.packages and len(parts) >= count:
                folder, inner = self.packages[name], "/".join(parts[count:])
                places = [inner, f"src/{inner}"] if inner else [*self._mains(folder), "src/index", "index", "src/main"]
                return next((one for place in places if (one := self.at(_joined(folder, place))) is not None), None)
        return None

    def _mains(self, folder: str) -> list[str]:
        manifest = self.manifests[_joined(folder, "package.json")]
        return [value for key in ("source", "main", "module", "types") if isinstance(value := manifest.get(key), str)]

    def _aliased(self, folder: str, plain: str) -> str | None:
        """Return the one file that an alias of a bundler may mean: whose path ends so, in the same part of the tree."""
        found = _ALIAS.match(plain)
        tail = plain[found.end() :] if found is not None else ""
        if "/" not in plain or not tail:
            return None
        for base in _parents(folder):
            for inner in ("src", "app", "", "lib", "assets", "static"):
                if (one := self.at(_joined(base, f"{inner}/{tail}"))) is not None:
                    return one
        return None

    def _paths_of(self, path: str, depth: int) -> list[tuple[str, str]]:
        """Return the aliases of a tsconfig as (pattern, target in the tree), those it extends behind its own."""
        table, folder = self._tables.get(path), folder_of(path)
        if table is None or depth > _MOST_PARENTS:
            return []
        options = table.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        base = options.get("baseUrl")
        root = _joined(folder, base) if isinstance(base, str) else folder
        named = options.get("paths")
        found = [
            (pattern, _joined(root, target))
            for pattern, targets in (named.items() if isinstance(named, dict) else ())
            for target in (targets if isinstance(targets, list) else ())
            if isinstance(target, str)
        ]
        if isinstance(base, str):
            found.append(("*", _joined(root, "*")))
        extends = table.get("extends")
        for one in extends if isinstance(extends, list) else [extends]:
            if isinstance(one, str) and one.startswith("."):
                other = _joined(folder, one)
                found += self._paths_of(other if other in self._tables else f"{other}.json", depth + 1)
        return found


def folder_of(path: str) -> str:
    """Return the folder of a path, `""` for the top."""
    return path.rpartition("/")[0]


def lenient(text: str) -> object:
    """Return a JSON text's value, comments and trailing commas allowed; None where it is none."""
    bare = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?(?:\*/|\Z)', lambda found: found[1] or "", text, flags=re.S)
    try:
        return json.loads(re.sub(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])', lambda found: found[1] or "", bare))
    except (ValueError, RecursionError):
        return None


def _joined(folder: str, place: str) -> str:
    found = normpath(f"{folder}/{place}" if folder else place).strip("/")
    return "" if found == "." else found


def _parents(folder: str) -> Iterator[str]:
    """Yield a folder and all around it, the top last."""
    while folder:
        yield folder
        folder = folder_of(folder)
    yield ""


def _fits(pattern: str, specifier: str) -> str | None:
    """Return what the star of a pattern stands for in a specifier, None where it does not fit."""
    before, star, after = pattern.partition("*")
    if not star:
        return "" if pattern == specifier else None
    inside = specifier.startswith(before) and specifier.endswith(after) and len(specifier) >= len(before) + len(after)
    return specifier[len(before) : len(specifier) - len(after)] if inside else None


def ends_of_specifiers(path: str) -> tuple[str, ...]:
    """Return texts of which one stands in every import of a file, but for imports of an index file from beside it."""
    place = PurePosixPath(path)
    names = {place.name.partition(".")[0]}
    if place.name.startswith("index."):
        names = {place.parent.name, "index"} - {""}
    ends = [f"/{name}{end}" for name in sorted(names) for end in ("'", '"', "`", ".", "?")]
    return (*ends, *(text for name in sorted(names) for text in in_quotes(name)))


def in_quotes(name: str) -> tuple[str, str]:
    """Return a name as a text of a script."""
    return f"'{name}'", f'"{name}"'
