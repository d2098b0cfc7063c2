"""Attributes of values in start-up code.

In: a value and a name. Out: what the attribute is. Truth values kept in attributes are options: they may be set either
way, so they are not known.
"""

from auditor.analysis.routing.startup.expressions import Expressions
from auditor.analysis.routing.startup.frameworks import Model
from auditor.analysis.routing.startup.values import (
    UNKNOWN,
    Abstract,
    Bound,
    Class,
    Either,
    External,
    Function,
    Instance,
    Made,
    Module,
    Native,
    Options,
    Partial,
    Scope,
    Super,
    Unknown,
)

_TEXT_METHODS = frozenset({
    "strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "replace", "split", "rsplit", "join",
    "startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition", "isidentifier", "count",
    "find", "format", "splitlines", "casefold", "swapcase", "isdigit", "zfill",
})  # fmt: skip
_LIST_METHODS = frozenset({"append", "extend", "insert", "pop", "remove", "index", "copy", "reverse", "count", "clear"})
_SET_LIKE = {"add": "append", "update": "extend", "union": "__add__"}
_DICT_METHODS = frozenset({"get", "items", "keys", "values", "update", "setdefault", "pop", "copy", "clear"})


class Attributes(Expressions):
    """Looks attributes up, on modules, classes, objects, containers and what framework models know."""

    models: tuple[Model, ...] = ()

    def construct(self, of: Class, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Return a new object of a class of the project."""
        raise NotImplementedError

    def attribute(self, value: Abstract, name: str) -> Abstract:
        """Return an attribute of a value."""
        if isinstance(value, Module):
            return _option(self.module_member(value, name))
        if isinstance(value, Instance):
            return self._of_instance(value, name)
        if isinstance(value, Class):
            return self._of_class(value, name)
        if isinstance(value, Super):
            return self._behind(value, name)
        if isinstance(value, External):
            return (
                self.imported(f"{value.name}.{name}", "") if "(" not in value.name else External(f"{value.name}.{name}")
            )
        if isinstance(value, Made):
            return External(f"{value.name}().{name}") if value.name else UNKNOWN
        if isinstance(value, str | list | tuple | dict):
            return self._of_container(value, name)
        if isinstance(value, Function | Bound | Partial):
            return self._of_function(value, name)
        if isinstance(value, Either):
            found = [self.attribute(one, name) for one in value.options]
            return Either(found)
        return UNKNOWN

    def set_attribute(self, value: Abstract, name: str, given: Abstract) -> None:
        """Do `value.name = given`."""
        if isinstance(value, Instance | Function):
            value.attributes[name] = given
        elif isinstance(value, Bound):
            value.function.attributes[name] = given
        elif isinstance(value, Class):
            value.attributes[name] = given
        elif isinstance(value, Module):
            value.scope.variables[name] = given

    def model_of(self, native: str) -> Model | None:
        """Return the framework model that knows a kind of object."""
        return next((one for one in self.models if native in one.kinds.values()), None) if native else None

    def native_kind(self, of: Class | External) -> str:
        """Return the kind of object that a framework model makes of a class, `""` where none does."""
        names = of.externals() if isinstance(of, Class) else [of.name]
        if isinstance(of, Class):
            names = [*(one.id.replace(":", ".") for one in of.order if isinstance(one, Class)), *names]
        for name in names:
            for model in self.models:
                if name in model.kinds:
                    return model.kinds[name]
        return ""

    def _of_instance(self, value: Instance, name: str) -> Abstract:
        if name in value.attributes:
            return _option(value.attributes[name])
        if name == "__class__":
            return value.of
        if name == "__dict__":
            return value.attributes
        member = value.of.find(name) if isinstance(value.of, Class) else None
        if member is not None and not (isinstance(member, Unknown) and value.native):
            return self._bound(member, value, value.of)
        model = self.model_of(value.native)
        found = model.attribute(value, name) if model is not None else None
        if found is not None:
            return found
        if isinstance(value.of, Class):
            getter = value.of.find("__getattr__")
            if isinstance(getter, Function):
                return self.call(Bound(getter, value), [name], {}, 0)
            outside = value.of.externals()
            return External(f"{outside[0]}().{name}") if outside else UNKNOWN
        return External(f"{value.of.name}().{name}") if value.of.name else UNKNOWN

    def _bound(self, member: Abstract, receiver: Abstract, of: Abstract) -> Abstract:
        if isinstance(member, Function):
            if member.kind == "property":
                return _option(self.call(Bound(member, receiver), [], {}, 0))
            if member.kind == "static":
                return member
            return Bound(member, of if member.kind == "class" else receiver)
        return _option(member)

    def _of_class(self, value: Class, name: str) -> Abstract:
        member = value.find(name)
        if isinstance(member, Function):
            return Bound(member, value) if member.kind == "class" else member
        if member is not None:
            return _option(member)
        if name in ("__name__", "__qualname__"):
            return value.id.partition(":")[2].rpartition(".")[2]
        if name == "__module__":
            return value.id.partition(":")[0]
        if name == "__dict__":
            return dict(value.attributes)
        if name in ("__mro__", "__bases__"):
            return [one for one in value.order if isinstance(one, Class)]
        if name == "__subclasses__":
            return Native(name, lambda _args, _words: [one for one in self.classes if value in one.bases])
        for model in self.models:
            found = model.class_attribute(value, name)
            if found is not None:
                return found
        outside = value.externals()
        return External(f"{outside[0]}.{name}") if outside else UNKNOWN

    classes: list[Class]

    def _behind(self, value: Super, name: str) -> Abstract:
        of = value.receiver.of if isinstance(value.receiver, Instance) else value.receiver
        member = of.find(name, after=value.after) if isinstance(of, Class) else None
        if member is not None:
            return self._bound(member, value.receiver, of)
        if isinstance(value.receiver, Instance):
            model = self.model_of(value.receiver.native)
            found = model.attribute(value.receiver, name) if model is not None else None
            if found is not None:
                return found
        if isinstance(value.receiver, Class):
            for one in self.models:
                inherited = one.class_attribute(value.receiver, name)
                if inherited is not None:
                    return inherited
        if name == "__init__" and isinstance(value.receiver, Instance):
            receiver = value.receiver
            return Native(name, lambda _args, words: receiver.attributes.update(words))
        outside = value.after.externals()
        return External(f"{outside[0]}().{name}") if outside else UNKNOWN

    def _of_function(self, value: Function | Bound | Partial, name: str) -> Abstract:
        function = value.function if isinstance(value, Bound | Partial) else value
        if name in ("__func__", "__wrapped__", "func"):
            return function
        if name == "__self__" and isinstance(value, Bound):
            return value.receiver
        if not isinstance(function, Function):
            return UNKNOWN
        if name in function.attributes:
            return function.attributes[name]
        if name in ("__name__", "__qualname__"):
            qualified = function.origin.id.partition(":")[2]
            return qualified if name == "__qualname__" else qualified.rpartition(".")[2]
        if name == "__module__":
            return function.origin.id.partition(":")[0]
        if name == "__dict__":
            return function.attributes
        return UNKNOWN

    def _of_container(
        self, value: str | list[Abstract] | tuple[Abstract, ...] | dict[Abstract, Abstract], name: str
    ) -> Abstract:
        if isinstance(value, str):
            if name == "value":  # of an enumeration's member
                return value
            return self._method(value, name) if name in _TEXT_METHODS else UNKNOWN
        if isinstance(value, Options) and name.startswith("from_"):
            return Native(name, lambda args, words: self._configure(value, name, args, words))
        if isinstance(value, dict):
            if name in _DICT_METHODS:
                return self._method(value, name)
            return UNKNOWN
        if isinstance(value, list):
            name = _SET_LIKE.get(name, name)
            return self._method(value, name) if name in _LIST_METHODS else UNKNOWN
        return self._method(value, name) if name in ("index", "count") else UNKNOWN

    def _method(self, value: Abstract, name: str) -> Native:
        method = getattr(value, name)

        def run(args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
            if isinstance(value, dict) and args and name in ("get", "pop", "setdefault"):
                args = [self.hashable(args[0]), *args[1:]]
            if name == "extend" or (name == "join" and args):
                args = [self.iterate(args[0]) or [], *args[1:]]
            if name == "update":
                args = [one for one in args if isinstance(one, dict)]
            if isinstance(value, str) and not all(_is_plain(one) for one in (*args, *keywords.values())):
                return UNKNOWN
            try:
                found = method(*args, **keywords)
            except (TypeError, ValueError, IndexError, KeyError, AttributeError):
                return UNKNOWN
            if isinstance(value, Options) and isinstance(found, bool):
                return UNKNOWN
            if isinstance(value, dict) and name in ("items", "keys", "values"):
                return [list(one) if isinstance(one, tuple) else one for one in found]
            return found

        return Native(name, run)

    def _configure(self, options: Options, name: str, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        """Fill a configuration as `from_object("pkg.Settings")` and `from_mapping(KEY=…)` do."""
        given = self.imported(args[0], "") if args and isinstance(args[0], str) else args[0] if args else None
        if name == "from_mapping":
            options.update(words)
        found: dict[Abstract, Abstract] = given if isinstance(given, dict) else {}
        if isinstance(given, Module):
            names = given.scope.variables or {
                one.name: None for one in (given.facts.definitions if given.facts else ())
            }
            found = {one: self.module_member(given, one) for one in names if one.isupper()}
        elif isinstance(given, Class | Instance):
            of = given if isinstance(given, Class) else given.of
            if isinstance(of, Class):
                order = [one for one in of.order if isinstance(one, Class)]
                found = {name: of.find(name) for one in order for name in one.attributes if name.isupper()}
        options.update(found)
        return None

    def super_in(self, scope: Scope) -> Abstract:
        """Return `super()` for a scope, by the method around it."""
        around: Scope | None = scope
        while around is not None and (around.owner is None or around.receiver is None):
            around = around.parent
        return UNKNOWN if around is None or around.owner is None else Super(around.owner, around.receiver)


def _is_plain(value: Abstract) -> bool:
    """Return whether a value may be given to a method of a text."""
    if isinstance(value, list | tuple):
        return all(isinstance(one, str) for one in value)
    return value is None or isinstance(value, str | int | float | dict)


def _option(value: Abstract) -> Abstract:
    return UNKNOWN if isinstance(value, bool) else value
