"""Builtins, as far as start-up code composes registrations with them.

In: a name and arguments. Out: what it gives; for a name that is no builtin, where it comes from.
"""

# ruff: noqa: ANN401 - values are anything

from typing import Any

from auditor.analysis.routing.startup.library import Library, text_of
from auditor.analysis.routing.startup.values import (
    UNKNOWN,
    Abstract,
    Bound,
    Class,
    External,
    Function,
    Instance,
    Made,
    Module,
    Native,
    Partial,
    Super,
    Unknown,
    truth,
)


class Builtins(Library):
    """Knows builtins."""

    def builtin(self, name: str) -> Abstract:
        """Return a builtin, UNKNOWN for other names."""
        if name in ("True", "False", "None"):
            return {"True": True, "False": False, "None": None}[name]
        function = getattr(self, f"_do_{name}", None)
        if function is not None:
            return Native(name, function)
        return External(f"builtins.{name}") if name in _TYPES or name.endswith(("Error", "Exception")) else UNKNOWN

    # Builtins; each takes arguments and keyword arguments

    def _do_isinstance(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        if len(args) != 2:
            return UNKNOWN
        kinds = args[1] if isinstance(args[1], tuple | list) else [args[1]]
        answers = [_is_a(args[0], one) for one in kinds]
        return True if True in answers else UNKNOWN if None in answers else False

    def _do_issubclass(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        kinds = args[1] if len(args) == 2 and isinstance(args[1], tuple | list) else args[1:]
        if not args or not isinstance(args[0], Class):
            return UNKNOWN
        order = args[0].order
        names = {one.name for one in order if isinstance(one, External)}
        for one in kinds:
            if any(one is known for known in order) or (isinstance(one, External) and one.name in names):
                return True
        return False

    def _do_getattr(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        if len(args) < 2 or not isinstance(args[1], str):
            return UNKNOWN
        found = self.attribute(args[0], args[1])
        known = not isinstance(found, Unknown | External)
        return found if known or len(args) == 2 else args[2]

    def _do_hasattr(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        if len(args) != 2 or not isinstance(args[1], str) or isinstance(args[0], Unknown | External | Made):
            return UNKNOWN
        found = self.attribute(args[0], args[1])
        if isinstance(found, Unknown | External):
            return False if isinstance(args[0], Function | Class) else UNKNOWN
        return True

    def _do_setattr(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        if len(args) == 3 and isinstance(args[1], str):
            self.set_attribute(args[0], args[1], args[2])
        return None

    def _do_dir(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        found = self.listed(args[0]) if args else None
        return UNKNOWN if found is None else found

    def _do_vars(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        one = args[0] if args else UNKNOWN
        if isinstance(one, Module):
            return dict(one.scope.variables)
        return dict(one.attributes) if isinstance(one, Class | Instance) else UNKNOWN

    def _do_type(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        return args[0].of if len(args) == 1 and isinstance(args[0], Instance) else UNKNOWN

    def _do_callable(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        one = args[0] if args else UNKNOWN
        if isinstance(one, Function | Bound | Class | Partial | Native):
            return True
        return False if isinstance(one, str | int | list | dict) or one is None else UNKNOWN

    def _do_list(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        found = self.iterate(args[0]) if args else []
        return found if found is not None else UNKNOWN

    _do_tuple = _do_set = _do_frozenset = _do_iter = _do_list

    def _do_sorted(self, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        found = self._do_list(args, words)
        if isinstance(found, list) and all(isinstance(one, str) for one in found) and "key" not in words:
            return sorted(found)
        return found

    def _do_reversed(self, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        found = self._do_list(args, words)
        return found[::-1] if isinstance(found, list) else UNKNOWN

    def _do_dict(self, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        return self.mapping(args, words)

    def _do_enumerate(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        found = self.iterate(args[0]) if args else None
        return [[at, one] for at, one in enumerate(found)] if found is not None else UNKNOWN

    def _do_zip(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        found = [self.iterate(one) for one in args]
        known = [one for one in found if one is not None]
        return [list(one) for one in zip(*known, strict=False)] if len(known) == len(found) else UNKNOWN

    def _do_map(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        found = self.iterate(args[1]) if len(args) == 2 else None
        return [self.call(args[0], [one], {}, 0) for one in found] if found is not None else UNKNOWN

    def _do_filter(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        found = self.iterate(args[1]) if len(args) == 2 else None
        if found is None:
            return UNKNOWN
        kept = args[0] is None
        return [one for one in found if truth(one if kept else self.call(args[0], [one], {}, 0)) is not False]

    def _do_len(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        return len(args[0]) if args and isinstance(args[0], str | list | tuple | dict) else UNKNOWN

    def _do_range(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        return list(range(*args))[:1000] if args and all(isinstance(one, int) for one in args) else UNKNOWN

    def _do_str(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        return text_of(args)

    def _do_next(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        found = self.iterate(args[0]) if args else None
        return found[0] if found else args[1] if len(args) > 1 else UNKNOWN

    def _do_any(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        found = self.iterate(args[0]) if args else None
        answers = [truth(one) for one in found] if found is not None else [None]
        return True if True in answers else UNKNOWN if None in answers else False

    def _do_all(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        found = self.iterate(args[0]) if args else None
        answers = [truth(one) for one in found] if found is not None else [None]
        return False if False in answers else UNKNOWN if None in answers else True

    def _do_staticmethod(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        return _marked(args, "static")

    def _do_classmethod(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        return _marked(args, "class")

    def _do_property(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        return _marked(args, "property")

    def _do_super(self, args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        return Super(args[0], args[1]) if len(args) == 2 and isinstance(args[0], Class) else UNKNOWN

    def _do_print(self, _args: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
        return None

    def global_name(self, name: str, module: Module) -> Abstract:
        """Return a name that is bound nowhere in a module: its own attributes, star imports, builtins."""
        if name in ("__name__", "__package__"):
            return module.name
        if name == "__path__":
            return [External(f"{module.name}.__path__")]
        if name.startswith("__"):
            return External("builtins.__import__") if name == "__import__" else UNKNOWN
        known = self.builtin(name)
        if known is not UNKNOWN:
            return known
        stars = module.facts.star_imports if module.facts is not None else ()
        outside = next((one for one in stars if self.module(one) is None), None)
        return External(f"{outside}.{name}") if outside else UNKNOWN


_TYPES = frozenset({"str", "int", "float", "bool", "bytes", "object", "type", "list", "dict", "tuple", "set"})
_PYTHON: dict[str, type | tuple[type, ...]] = {
    "str": str, "list": list, "dict": dict, "tuple": (tuple, list), "int": int, "bool": bool, "set": list,
    "float": float, "bytes": bytes,
}  # fmt: skip


def _is_a(value: Abstract, kind: Abstract) -> bool | None:
    """Return whether a value is an object of a class, None where that is not known."""
    if isinstance(value, Unknown | External | Made) or isinstance(kind, Unknown):
        return None
    name = kind.name if isinstance(kind, Native | External) else ""
    plain = _PYTHON.get(name.removeprefix("builtins."))
    if plain is not None:
        return isinstance(value, plain)
    if isinstance(value, Instance):
        order = value.of.order if isinstance(value.of, Class) else [value.of]
        names = {one.name.rpartition(".")[2] for one in order if isinstance(one, External)}
        return any(one is kind for one in order) or name.rpartition(".")[2] in names
    if isinstance(value, Class) and name.endswith("type"):
        return True
    return False if value is None or isinstance(value, str | int | list | dict) else None


def _marked(args: list[Abstract], kind: Any) -> Abstract:
    if args and isinstance(args[0], Function):
        args[0].kind = kind
        return args[0]
    return args[0] if args else UNKNOWN
