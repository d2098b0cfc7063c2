"""The few functions of libraries that start-up code composes registrations with.

In: a dotted name and arguments. Out: what it gives, None where it is not known here.
"""

import posixpath
from urllib.parse import urljoin

from auditor.analysis.routing.startup.statements import Statements
from auditor.analysis.routing.startup.values import (
    UNKNOWN,
    Abstract,
    Bound,
    Class,
    External,
    FieldDefault,
    Function,
    Instance,
    Made,
    Module,
    Native,
    Partial,
    Unknown,
    truth,
)

_TRANSPARENT = frozenset({
    "functools.lru_cache", "functools.cache", "functools.lru_cache()", "contextlib.contextmanager", "typing.cast",
    "contextlib.asynccontextmanager", "asyncio.run", "dataclasses.dataclass", "copy.copy", "copy.deepcopy",
    "typing.final", "typing.overload", "inspect.unwrap", "types.coroutine", "asyncio.coroutine",
})  # fmt: skip
_DEFAULTS = (
    "pydantic.Field", "pydantic.fields.Field", "dataclasses.field", "attr.ib", "attr.attrib", "attrs.field",
    "attr.field", "traitlets.Unicode", "traitlets.CUnicode", "traitlets.List", "traitlets.Dict", "traitlets.Tuple",
)  # fmt: skip
"""What declares a field, with its default."""
_OPTIONS = ("decouple.config", "os.environ.get", "os.getenv", "environs.Env().str")


class Library(Statements):
    """Knows functions of libraries."""

    def of_library(self, name: str, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Return what a function outside the project gives, None where it is not known."""
        if name in _TRANSPARENT:
            return args[-1] if args else Native(name, lambda given, _words: given[0] if given else UNKNOWN)
        if name in _OPTIONS or name.endswith((".environ.get", ".config.Config()")):
            return args[1] if len(args) > 1 else keywords.get("default", UNKNOWN)
        if name in _DEFAULTS:
            factory = keywords.get("default_factory", keywords.get("factory"))
            if factory is not None:
                return FieldDefault(factory)
            return keywords.get("default", keywords.get("default_value", args[0] if args else UNKNOWN))
        if name == "functools.partial" and args:
            return Partial(args[0], args[1:], keywords)
        if name in ("functools.wraps", "functools.update_wrapper"):
            return self._wraps(args)
        if name in ("importlib.import_module", "werkzeug.utils.import_string", "builtins.__import__"):
            return self._import_by_name(args)
        return self._composed(name, args, keywords)

    def _composed(self, name: str, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Return joined paths, listed members and modules, enumerations."""
        texts = [one for one in args if isinstance(one, str)]
        if name in ("os.path.join", "posixpath.join") and texts:
            return posixpath.join(*texts) if len(texts) == len(args) else UNKNOWN
        if name == "urllib.parse.urljoin" and len(texts) == 2:
            return urljoin(texts[0], texts[1])
        if name == "inspect.getmembers" and args:
            return self._members(args)
        if name in ("pkgutil.iter_modules", "pkgutil.walk_packages"):
            return self._modules_below(args, keywords)
        if name == "itertools.chain":
            return [inner for one in args for inner in self.iterate(one) or []]
        if name == "itertools.chain.from_iterable" and args:
            return [inner for one in self.iterate(args[0]) or [] for inner in self.iterate(one) or []]
        if name in ("collections.OrderedDict", "collections.defaultdict"):
            return self.mapping(args[-1:] if name.endswith("OrderedDict") else args[1:], keywords)
        if name in ("inspect.isclass", "inspect.isfunction", "inspect.ismethod", "inspect.iscoroutinefunction"):
            return self._is_kind(name, args)
        if name in ("builtins.str", "builtins.int"):
            return text_of(args)
        return None

    def _is_kind(self, name: str, args: list[Abstract]) -> Abstract:
        one = args[0] if args else UNKNOWN
        if name == "inspect.iscoroutinefunction" or isinstance(one, Unknown | External | Made):
            return UNKNOWN
        kinds = {"inspect.isclass": Class, "inspect.ismethod": Bound, "inspect.isfunction": Function}
        return True if isinstance(one, kinds[name]) else isinstance(one, Native) and UNKNOWN

    def _wraps(self, args: list[Abstract]) -> Abstract:
        wrapped = args[-1] if args else UNKNOWN

        def wrap(given: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
            made = given[0] if given else UNKNOWN
            inner = wrapped.function if isinstance(wrapped, Bound) else wrapped
            if isinstance(made, Function) and isinstance(inner, Function) and made is not inner:
                made.stands_for = inner
                made.attributes |= inner.attributes
            return made

        if len(args) == 2:
            wrapped = args[1]
            return wrap(args[:1], {})
        return Native("wraps", wrap)

    def _import_by_name(self, args: list[Abstract]) -> Abstract:
        name = args[0] if args else UNKNOWN
        if not isinstance(name, str):
            return UNKNOWN
        package = args[1] if len(args) > 1 and isinstance(args[1], str) else ""
        if name.startswith("."):
            level = len(name) - len(name.lstrip("."))
            parts = package.split(".")
            name = ".".join([*parts[: len(parts) - level + 1], name.lstrip(".")])
        return self.imported(name.replace(":", "."), "") if name else UNKNOWN

    def _members(self, args: list[Abstract]) -> Abstract:
        names = self.listed(args[0])
        if not isinstance(names, list):
            return UNKNOWN
        pairs = [[name, self.attribute(args[0], name)] for name in names]
        if len(args) > 1:
            pairs = [one for one in pairs if truth(self.call(args[1], [one[1]], {}, 0)) is not False]
        return pairs

    def _modules_below(self, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Return what a walk over a package gives: its modules by their facts."""
        path = args[0] if args else keywords.get("path", UNKNOWN)
        given = path[0] if isinstance(path, list) and path else path
        package = given.name.removesuffix(".__path__") if isinstance(given, External) else ""
        prefix = keywords.get("prefix", args[1] if len(args) > 1 else "")
        found = []
        for name in sorted(self.symbols.modules):
            parent, _, last = name.rpartition(".")
            if package and parent == package:
                text = prefix + last if isinstance(prefix, str) else UNKNOWN
                found.append([UNKNOWN, text, self.symbols.modules[name].is_package])
        return found or UNKNOWN

    def listed(self, one: Abstract) -> list[str] | None:
        """Return `dir(one)`, as far as it is known."""
        of = one.of if isinstance(one, Instance) else one
        if isinstance(of, Class):
            own = [name for base in reversed(of.order) if isinstance(base, Class) for name in base.attributes]
            return sorted(dict.fromkeys([*own, *(one.attributes if isinstance(one, Instance) else ())]))
        return list(of.scope.variables) if isinstance(of, Module) else None

    def mapping(self, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        """Return `dict(…)`."""
        found: dict[Abstract, Abstract] = {}
        if args and isinstance(args[0], dict):
            found.update(args[0])
        elif args:
            pairs = self.iterate(args[0])
            if pairs is None or any(not isinstance(one, list | tuple) or len(one) != 2 for one in pairs):
                return UNKNOWN
            found.update({self.hashable(one[0]): one[1] for one in pairs})
        return found | words


def text_of(args: list[Abstract]) -> Abstract:
    """Return `str(…)`."""
    one = args[0] if args else ""
    return str(one) if isinstance(one, str | int) and not isinstance(one, bool) else UNKNOWN
