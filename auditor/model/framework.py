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


def names(text: str) -> tuple[str, ...]:
    """Return the words of a text: long lists of names read better so."""
    return tuple(text.split())


class DecoratorRule(msgspec.Struct, frozen=True):
    """A decorator that registers what it decorates.

    `callee` is a dotted glob matched against the decorator's resolved name (`"celery.shared_task"`), or against
    `"<constructor>.<method>"` where the receiver's constructor is known (`"fastapi.FastAPI.get"` for `@app.get`).
    A method under one of kind `hook` lives with its class. `mounted` says that it registers on an object that must
    itself be used: the commands of a group that nothing adds to another one are not run.
    """

    callee: str
    kind: EntryPointKind
    production: bool = True
    mounted: bool = False


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
            (`{"*.management.commands.*": ("Command",)}`); `"*"` is all, `"=*"` all variables, and the module's own body
            runs as well.
        calls: Last name parts of calls that extraction must record (`"include_router"`, `"path"`).
        routes: Which route builder of `analysis.routing.routes` understands it, or `""`.
        implicit_names: Names of module-level variables the framework reads (`"urlpatterns"`, `"pytest_plugins"`).
        marker_names: Names at the top of a module, imported ones too, that mark it as one the framework loads, with
            globs of the definitions in it that become entry points, as for `module_names`.
        method_names: Methods the framework calls on objects of classes that need no base of its own (a middleware's
            `process_view`): they live with their class.
        string_members: Dotted globs of bases of classes in which a string may name a member (`Method("get_total")`).
        registering_bases: Dotted globs of bases that keep each of their subclasses as soon as it is made.
        string_models: Dotted globs of bases of classes in which a string may name a member of a mapped class
            (`list_display = ["total"]`).
        wrapping: Dotted globs of decorators of libraries that keep no hold of what they decorate.
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
    string_members: tuple[str, ...] = ()
    wrapping: tuple[str, ...] = ()
    registering_bases: tuple[str, ...] = ()
    string_models: tuple[str, ...] = ()
