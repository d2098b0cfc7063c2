"""What uses scripts without importing them: tags of elements, components and functions that a framework finds itself.

In: two `ScriptView`s, a file that is gone. Out: the places of head that still use what it gave. Never judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from auditor.analysis.scripts.entries import PAGES
from auditor.analysis.scripts.read import stem
from auditor.analysis.scripts.resolving import folder_of
from auditor.model.script_change import Asking
from auditor.model.script_paths import SCRIPT_SUFFIXES
from auditor.pipeline.script_views import ScriptView

_FINDS_COMPONENTS = frozenset(("nuxt", "unplugin-vue-components"))
_FINDS_FUNCTIONS = frozenset(("nuxt", "unplugin-auto-import"))
_SHARED = ("composables", "utils", "stores")
"""Folders of which the exports are known everywhere."""


class Unimported:
    """Uses without imports, in head, of what files of base gave."""

    def __init__(self, base: ScriptView, head: ScriptView, dependencies: Mapping[str, frozenset[str]]) -> None:
        self.base, self.head, self._dependencies = base, head, dependencies

    def of_file(self, path: str) -> Iterator[Asking]:
        """Yield where head still uses the elements or the component of a file that is gone."""
        tags = set(self.base.facts(path).elements - self._elements)
        yield from self._tags(tags, (*PAGES, *SCRIPT_SUFFIXES)) if tags else ()
        if path.endswith(".vue") and "components" in path.split("/") and self._names(path) & _FINDS_COMPONENTS:
            taken = {name for one in self.head.scripts if one.endswith(".vue") for name in component_names(one)}
            yield from self._tags(component_names(path) - taken, (".vue",), imported=True)
        for name in sorted(self.base.facts(path).exports):
            yield from self.of_export(path, name)

    def of_export(self, path: str, name: str) -> Iterator[Asking]:
        """Yield where head still calls a function that every file knew without an import."""
        shared = folder_of(path).rpartition("/")[2] in _SHARED
        if not shared or name == "default" or not self._names(path) & _FINDS_FUNCTIONS:
            return
        called = re.compile(rf"(?<![\w$.]){re.escape(name)}\s*\(")
        own = re.compile(rf"\b(?:function|const|let|var)\s+{re.escape(name)}\b")
        texts = self.head.texts(self.head.naming([name]))
        if any(own.search(text) for text in texts.values()):
            return
        for one, text in sorted(texts.items()):
            found = called.search(text)
            if found is not None and not self._imports(one, name):
                yield Asking(one, text.count("\n", 0, found.start()) + 1)

    def _tags(self, names: Iterable[str], suffixes: Iterable[str], *, imported: bool = False) -> Iterator[Asking]:
        """Yield where tags stand; with `imported` not in files that import something so called."""
        for name in sorted(names):
            tag = re.compile(rf"<{re.escape(name)}(?=[\s/>])")
            for path, text in sorted(self.head.texts(self.head.naming([f"<{name}"], suffixes)).items()):
                found = tag.search(text)
                if found is not None and not (imported and self._imports(path, name)):
                    yield Asking(path, text.count("\n", 0, found.start()) + 1)

    def _imports(self, path: str, name: str) -> bool:
        """Return whether a file has something of a name, in any spelling, by an import of its own."""
        wanted = name.replace("-", "").lower()
        names = {one for found in self.head.facts(path).imports for one in (*found.names, stem(found.specifier))}
        return any(one.lower() == wanted for one in names)

    def _names(self, path: str) -> frozenset[str]:
        """Return the dependencies of the package that a file lies in."""
        folder = folder_of(path)
        while folder and folder not in self._dependencies:
            folder = folder_of(folder)
        return self._dependencies.get(folder, frozenset())

    @cached_property
    def _elements(self) -> frozenset[str]:
        """The tags that head defines."""
        paths = set(self.head.naming(["customElements"])) & self.head.scripts
        self.head.load(paths)
        return frozenset(name for path in paths for name in self.head.facts(path).elements)


def component_names(path: str) -> set[str]:
    """Return the tags by which a component is known without an import: by its file, and with its folders before."""
    inside = path.rpartition("components/")[2].split("/")[:-1]
    own = stem(path)
    words = [*(_pascal(one) for one in inside), _pascal(own)]
    long = ""
    for word in words:
        repeated = next((n for n in range(len(word), 0, -1) if long.endswith(word[:n]) and _is_end(word, n)), 0)
        long += word[repeated:]
    names = {_pascal(own), long}
    return names | {re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower() for name in names}


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[-_.]", name) if part)


def _is_end(word: str, length: int) -> bool:
    """Return whether a word of a name ends there, as `Recipe` does in `RecipeCard`."""
    return length == len(word) or word[length].isupper()
