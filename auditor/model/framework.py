"""What a framework rule is: data first. In: nothing. Out: the struct `frameworks/*.py` fill and `analysis` interprets.

`analysis` and `frameworks` are siblings and do not import each other; `pipeline` passes the rules in.
"""

from typing import Literal

import msgspec

EntryPointKind = Literal[
    "script",
    "main",
    "route",
    "task",
    "command",
    "test",
    "fixture",
    "hook",
    "public_api",
    "keep",
    "dynamic",
    "signal",
]


class DecoratorRule(msgspec.Struct, frozen=True):
    """A decorator that registers what it decorates.

    `callee` is a dotted glob matched against the decorator's resolved name (`"celery.shared_task"`), or against
    `"<constructor>.<method>"` where the receiver's constructor is known (`"fastapi.FastAPI.get"` for `@app.get`).
    """

    callee: str
    kind: EntryPointKind
    production: bool = True


class FrameworkRule(msgspec.Struct, frozen=True):
    """One framework. A rule is active only when the project imports one of `enablers`.

    Attributes:
        name: Short name, as printed (`"fastapi"`).
        enablers: Top-level import names; any one of them activates the rule.
        decorators: Decorators that make an entry point of what they decorate.
        base_classes: Dotted globs of bases, mapped to method-name globs the framework calls on subclasses
            (`{"django.views.generic.*": ("get", "post", "dispatch")}`); the subclass itself is not an entry point.
        entry_base_classes: Dotted globs of bases whose subclasses are entry points themselves (found by the framework
            without a reference), with the kind.
        module_names: Module-name globs whose listed definition globs are entry points
            (`{"*.management.commands.*": ("Command",)}`); `"*"` is all, and the module's own body runs as well.
        calls: Last name parts of calls that extraction must record (`"include_router"`, `"path"`).
        routes: Which route builder of `analysis.routes` understands it, or `""`.
        implicit_names: Names of module-level variables the framework reads (`"urlpatterns"`, `"pytest_plugins"`).
        marker_names: Names of variables and functions that mark a module the framework loads, with globs of
            the definitions in it that become entry points (`{"down_revision": ("*",)}`).
        method_names: Methods the framework calls on objects of classes that need no base of its own (a middleware's
            `process_view`): they live with their class.
        house: It comes from the configuration, so its base classes may stand in the project itself.
    """

    name: str
    enablers: tuple[str, ...]
    decorators: tuple[DecoratorRule, ...] = ()
    base_classes: dict[str, tuple[str, ...]] = {}
    entry_base_classes: dict[str, EntryPointKind] = {}
    module_names: dict[str, tuple[str, ...]] = {}
    calls: tuple[str, ...] = ()
    routes: str = ""
    implicit_names: tuple[str, ...] = ()
    method_names: tuple[str, ...] = ()
    marker_names: dict[str, tuple[str, ...]] = {}
    house: bool = False
