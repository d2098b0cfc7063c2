"""Programs of real source text, drawn at random and written to break a planner, and what running them says.

`draw(seed)` gives the files of a program: packages that re-export, star imports, every form of `__all__`, imports in
circles, below functions, guarded and for types only, class hierarchies, conditional twins, decorators, tests with
fixtures and `mock.patch`. Each function says its own name and what it calls, so the output of `main()` tells whether
anything changed.
"""

import random
from collections.abc import Iterator

from tests.plan.forms import CLASSES, FUNCTIONS

MODULES = (
    "zapp.core",
    "zapp.models",
    "zapp.sub.a",
    "zapp.sub.b",
    "zapp.sub.deep.c",
    "zapp.other",
    "zextra",
    "zapp.last",
)
PACKAGES = ("zapp", "zapp.sub", "zapp.sub.deep")
MAIN = "zmain"


def draw(seed: int) -> dict[str, str]:
    """Return path -> source of the program of a seed."""
    return _Drawing(random.Random(seed)).files()


class _Module:
    def __init__(self, name: str) -> None:
        self.name = name
        self.imports: list[str] = []
        self.head: list[str] = []
        self.body: list[str] = []
        self.bound: set[str] = set()
        self.public: list[str] = []
        self.functions: list[str] = []
        self.classes: list[str] = []
        self.constants: list[str] = []

    def text(self) -> str:
        lines = [*dict.fromkeys(self.imports), "", *self.head, "", *self.body]
        return "\n".join(lines).strip("\n") + "\n" if any(lines) else ""


