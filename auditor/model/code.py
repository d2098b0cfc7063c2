"""Values that describe source code: what one file says, before anything is joined.

In: nothing. Out: frozen structs made by `analysis.discover` and `analysis.extraction.extract`. Never reads a file.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from auditor.model.inner import LocalFinding, SilencingComment, VultureItem

DefinitionId = str
"""`"pkg.mod:Class.method"`; a module is `"pkg.mod:"`; names inside a function are `"pkg.mod:outer.<locals>.inner"`."""

DefinitionKind = Literal[
    "module", "class", "function", "method", "property", "variable", "import", "file", "export"
]  # fmt: skip
ReferenceKind = Literal["name", "attribute", "import", "string", "dynamic"]

GIVING_BACK = frozenset({
    "getattr", "next", "anext", "min", "max", "iter", "aiter", "eval", "sum", "abs", "round", "pow", "__import__",
})  # fmt: skip
"""Builtins that give back what they were given, or what it holds: objects of any class."""


def module_id(module: str) -> DefinitionId:
    """Return the id of a module's own body: `"pkg.mod"` -> `"pkg.mod:"`."""
    return f"{module}:"


def container(definition: DefinitionId) -> DefinitionId | None:
    """Return the id of what a definition stands in: `"m:f.<locals>.g"` -> `"m:f"` -> `"m:"` -> None."""
    module = definition.find(":") + 1
    if module == len(definition):
        return None
    return definition[: max(definition.rfind("."), module)].removesuffix(".<locals>")


def containers(definition: DefinitionId) -> Iterator[DefinitionId]:
    """Yield the ids of everything a definition stands in, innermost first, its module last."""
    outer = container(definition)
    while outer is not None:
        yield outer
        outer = container(outer)


def lies_in(inner: DefinitionId, outer: DefinitionId) -> bool:
    """Return whether a definition is another one or stands in it."""
    return inner == outer or inner.startswith(outer if outer.endswith(":") else f"{outer}.")


def package_of(module: str, *, is_package: bool) -> str:
    """Return the package that a module's relative imports start from; `""` for a module outside of any."""
    return module if is_package else module.rpartition(".")[0]


def absolute_import(module: str, level: int, name: str, *, is_package: bool) -> str:
    """Return the absolute name of `from <level dots><name> import …` in a module; `name` may be empty."""
    if not level:
        return name
    parts = module.split(".")
    up = level - 1 if is_package else level
    base = parts[: len(parts) - up] if up < len(parts) else []
    return ".".join([*base, *([name] if name else [])])


def dotted(definition: DefinitionId) -> str:
    """Return the dotted name of a definition: `"pkg.mod:Class.method"` -> `"pkg.mod.Class.method"`."""
    module, _, qualified = definition.partition(":")
    return f"{module}.{qualified}" if qualified else module


class SourceFile(msgspec.Struct, frozen=True):
    """One Python file of the audited project.

    `path` is relative to the audited root, with `/`. `module` is its dotted import name. `digest` is the hex BLAKE2b
    of its bytes. `in_tests` is true for files that the configured or detected test globs match.
    """

    path: str
    module: str
    is_package: bool
    in_tests: bool
    digest: str


