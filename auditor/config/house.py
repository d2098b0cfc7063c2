"""House rules: decorators and base classes of the audited project itself, in the words of a framework rule.

In: the tables `[[frameworks]]` of the configuration. Out: `FrameworkRule`s, which stand beside those that auditor
brings. Never decides what they mean.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from auditor.model.framework import DecoratorRule, FrameworkRule

HouseKind = Literal["hook", "task", "command", "route", "signal", "script", "test", "fixture"]


class HouseDecorator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decorator that registers what it decorates; any number of them.

    Attributes:
        callee: Glob over its dotted name, as in `shop.bus.subscribe`.
        kind: What it makes of what it decorates.
        production: False: it registers for tests only.
    """

    callee: str
    kind: HouseKind = "hook"
    production: bool = True


class HouseFramework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One house rule. It is active when the project imports one of `enablers`; by default always.

    Attributes:
        name: Unique name, shown in answers to `why`.
        enablers: Top-level import names; `"*"` is always.
        decorators: Decorators that make an entry point of what they decorate.
        base_classes: Globs of dotted base classes, of the project or outside, with the globs of the members of their
            subclasses that are used without being named (`{"shop.jobs.Job" = ["execute", "on_*"]}`).
        entry_base_classes: Globs of bases whose subclasses are found without a reference, with their kind.
        module_names: Globs of modules that are loaded by their name, with globs of what is read from them.
        implicit_names: Names of variables and functions at the top of any module that are read by their name.
        method_names: Names of methods that are called on objects of any class.
        marker_names: A name that marks a module as loaded where it is defined, with globs of what is read from it.
    """

    name: str
    enablers: tuple[str, ...] = ("*",)
    decorators: tuple[HouseDecorator, ...] = ()
    base_classes: dict[str, tuple[str, ...]] = {}
    entry_base_classes: dict[str, HouseKind] = {}
    module_names: dict[str, tuple[str, ...]] = {}
    implicit_names: tuple[str, ...] = ()
    method_names: tuple[str, ...] = ()
    marker_names: dict[str, tuple[str, ...]] = {}

    @property
    def rule(self) -> FrameworkRule:
        """The rule it stands for."""
        return FrameworkRule(
            name=self.name,
            enablers=self.enablers,
            decorators=tuple(DecoratorRule(one.callee, one.kind, one.production) for one in self.decorators),
            base_classes=self.base_classes,
            entry_base_classes=dict(self.entry_base_classes),
            module_names=self.module_names,
            implicit_names=self.implicit_names,
            method_names=self.method_names,
            marker_names=self.marker_names,
            house=True,
        )


def wrong_name(key: str, name: str, names: Sequence[str], what: str) -> Iterator[tuple[str, object, str]]:
    """Yield (key, value, what would be right) where a table's name cannot be shown, or is not its own alone."""
    if not name.strip() or not name.isprintable():
        yield f"{key}.name", name, "a name of printable characters"
    if names.count(name) > 1:
        yield f"{key}.name", name, f"names of {what} must differ"


def impossible_rules(rules: tuple[HouseFramework, ...]) -> list[tuple[str, object, str]]:
    """Return (key, value, what would be right) for each rule that says nothing, or everything."""
    wrong: list[tuple[str, object, str]] = []
    names = [one.name for one in rules]
    for index, one in enumerate(rules):
        key = f"frameworks[{index}]"
        wrong += wrong_name(key, one.name, names, "frameworks")
        if not one.enablers:
            wrong.append((f"{key}.enablers", [], "top-level import names, or leave it out: then the rule always holds"))
        if not any(getattr(one, field) for field in _SAYING):
            wrong.append((f"{key}", one.name, f"it says nothing; give one of {', '.join(_SAYING)}"))
        globs = [(f"{key}.decorators[{place}].callee", each.callee) for place, each in enumerate(one.decorators)]
        for field in ("base_classes", "entry_base_classes", "module_names", "marker_names"):
            globs += [(f"{key}.{field}", pattern) for pattern in getattr(one, field)]
        wrong += [
            (name, pattern, "a dotted name, or a glob with a part of one: this one is all there is")
            for name, pattern in globs
            if not pattern.strip("*?. ")
        ]
    return wrong


_SAYING = (
    "decorators", "base_classes", "entry_base_classes", "module_names", "implicit_names", "method_names",
    "marker_names",
)  # fmt: skip
