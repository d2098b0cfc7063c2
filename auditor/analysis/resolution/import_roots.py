"""Which directories stand on `sys.path` when a file runs: what an absolute import in it may mean beside it or above.

In: all ModuleFacts. Out: dotted names as the importing file means them. Never reads a file, never follows a name.
An absolute import inside a regular package means a sibling only where that has what is imported: the directory may be
on `PYTHONPATH` all the same. A directory without `__init__.py` may be the script directory, or the one a test runner
inserts; so may one whose `__init__.py` is a stray: no import goes through it.
"""

import re
import sys
from collections.abc import Iterable, Iterator

from auditor.model.code import ModuleFacts, package_of

_NAME = re.compile(r"(?<![\w.'#<>)\]])[^\W\d]\w*(?:\.\w+)*")
"""The dotted names in a type expression."""
_FIRST = re.compile(r"(?<![\w.'#<>)\]])[^\W\d]\w*")
"""What they begin with."""


class ImportRoots:
    """Knows the modules and packages of the project by name, and from where a first name can be imported."""

    def __init__(self, facts: Iterable[ModuleFacts]) -> None:
        self.modules: dict[str, ModuleFacts] = {}
        self.packages: set[str] = set()
        self.tops: set[str] = set()
        self._floating: set[str] = set()
        self.fixed: set[str] = set()
        self._loose: dict[str, list[str]] = {}
        self._through: set[str] | None = None
        for one in facts:
            self._place(one)

    def _place(self, facts: ModuleFacts) -> None:
        """Note a module, its packages, and the names by which scripts beside it may import it."""
        self.modules.setdefault(facts.module, facts)
        if "/" in facts.module:
            return
        parents = tuple(_parents(facts.module))
        self.packages.update(parents)
        self.tops.add(facts.module.partition(".")[0])
        for name in (facts.module, *parents):
            self._floating.add(name.rpartition(".")[2])
        folder, _, last = facts.module.rpartition(".")
        if folder and not facts.is_package:
            self._loose.setdefault(last, []).append(folder)

    def near(self, module: str, name: str) -> str:
        """Return a dotted name as `module` means it: what lies in a directory around it that is an import root.

        Else the only such file in a folder below the same top that is no package, put on `sys.path` by the script.
        """
        if "[" in name or "{" in name:
            if all(first in self.fixed or self._is_fixed(first) for first in _FIRST.findall(name)):
                return name
            return _NAME.sub(lambda found: self.near(module, found[0]), name)
        first = name.partition(".")[0]
        if first in self.fixed or self._is_fixed(first):
            return name
        first = first.removesuffix("()")
        for folder in self._around(module, first):
            is_root = not self._is_package(folder) or not self._is_imported_through(folder)
            if is_root or (f"{folder}.{first}" != module and self._has(f"{folder}.{name}")):
                return f"{folder}.{name}"
        loose = [folder for folder in self._loose.get(first, ()) if folder not in self.modules]
        below = [folder for folder in loose if folder.partition(".")[0] == module.partition(".")[0]]
        return f"{below[0]}.{name}" if len(below) == 1 else name

    def _is_fixed(self, first: str) -> bool:
        """Return whether names that begin so mean the same everywhere; remembered, for nearly all do."""
        name = first.removesuffix("()")
        if name not in self.tops and name in self._floating and name not in sys.stdlib_module_names:
            return False
        self.fixed.add(first)
        return True

    def _has(self, name: str) -> bool:
        """Return whether a module's own code or a submodule is what a name says: then it is the module meant.

        A package that is imported as one may be a script directory as well (`src/`, on `PYTHONPATH` in production).
        """
        for end in range(name.count(".") + 1, 1, -1):
            parts = name.split(".")
            module = self.modules.get(".".join(parts[: end - 1]))
            if module is not None:
                wanted = parts[end - 1].removesuffix("()")
                return any(one.qualified_name == wanted and one.kind != "import" for one in module.definitions)
        return False

    def _around(self, module: str, first: str) -> Iterator[str]:
        """Yield the folders around a module, innermost first, that hold a module or package of that name."""
        folder = module.rpartition(".")[0]
        while folder:
            beside = f"{folder}.{first}"
            if beside in self.modules or beside in self.packages:
                yield folder
            folder = folder.rpartition(".")[0]

    def _is_package(self, folder: str) -> bool:
        return folder in self.modules and self.modules[folder].is_package

    def _is_imported_through(self, folder: str) -> bool:
        """Return whether imports go through a regular package, or through one that it is part of."""
        if self._through is None:
            self._through = set()
            for one in self.modules.values():
                for target in (*(fact.target for fact in one.imports), *one.star_imports):
                    self._through.update(self._packages_on(one, target))
        while self._is_package(folder):
            if folder in self._through:
                return True
            folder = folder.rpartition(".")[0]
        return False

    def _packages_on(self, importing: ModuleFacts, target: str) -> Iterator[str]:
        """Yield the regular packages an import goes through; inside a package below them it says nothing of them."""
        if target.partition(".")[0] not in self.tops:
            roots = (one for one in self._around(importing.module, target.partition(".")[0]))
            target = next((f"{one}.{target}" for one in roots if not self._is_package(one)), "")
        here = package_of(importing.module, is_package=importing.is_package)
        for package in _parents(target):
            below = target[len(package) + 1 :].partition(".")[0]
            inside = f"{here}.".startswith(f"{package}.{below}.")
            if self._is_package(package) and not inside:
                yield package


def _parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))