class Problem(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """Something that could not be read or understood. `line` is 1-based, 0 for the whole file.

    `unseen` marks Python that nobody looked into: what it uses may look unused, so nothing may be planned.
    """

    path: str
    line: int
    message: str
    unseen: bool = False


class Definition(msgspec.Struct, frozen=True, gc=False):
    """A named thing in the source.

    `line` and `end_line` are 1-based and inclusive; `line` is the first decorator's if there is one. `decorators` and
    `bases` are dotted names, resolved as far as this one file allows. `body_hash` is the hex BLAKE2b of the dedented
    source text with trailing blanks stripped, so moving or indenting code does not change it. `annotation` is the
    dotted
    name of a variable's or parameterless function's declared (return) type, where one is written.
    """

    id: DefinitionId
    kind: DefinitionKind
    path: str
    line: int
    end_line: int
    decorators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    in_tests: bool = False
    body_hash: str = ""
    annotation: str = ""
    metaclass: str = ""

    @property
    def module(self) -> str:
        """Dotted name of the module it stands in."""
        return self.id.partition(":")[0]

    @property
    def qualified_name(self) -> str:
        """Name inside the module, empty for the module itself."""
        return self.id.partition(":")[2]

    @property
    def name(self) -> str:
        """Last part of the qualified name; the last part of the module's name for a module."""
        identity = self.id.removesuffix(":")
        return identity[max(identity.rfind("."), identity.find(":")) + 1 :]

    @property
    def parent(self) -> DefinitionId | None:
        """Id of the definition that contains it; None for a module."""
        return container(self.id)

    @property
    def lines(self) -> int:
        """Number of source lines it spans."""
        return self.end_line - self.line + 1


class Reference(msgspec.Struct, frozen=True, gc=False):
    """A use of a name.

    `source` is the definition whose body contains the use (the module's own body: `"pkg.mod:"`). `target` is a dotted
    name resolved as far as this file allows (`"shop.pricing.discount"`), or `".attr"` for an attribute of an unknown
    receiver, or `"<Class dotted>.attr"` where the receiver's class is known. Names of function-local scopes are
    `"shop.api.create_app.<locals>.app"`.
    """

    source: DefinitionId
    target: str
    kind: ReferenceKind
    line: int


class Value(msgspec.Struct, frozen=True, gc=False):
    """What can be known of an expression without running it.

    `text` holds the literal for `text`, the digits for `number`, the resolved dotted name for `name`, the callee for
    `call` (whose `values` and `keywords` are its arguments) and the text with `*` for every unknown part for `pattern`
    (f-strings, concatenations, `.format`), whose parts are its `values` where they can be told. For others `values` are
    the elements of a `list` (tuples and sets too) or the values of a `dict`, whose literal keys are `keys`, in order.
    """

    kind: Literal["text", "number", "name", "call", "list", "dict", "pattern", "unknown"]
    text: str = ""
    values: tuple["Value", ...] = ()
    keys: tuple[str, ...] = ()
    keywords: dict[str, "Value"] = {}


class CallFact(msgspec.Struct, frozen=True, gc=False):
    """A call that framework rules may be interested in, or a decorator (called or not).

    Recorded are: every decorator (`decorates` is set; `called` is false for a bare `@name`), every call assigned to a
    name (`assigned_to` is that name, dotted, `<locals>` included), and every call whose last name part is one that a
    framework rule asks for. `callee` is resolved like `Reference.target`: `"fastapi.APIRouter"`,
    `"shop.api.app.include_router"` for `app.include_router(…)` with a module-level `app` in `shop.api`,
    `".include_router"` where the receiver is unknown.
    """

    source: DefinitionId
    callee: str
    line: int
    args: tuple[Value, ...] = ()
    keywords: dict[str, Value] = {}
    assigned_to: str | None = None
    decorates: DefinitionId | None = None
    called: bool = True
    conditional: bool = False
    """It stands in an `if`, a loop, a `try` or a `match`: whether it runs cannot be told."""


class Assignment(msgspec.Struct, frozen=True, gc=False):
    """A module- or class-level assignment whose right side is a literal, a name or a list/dict of them.

    What framework rules read settings from: `urlpatterns = […]`, `INSTALLED_APPS = […]`, `pytest_plugins = […]`.
    `target` is dotted.
    """

    target: str
    value: Value
    line: int
    conditional: bool = False
    augmented: bool = False
    """It adds to a list: `+=`, `.append`, `.extend`."""


class ImportFact(msgspec.Struct, frozen=True, gc=False):
    """One name bound by an import statement.

    `name` is the bound local name, `target` the absolute dotted name it stands for (relative imports resolved),
    `scope` the definition whose body contains it. `explicit` marks `import x as x` / `from m import x as x` (a
    re-export by convention). `guarded` is true inside `try`/`except ImportError` or `if TYPE_CHECKING`.
    """

    name: str
    target: str
    scope: DefinitionId
    line: int
    explicit: bool = False
    guarded: bool = False


class DynamicAccess(msgspec.Struct, frozen=True, gc=False):
    """Access by a name that only exists at run time.

    `pattern` is the name with `*` for every unknown part (`"handle_*"`, `"*"` if nothing is known). `receiver` is the
    dotted name of the module or class looked into, `""` if unknown, and for `import` the pattern is a module name.
    `members` lists every name of its receiver, as `inspect.getmembers` does; `load` takes an object of any module.
    """

    source: DefinitionId
    kind: Literal["getattr", "globals", "import", "eval", "members", "load"]
    receiver: str
    pattern: str
    line: int


class ModuleFacts(msgspec.Struct, frozen=True):
    """Everything one file says: a pure function of its bytes and its place.

    `exports` is `__all__` where it is a literal (None where there is none). `star_imports` are absolute module names.
    `identifiers` is empty for a file that was parsed; for one that was not, it holds every identifier found in the
    text,
    each of which counts as used by the module (fail closed). `strings` are string literals that look like dotted
    names or
    identifiers, with their line and source. `keeps` are the lines that carry `# auditor: keep`. `used_names` and
    `vulture` are vulture's per-file sets, empty where it was not asked; `local_findings` are our own.
    """

    path: str
    module: str
    is_package: bool
    in_tests: bool
    lines: int
    parsed: bool = True
    definitions: tuple[Definition, ...] = ()
    references: tuple[Reference, ...] = ()
    imports: tuple[ImportFact, ...] = ()
    star_imports: tuple[str, ...] = ()
    exports: tuple[str, ...] | None = None
    calls: tuple[CallFact, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    dynamic: tuple[DynamicAccess, ...] = ()
    has_main_guard: bool = False
    identifiers: frozenset[str] = frozenset()
    strings: tuple[tuple[str, int, DefinitionId], ...] = ()
    keeps: tuple[int, ...] = ()
    used_names: frozenset[str] = frozenset()
    local_findings: tuple[LocalFinding, ...] = ()
    problems: tuple[Problem, ...] = ()
    types: dict[str, str] = {}
    """Dotted module variable, class variable or instance attribute -> type expression, `""` where it cannot be known.

    A type expression is a dotted name with `()` after a part that is called: `"pkg.Foo()"` is an instance of `pkg.Foo`,
    `"pkg.Foo"` an alias of it.
    """
    wrappers: frozenset[str] = frozenset()
    """Functions that as decorators never keep what they decorate; with `()`, functions that return such decorators."""
    passed: tuple[tuple[DefinitionId, str, str, int], ...] = ()
    """Objects of a known class given to a known callee: source, callee, type expression of the object, line."""
    stores: frozenset[str] = frozenset()
    """Names of attributes assigned on receivers other than `self` and `cls`."""
    vulture: tuple[VultureItem, ...] = ()
    vulture_imports: tuple[str, ...] = ()
    """Imported names for which vulture ships a list of names that count as used."""
    given: frozenset[str] = frozenset()
    """Last parts of imported names that the file reads without calling them: functions that others may call."""
    parameters: frozenset[str] = frozenset()
    """Names of the parameters of a test file's functions: fixtures are asked for by them."""
    comments: tuple[SilencingComment, ...] = ()
    whitelist: tuple[tuple[str, int], ...] = ()
    """Names with their lines, where the file is a vulture whitelist: nothing but names and attributes to be used."""
    assigned: tuple[tuple[DefinitionId, str, int], ...] = ()
    """Attributes that are assigned: source, target as in `Reference`, line."""
    returns: dict[str, str] = {}
    """Dotted function -> type expression of what calling it gives; functions of which nothing is known are left out."""
    inferred: frozenset[str] = frozenset()
    """Those of `returns` that only the body says: what overrides them may give something else."""
    declared: frozenset[str] = frozenset()
    """Those of `types` that an annotation says."""
    generics: dict[str, tuple[str, ...]] = {}
    """Dotted class -> its bases with type arguments, as declared types (`pkg.Box[pkg.Foo.<is>].<is>`)."""
    requests: dict[DefinitionId, tuple[str, ...]] = {}
    """Names of the parameters of each function, in files that tests or fixtures may stand in; empty for other files."""
    registering: str = ""
    """The text of a file that may take part in registering routes, `""` of others."""
    passed_by_name: tuple[tuple[DefinitionId, str, str, int], ...] = ()
    """As `passed`, for keyword arguments."""
    is_program: bool = False
    """Its body reads the command line or ends in `main()`, as a program's does, with no main guard."""
    examples: tuple[tuple[DefinitionId, str, int], ...] = ()
    """What examples in docstrings use: the documented definition, a dotted name or `.attr`, line of the docstring."""
    promises: frozenset[DefinitionId] = frozenset()
    """Methods whose body only raises NotImplementedError: what overrides them is what they stand for."""
    claims: tuple[tuple[str, str], ...] = ()
    """Type expressions of a declared place and of what is put there: annotated variables, returns, casts, elements."""
    handed: tuple[tuple[str, str, str], ...] = ()
    """Arguments of a known type: type expression of the callee, position or name, type expression."""
    accepts: dict[str, tuple[tuple[str, str], ...]] = {}
    """Dotted function that declares parameters -> all of them: name, declared type (`""`: none)."""
    acts: bool = False
    """Running its body does more than define: it may be imported for that alone."""
    quiet: frozenset[tuple[str, DefinitionId]] = frozenset()
    """Those of `strings`, with their source, that are only keys, compared, logged or formatted there."""
    idle: frozenset[DefinitionId] = frozenset()
    """Functions whose body does nothing as it stands, or refuses every call."""
    guards: tuple[tuple[int, int, str], ...] = ()
    """Lines that a false constant keeps from running: first, last, its name (`""`: written there).

    The name is `TYPE_CHECKING`, or a variable of the module that is set to False once, which others may set.
    """
    operations: tuple[tuple[DefinitionId, str, str, int], ...] = ()
    """What is done to objects without naming a method: source, type expression, operation (`with`), first line."""