class _Drawing:
    """One program. Names are unique in the whole program, so what a name means is never in doubt."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.modules = {name: _Module(name) for name in (*PACKAGES, *rng.sample(MODULES, rng.randint(3, len(MODULES))))}
        self.count = 0
        self.re_exported: dict[str, list[str]] = {}
        self.methods: dict[str, list[str]] = {}

    def files(self) -> dict[str, str]:
        plain = [module for name, module in self.modules.items() if name not in PACKAGES]
        for module in plain:
            self.define(module)
        for module in plain:
            self.use(module, plain)
        self.packages(plain)
        for module in plain:
            if self.rng.random() < 0.4:
                module.head += self.exports(module.public)
        found = {_path(module.name): module.text() for module in self.modules.values()}
        found[_path(MAIN)] = self.main(plain)
        return found | self.tests(plain)

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # Definitions

    def define(self, module: _Module) -> None:
        for _ in range(self.rng.randint(1, 4)):
            self.rng.choice((self.function, self.function, self.klass, self.constant, self.twins, self.special))(module)

    def function(self, module: _Module) -> None:
        name = self.fresh("_f" if self.chance(0.2) else "f")
        module.functions.append(name)
        module.public.append(name)

    def constant(self, module: _Module) -> None:
        name = self.fresh("C")
        value = self.rng.choice(("1", "'a'", "[1, 2]", "{'k': 1}", "len('abc')"))
        form = self.rng.random()
        if form < 0.2:
            other = self.fresh("C")
            module.head.append(f"{name} = {other} = {value}")
            module.constants.append(other)
        elif form < 0.4:
            other = self.fresh("C")
            module.head.append(f"{name}, {other} = {value}, 2")
            module.constants.append(other)
        elif form < 0.6:
            module.head.append(f"{name}: object = {value}")
        else:
            module.head.append(f"{name} = {value}")
        module.constants.append(name)
        module.public.append(name)

    def twins(self, module: _Module) -> None:
        self.form(module, self.fresh("f"), FUNCTIONS)

    def special(self, module: _Module) -> None:
        name = self.fresh("K")
        self.form(module, name, CLASSES)
        module.constants.append(name)

    def form(self, module: _Module, name: str, forms: tuple[str, ...]) -> None:
        module.head += self.rng.choice(forms).replace("NAME", name).strip("\n").splitlines()
        module.public.append(name)

    def klass(self, module: _Module) -> None:
        name = self.fresh("K")
        module.classes.append(name)
        module.public.append(name)
        self.methods[name] = self.rng.sample(("alpha", "beta", "gamma"), self.rng.randint(1, 3))

    # Uses

    def use(self, module: _Module, plain: list[_Module]) -> None:
        for name in module.classes:
            module.body += self.class_text(name, module, plain)
        for name in module.functions:
            decorated = self.chance(0.15)
            if decorated:
                wrapper = self.fresh("_wrap")
                module.body += [f"def {wrapper}(inner):", "    return inner", "", f"@{wrapper}"]
            module.body += [f"def {name}(n=2):", *self.body_of(name, module, plain), ""]
        if self.chance(0.3) and module.functions:
            name = self.fresh("C")
            module.body.append(f"{name} = {{'key': {self.rng.choice(module.functions)}}}")
            module.constants.append(name)

    def class_text(self, name: str, module: _Module, plain: list[_Module]) -> Iterator[str]:
        base = ""
        earlier = [(other, one) for other in plain for one in other.classes if _number(one) < _number(name)]
        if earlier and self.chance(0.6):
            owner, found = self.rng.choice(earlier)
            base = f"({self.at_top(found, module, owner)})"
        yield f"class {name}{base}:"
        for method in self.methods[name]:
            yield f"    def {method}(self, n=2):"
            for line in self.body_of(f"{name}.{method}", module, plain):
                yield f"    {line}"
        if self.chance(0.3):
            yield "    @staticmethod"
            yield f"    def make_{name}():"
            yield f"        return {name}()"
        yield ""

    def body_of(self, says: str, module: _Module, plain: list[_Module]) -> list[str]:
        lines, parts = [f"    if n <= 0: return '{says}'"], []
        for _ in range(self.rng.choice((0, 0, 1, 1, 2))):
            owner = self.rng.choice([module, *plain])
            before, expression = self.call(module, owner)
            lines += [f"    {line}" for line in before]
            parts.append(expression)
        return [*lines, "    return " + " + ".join((f"'{says}'", *parts))]

    def call(self, module: _Module, owner: _Module) -> tuple[list[str], str]:
        """Return lines and an expression that use something of another module."""
        kind = self.rng.random()
        if kind < 0.6 and owner.functions:
            before, name = self.bind(self.rng.choice(owner.functions), module, owner)
            return before, f"{name}(n - 1)"
        if kind < 0.8 and owner.classes:
            name = self.rng.choice(owner.classes)
            before, bound = self.bind(name, module, owner)
            return before, f"{bound}().{self.rng.choice(self.methods[name])}(n - 1)"
        if owner.constants:
            before, name = self.bind(self.rng.choice(owner.constants), module, owner)
            return before, f"str({name})[:1]"
        return [], "''"

    def at_top(self, name: str, module: _Module, owner: _Module) -> str:
        if owner is module:
            return name
        module.imports.append(f"from {owner.name} import {name}")
        return name

    def bind(self, name: str, module: _Module, owner: _Module) -> tuple[list[str], str]:
        """Return lines to put first and the expression that means `name` of `owner` in `module`."""
        if owner is module:
            return [], name
        package, _, short = owner.name.rpartition(".")
        form = self.rng.randint(0, 8)
        if form == 0:
            module.imports.append(f"import {owner.name}")
            return [], f"{owner.name}.{name}"
        if form == 1:
            alias = f"m_{short}"
            module.imports.append(f"import {owner.name} as {alias}")
            return [], f"{alias}.{name}"
        if form == 2 and package:
            module.imports.append(f"from {package} import {short}")
            return [], f"{short}.{name}"
        if form == 3:
            alias = f"x_{name}"
            return [f"from {owner.name} import {name} as {alias}"], alias
        if form == 4:
            return [f"from {owner.name} import {name}"], name
        if form == 5 and package:
            self.re_exported.setdefault(package, []).append(f"{owner.name} {name}")
            return [f"from {package} import {name} as r_{name}"], f"r_{name}"
        if form == 6:
            return ["import importlib"], f"getattr(importlib.import_module('{owner.name}'), '{name}')"
        if form == 7:
            module.imports += ["from typing import TYPE_CHECKING", f"if TYPE_CHECKING: from {owner.name} import {name}"]
            return [f"from {owner.name} import {name}"], name
        return [f"import {owner.name}"], f"{owner.name}.{name}"

    # Packages, exports

    def packages(self, plain: list[_Module]) -> None:
        for package in PACKAGES:
            module = self.modules[package]
            inside = [one for one in plain if one.name.startswith(f"{package}.")]
            for one in self.re_exported.get(package, ()):
                owner, name = one.split()
                module.imports.append(f"from {owner} import {name}")
                module.bound.add(name)
            for one in inside:
                form = self.rng.random()
                if form < 0.15:
                    module.imports.append(f"from {one.name} import *")
                elif form < 0.35 and one.public:
                    name = self.rng.choice(one.public)
                    module.imports.append(f"from {one.name} import {name}")
                    module.bound.add(name)
                elif form < 0.45 and one.public:
                    name = self.rng.choice(one.public)
                    module.imports.append(f"from {one.name} import {name} as {name}")
                elif form < 0.5 and one.public:
                    name = self.rng.choice(one.public)
                    module.imports += [
                        "try:",
                        f"    from {one.name} import {name} as maybe_{name}",
                        "except ImportError:",
                        f"    maybe_{name} = None",
                    ]
            if module.bound and self.chance(0.6):
                module.head += self.exports(sorted(module.bound))

    def exports(self, names: list[str]) -> list[str]:
        chosen = [name for name in dict.fromkeys(names) if self.chance(0.8)] or names[:1]
        listed = ", ".join(repr(name) for name in chosen)
        first, rest = chosen[:1], chosen[1:]
        return self.rng.choice(
            (
                [f"__all__ = [{listed}]"],
                [f"__all__ = ({listed},)" if chosen else "__all__ = ()"],
                ["__all__ = [", *(f"    {name!r}," for name in chosen), "]"],
                [f"__all__ = {first!r} + {rest!r}"],
                [f"__all__ = {first!r}", f"__all__ += {rest!r}"],
                [f"__all__ = {first!r}", f"__all__.extend({rest!r})"],
                [f"__all__ = {first!r}", *(f"__all__.append({name!r})" for name in rest)],
            )
        )

    # What runs

    def main(self, plain: list[_Module]) -> str:
        module = _Module(MAIN)
        lines: list[str] = []
        for _ in range(self.rng.randint(1, 4)):
            owner = self.rng.choice(plain)
            before, expression = self.call(module, owner)
            lines += [f"    {line}" for line in (*before, f"found.append({expression})")]
        if self.chance(0.5):
            owner = self.rng.choice(plain)
            if owner.classes:
                name = self.rng.choice(owner.classes)
                before, bound = self.bind(name, module, owner)
                called = (f"one = {bound}()", f"found.append(one.{self.methods[name][0]}())")
                lines += [f"    {line}" for line in (*before, *called)]
        module.body = ["def main():", "    n, found = 3, []", *lines, "    return found", "",
                       "if __name__ == '__main__':", "    print(main())"]  # fmt: skip
        return module.text()

    def tests(self, plain: list[_Module]) -> dict[str, str]:
        conftest = _Module("ztests.conftest")
        fixtures: list[str] = []
        conftest.imports.append("import pytest")
        for _ in range(self.rng.randint(0, 3)):
            owner, name = self.rng.choice(plain), self.fresh("fix")
            before, expression = self.call(conftest, owner)
            asked = self.rng.choice(fixtures) if fixtures and self.chance(0.4) else ""
            conftest.body += ["@pytest.fixture", f"def {name}({asked}):", "    n = 2", *(f"    {x}" for x in before),
                              f"    return {expression}", ""]  # fmt: skip
            fixtures.append(name)
        found = {"ztests/__init__.py": "", "ztests/conftest.py": conftest.text()}
        for position in range(self.rng.randint(1, 3)):
            module = _Module(f"ztests.test_{position}")
            helper = ""
            if self.chance(0.4):
                helper = self.fresh("helper")
                before, expression = self.call(module, self.rng.choice(plain))
                module.body += [f"def {helper}(n=2):", *(f"    {x}" for x in before), f"    return {expression}", ""]
            for _ in range(self.rng.randint(1, 3)):
                module.body += self.test(module, plain, fixtures, helper)
            found[_path(module.name)] = module.text()
        return found

    def test(self, module: _Module, plain: list[_Module], fixtures: list[str], helper: str) -> list[str]:
        name = self.fresh("test_")
        asked = self.rng.choice(fixtures) if fixtures and self.chance(0.4) else ""
        lines = ["n = 2"]
        for _ in range(self.rng.randint(1, 2)):
            before, expression = self.call(module, self.rng.choice(plain))
            lines += [*before, f"assert [{expression}]"]
        if helper and self.chance(0.4):
            lines.append(f"assert [{helper}()]")
        patched = self.rng.choice(plain)
        if patched.functions and self.chance(0.25):
            module.imports.append("from unittest import mock")
            lines += [f"with mock.patch('{patched.name}.{self.rng.choice(patched.functions)}'):", "    pass"]
        if self.chance(0.3):
            return [f"class Test{name[5:]}:", f"    def {name}(self{', ' if asked else ''}{asked}):",
                    *(f"        {x}" for x in lines), ""]  # fmt: skip
        return [f"def {name}({asked}):", *(f"    {x}" for x in lines), ""]


def _path(module: str) -> str:
    if module in PACKAGES:
        return module.replace(".", "/") + "/__init__.py"
    return module.replace(".", "/") + ".py"


def _number(name: str) -> int:
    return int("".join(letter for letter in name if letter.isdigit()))
