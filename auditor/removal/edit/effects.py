"""Does evaluating an expression do anything but give a value? In: an expression. Out: yes or no. Errs towards yes.

A right side with effects is kept as a statement of its own when its name is removed: registering is what it may be for.
"""

import builtins

import libcst as cst

from auditor.removal.edit.tree import Tree

_PURE_BUILTINS = (
    "bool", "bytes", "bytearray", "classmethod", "complex", "dict", "float", "frozenset", "hasattr", "int",
    "isinstance", "issubclass", "len", "list", "object", "property", "range", "set", "slice", "staticmethod", "str",
    "super", "tuple", "zip", "enumerate",
)  # fmt: skip
_PURE_CALLS = frozenset(f"builtins.{name}" for name in _PURE_BUILTINS if hasattr(builtins, name)) | {
    "typing.TypeVar", "typing.ParamSpec", "typing.TypeVarTuple", "typing.NewType", "typing.NamedTuple",
    "typing.TypedDict", "typing.cast", "typing_extensions.TypeVar", "typing_extensions.ParamSpec",
    "collections.namedtuple", "collections.deque", "collections.defaultdict", "collections.OrderedDict",
    "collections.Counter", "contextvars.ContextVar", "re.compile", "logging.getLogger", "pathlib.Path",
    "pathlib.PurePath", "decimal.Decimal", "fractions.Fraction", "datetime.timedelta", "datetime.date",
    "datetime.time", "datetime.datetime", "enum.auto", "dataclasses.field", "threading.Lock", "threading.RLock",
    "operator.itemgetter", "operator.attrgetter", "functools.partial", "types.MappingProxyType",
    "types.SimpleNamespace", "uuid.UUID", "zoneinfo.ZoneInfo", "string.Template", "struct.Struct",
}  # fmt: skip
"""Calls that only make a value. `functools.partial` does not call what it wraps."""


def has_effects(tree: Tree, expression: cst.CSTNode) -> bool:
    """Return whether evaluating `expression` may do more than give a value."""
    finder = _EffectFinder(tree)
    expression.visit(finder)
    return finder.found


class _EffectFinder(cst.CSTVisitor):
    """Notes whether a call of anything unknown, an `await`, a `yield`, a `:=` or a look into `environ` was met."""

    def __init__(self, tree: Tree) -> None:
        super().__init__()
        self.tree = tree
        self.found = False

    def on_visit(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.Lambda():
                return False
            case cst.Call(func=func):
                names = self.tree.qualified_names(func)
                self.found |= not names or not names <= _PURE_CALLS
            case cst.Subscript(value=value):
                self.found |= "os.environ" in self.tree.qualified_names(value)
            case cst.Await() | cst.Yield() | cst.NamedExpr():
                self.found = True
        return not self.found
