"""Which start-up code is followed, and in which order.

In: registrations (all facts), framework models. Out: models that were told of every registration. First the modules
that build applications, then whatever else registers; then functions that nobody called, with unknown arguments: a
server calls factories, and frameworks call hooks. Tests come last.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from auditor.analysis.collecting import paused
from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.extraction.source import parse
from auditor.analysis.routing.startup.calls import Calls
from auditor.analysis.routing.startup.expressions import OutOfSteps
from auditor.analysis.routing.startup.frameworks import Model
from auditor.analysis.routing.startup.interest import DECORATING, REGISTERING, calls_in, decorates, last_part, parts_of
from auditor.analysis.routing.startup.values import (
    UNKNOWN,
    Abstract,
    Bound,
    Class,
    Either,
    External,
    Function,
    Instance,
    Module,
)
from auditor.model.code import DefinitionId, ModuleFacts

_MOST_CANDIDATES = 12
_EACH = 150_000
"""Steps one root may take."""


class Startup(Calls):
    """Follows the start-up code of a project."""

    def __init__(self, known: Registrations, models: tuple[Model, ...]) -> None:
        super().__init__(known)
        self.models = models
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.instances: dict[str, list[Instance]] = {}
        self.applications: list[Instance] = []
        self.stack: list[int] = []
        self.around: list[Function] = []
        self.following: list[Module] = []
        self.called: dict[int, int] = {}
        self.remembered: dict[int, list[tuple[list[Abstract], dict[str, Abstract], Abstract]]] = {}
        self.root = 0
        self.factory = ""
        self._followed: set[str] = set()
        self._by_name: dict[str, list[tuple[str, str]]] | None = None
        self._references: dict[str, list[tuple[str, str]]] | None = None
        self._builds: dict[int, tuple[bool, bool]] = {}

    @property
    def in_tests(self) -> bool:
        """Whether code of the tests is what registers now."""
        module = self.around[-1].scope.module if self.around else self.following[-1] if self.following else None
        return module is not None and module.in_tests

    @property
    def source(self) -> str:
        """Id of the definition whose body registers now."""
        if self.around:
            return self.around[-1].id
        return f"{self.following[-1].name}:" if self.following else ""

    def run(self) -> None:
        """Follow everything."""
        with paused():
            self._run()

    def calls(self) -> frozenset[DefinitionId]:
        """Return the functions that were called."""
        return frozenset(one.id for one in self.functions if id(one.node) in self.called)

    def _run(self) -> None:
        roots = [one for one in self.known.facts if one.registering and self._takes_part(one)]
        for in_tests in (False, True):
            for building in (True, False):
                for facts in roots:
                    module = self.module(facts.module)
                    if facts.in_tests is in_tests and module is not None and self._has_application(facts) is building:
                        self._guarded(partial(self.follow, module))
                self._uncalled(in_tests=in_tests, only_building=building)

    def _guarded(self, what: Callable[[], object]) -> None:
        """Follow one root within its own budget."""
        self.root += 1
        self.steps = _EACH
        self.factory = ""
        self.conditional = 0
        self.stack.clear()
        self.around.clear()
        self.following.clear()
        try:
            what()
        except (OutOfSteps, RecursionError):
            return

    def _takes_part(self, facts: ModuleFacts) -> bool:
        for call in facts.calls:
            last = call.callee.rpartition(".")[2]
            if last in REGISTERING or (call.decorates is not None and last in DECORATING):
                return True
            if self._kind(call.callee):
                return True
        return False

    def _has_application(self, facts: ModuleFacts) -> bool:
        return any(self._kind(call.callee).endswith(".app") for call in facts.calls)

    def _kind(self, callee: str) -> str:
        """Return the kind of object that a call makes by its name, bases of classes followed."""
        names = [callee]
        definition = self.known.definition(callee)
        if definition is not None and definition.kind == "class":
            names += self.symbols.bases(definition.id)
        return next((model.kinds[one] for one in names for model in self.models if one in model.kinds), "")

    # Modules

    def follow(self, module: Module) -> None:
        """Follow a module's body and those of its packages, once."""
        if module.name in self._followed:
            return
        package = self.module(module.name.rpartition(".")[0]) if "." in module.name else None
        if package is not None:
            self.follow(package)  # which may import this very module
        if module.name in self._followed:
            return
        self._followed.add(module.name)
        tree = self._tree(module.facts)
        if tree is None:
            return
        around, stack, conditional = self.around, self.stack, self.conditional
        self.around, self.stack = [], []
        self.conditional = 0 if module.facts is not None and not self._is_guarded(module) else conditional
        self.following.append(module)
        self.block(tree.body, module.scope)
        self.following.pop()
        self.around, self.stack, self.conditional = around, stack, conditional

    def _is_guarded(self, module: Module) -> bool:
        return self.conditional > 0 and bool(self.following)

    def _tree(self, facts: ModuleFacts | None) -> ast.Module | None:
        if facts is None or not facts.registering:
            return None
        try:
            return parse(facts.registering.encode(), facts.path)[1]
        except RecursionError:
            return None

    # Functions that nobody called

    def _uncalled(self, *, in_tests: bool, only_building: bool) -> None:
        """Call functions that build or register and that nothing called: those first that no other such one calls."""
        for only_outermost in (True, False):
            position = 0
            while position < len(self.functions):
                function = self.functions[position]
                position += 1
                module = function.scope.module
                if module.in_tests is not in_tests or id(function.node) in self.called:
                    continue
                builds, registers = self._does(function)
                if not builds and (only_building or not registers):
                    continue
                if only_outermost and self._is_inner(function):
                    continue
                self._users_first(function)
                if id(function.node) not in self.called:
                    self._guarded(partial(self._call_unknown, function))

    def _users_first(self, function: Function) -> None:
        """Follow the modules whose bodies refer to a function: they may call it, and know its arguments."""
        owner, _, last = function.id.rpartition(".")
        for source in sorted(self._referring_to(owner if last == "__init__" else function.id)):
            module = self.module(source.removesuffix(":")) if source.endswith(":") else None
            if module is not None and not module.in_tests and module.name not in self._followed:
                self._guarded(partial(self.follow, module))

    def _referring_to(self, identity: str) -> set[str]:
        """Return what refers to a function or class: definitions of production code that may take part."""
        if self._references is None:
            self._references = {}
            for facts in self.known.facts:
                for one in facts.references if facts.registering and not facts.in_tests else ():
                    if one.kind != "import" and one.target[0] != ".":
                        self._references.setdefault(one.target.rpartition(".")[2], []).append((one.target, one.source))
        name = identity.rpartition(".")[2].rpartition(":")[2]
        named = self._references.get(name, ())
        return {source for target, source in named if self.symbols.definition(target) == identity != source}

    def _is_inner(self, function: Function) -> bool:
        """Return whether another such function of production code, not called yet, refers to a function."""
        sources = self._referring_to(function.id)
        return any(
            one.id in sources and id(one.node) not in self.called and True in self._does(one)
            for one in (self.functions if sources else ())
            if not function.id.startswith(f"{one.id}.")
        )

    def _does(self, function: Function) -> tuple[bool, bool]:
        """Return whether a function's own body builds applications, and whether it registers routes."""
        node = function.node
        if isinstance(node, ast.Lambda):
            return False, False
        known = self._builds.get(id(node))
        if known is None:
            builds = registers = False
            for call in calls_in(node.body):
                last = last_part(call.func)
                registers = registers or last in REGISTERING
                builds = builds or self._constructs(call.func, last, function)
            registers = registers or decorates(node.body)
            known = self._builds[id(node)] = (builds, registers)
        return known

    def _constructs(self, callee: ast.expr, last: str, function: Function) -> bool:
        """Return whether a callee in a function's body is an application or router, by what its module calls so."""
        if not last[:1].isupper() and last not in ("RouteTableDef",):
            return False
        parts = parts_of(callee)
        value = self.lookup(parts[0], function.scope) if parts else UNKNOWN
        if value is UNKNOWN and parts:  # imported inside of the function
            return any(last == name.rpartition(".")[2] for model in self.models for name in model.kinds)
        for part in parts[1:]:
            value = self.member(value, part)
        return bool(self.native_kind(value)) if isinstance(value, Class | External) else False

    def _call_unknown(self, function: Function) -> None:
        args: list[Abstract] = []
        if function.owner is not None and function.kind != "static":
            args.append(function.owner if function.kind == "class" else self._object_of(function.owner))
        if function.node is not None and id(function.node) in self.called:
            return
        owner, _, last = function.id.rpartition(".")
        self.factory = owner if owner and last.startswith("__") else function.id
        self.call_function(function, args, self._annotated_parameters(function))
        self.factory = ""

    def _object_of(self, of: Class) -> Abstract:
        known = self.instances.get(of.id)
        return known[0] if known else self.construct(of, [], {})

    def _annotated_parameters(self, function: Function) -> dict[str, Abstract]:
        """Return parameters declared to be an application: any of those that there are."""
        given: dict[str, Abstract] = {}
        arguments = function.node.args
        for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            parts = parts_of(one.annotation) if one.annotation is not None else []
            value = self.lookup(parts[0], function.scope) if parts else UNKNOWN
            for part in parts[1:]:
                value = self.member(value, part)
            kind = self.native_kind(value) if isinstance(value, Class | External) else ""
            if kind.endswith(".app"):
                tests = function.scope.module.in_tests
                apps = [app for app in self.applications if app.native == kind and (tests or not app.state.in_tests)]
                outer = [app for app in apps if not app.state.is_mounted]
                if outer or apps:
                    given[one.arg] = Either(outer or apps)
        return given

    def called_so(self, name: str) -> list[Abstract]:
        """Return the project's functions and methods of a name, the latter with an object of their class."""
        if self._by_name is None:
            self._by_name = {}
            for facts in self.known.facts:
                for definition in facts.definitions if facts.registering and not facts.in_tests else ():
                    if definition.kind in ("function", "method") and "<locals>" not in definition.id:
                        owner, _, last = definition.qualified_name.rpartition(".")
                        self._by_name.setdefault(last, []).append((facts.module, owner))
        places = self._by_name.get(name, [])
        return list(self._found(places, name)) if len(places) <= _MOST_CANDIDATES else []

    def _found(self, places: Iterable[tuple[str, str]], name: str) -> Iterator[Abstract]:
        for module_name, owner in places:
            module = self.module(module_name)
            if module is None:
                continue
            self.follow(module)
            value = module.scope.variables.get(owner or name)
            if owner and isinstance(value, Class):
                member = value.attributes.get(name)
                if isinstance(member, Function) and member.kind == "plain":
                    yield Bound(member, self._object_of(value))
            elif isinstance(value, Function):
                yield value

    def named(self, value: Abstract, name: str) -> None:
        """Tell the model of an object the dotted name of the variable that holds it."""
        if isinstance(value, Instance) and value.native and value.state is not None:
            model = self.model_of(value.native)
            if model is not None:
                model.named(value, name)
