"""Calls in start-up code: functions, classes, objects, and what is outside the project.

In: a callee and its arguments. Out: what it gives; registrations on the way are told to framework models. Recursion and
repetition are cut: what is cut off is unknown.
"""

# ruff: noqa: ANN401 - values are anything

import ast
from typing import Any

from auditor.analysis.routing.startup.builtins import Builtins
from auditor.analysis.routing.startup.values import (
    UNKNOWN,
    Abstract,
    Bound,
    Class,
    Either,
    External,
    FieldDefault,
    Function,
    Instance,
    Made,
    Native,
    Partial,
    Scope,
    Unknown,
)

_DEEPEST = 45
_MOST_CALLS = 400
"""Of one function: more is a loop over something else than registrations."""


class Calls(Builtins):
    """Calls values.

    Attributes:
        functions: Every function made, in order; `instances` every object of a class of the project by the class's id.
        applications: Every application made.
        stack: Nodes of the functions being called, outermost first; `around` the functions.
        called: How often each function was called, by its node.
        remembered: What factories of applications made, by node, with the arguments they were given.
    """

    functions: list[Function]
    instances: dict[str, list[Instance]]
    applications: list[Instance]
    stack: list[int]
    around: list[Function]
    called: dict[int, int]
    remembered: dict[int, list[tuple[list[Abstract], dict[str, Abstract], Abstract]]]

    def make_function(self, node: Any, scope: Scope, identity: str) -> Function:
        """Return the function that a `def` or lambda makes; its defaults are evaluated here."""
        made = Function(node, scope, identity, scope.owner if scope.kind == "class" else None)
        arguments = node.args
        made.defaults = [self.evaluate(one, scope) for one in arguments.defaults]
        for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if default is not None:
                made.keyword_defaults[one.arg] = self.evaluate(default, scope)
        if identity.endswith(("__init_subclass__", "__class_getitem__")):
            made.kind = "class"
        self.functions.append(made)
        return made

    def call(self, function: Abstract, args: list[Abstract], keywords: dict[str, Abstract], line: int) -> Abstract:
        """Call a value."""
        if isinstance(function, Function):
            return self.call_function(function, args, keywords)
        if isinstance(function, Bound):
            return self.call_function(function.function, [function.receiver, *args], keywords)
        if isinstance(function, Native):
            return function.function(args, keywords)
        if isinstance(function, Class):
            return self.construct(function, args, keywords)
        if isinstance(function, External):
            return self._external(function.name, args, keywords)
        if isinstance(function, Partial):
            return self.call(function.function, [*function.args, *args], function.keywords | keywords, line)
        if isinstance(function, Instance):
            method = function.of.find("__call__") if isinstance(function.of, Class) else None
            return self.call(Bound(method, function), args, keywords, line) if isinstance(method, Function) else UNKNOWN
        if isinstance(function, Either):
            found = [self.call(one, args, keywords, line) for one in function.options]
            return found[0] if found else UNKNOWN
        if isinstance(function, Made):
            return Made(f"{function.name}()", args, keywords)
        return Made("", args, keywords) if args and isinstance(function, Unknown) else UNKNOWN

    def call_method(
        self, receiver: Abstract, name: str, args: list[Abstract], keywords: dict[str, Abstract], line: int
    ) -> Abstract:
        """Call `receiver.name(…)`; where the receiver is not known, the name alone tells what may be meant."""
        function = self.attribute(receiver, name)
        vague = isinstance(receiver, Unknown) or (isinstance(receiver, Made) and not receiver.name)
        if vague or (isinstance(function, External) and function.name.startswith(("pluggy.", "stevedore."))):
            return self.on_unknown(name, args, keywords)
        if isinstance(receiver, Made | External) and any(_is_native(one) for one in args):
            for model in self.models:
                found = model.on_unknown(name, args, keywords)
                if found is not None:
                    return found
        return self.call(function, args, keywords, line)

    def on_unknown(self, name: str, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Follow `?.name(…)`: every function of that name that is given something to register on."""
        for model in self.models:
            found = model.on_unknown(name, args, keywords)
            if found is not None:
                return found
        if any(_is_native(one) for one in (*args, *keywords.values())):
            self.conditional += 1
            for function in self.called_so(name):
                self.call(function, args, keywords, 0)
            self.conditional -= 1
        return Made("", args, keywords) if args else UNKNOWN

    def called_so(self, name: str) -> list[Abstract]:
        """Return the project's functions and methods of a name, the latter with an object of their class."""
        raise NotImplementedError

    def construct(self, of: Class, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Return a new object of a class of the project."""
        if of.find("__members__") is not None:
            return UNKNOWN
        made = Instance(of, self.native_kind(of))
        self.instances.setdefault(of.id, []).append(made)
        model = self.model_of(made.native)
        start = of.find("__init__")
        if model is not None:
            model.prepare(made)
        if isinstance(start, Function) and start.node is not None:
            self.call(Bound(start, made), args, keywords, 0)
        elif model is not None:
            model.construct(made, args, keywords)
        else:
            self._fill(of, made, args, keywords)
        return made

    def _fill(self, of: Class, made: Instance, args: list[Abstract], keywords: dict[str, Abstract]) -> None:
        """Give an object of a class without `__init__` its fields, as dataclasses, attrs and pydantic do."""
        fields = [name for one in reversed(of.order) if isinstance(one, Class) for name in one.scope.fields]
        made.attributes.update(dict(zip(dict.fromkeys(fields), args, strict=False)) | keywords)
        for name in fields:
            default = of.find(name)
            if isinstance(default, FieldDefault) and name not in made.attributes:
                made.attributes[name] = self.call(default.factory, [], {}, 0)
        for name in ("__post_init__", "__attrs_post_init__", "model_post_init"):
            after = of.find(name)
            if isinstance(after, Function):
                self.call(Bound(after, made), [], {}, 0)

    def _external(self, name: str, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Call something outside the project."""
        for model in self.models:
            kind = model.kinds.get(name)
            if kind is not None:
                made = Instance(External(name), kind)
                model.prepare(made)
                model.construct(made, args, keywords)
                return made
            found = model.function(name, args, keywords)
            if found is not None:
                return found
        known = self.of_library(name, args, keywords)
        return known if known is not None else Made(name, args, keywords)

    # Functions

    def call_function(self, function: Function, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Call a function of the project."""
        node = function.node
        if node is None or len(self.stack) > _DEEPEST or self.stack.count(id(node)) > 2:
            return UNKNOWN
        self.called[id(node)] = self.called.get(id(node), 0) + 1
        if self.called[id(node)] > _MOST_CALLS:
            return UNKNOWN
        same = self._made_before(function, args, keywords)
        if same is not None:
            return same
        scope = self._scope_of(function, args, keywords)
        self.stack.append(id(node))
        self.around.append(function)
        before = len(self.applications)
        if isinstance(node, ast.Lambda):
            found = self.evaluate(node.body, scope)
        else:
            self.block(node.body, scope)
            found = self._result(scope)
        self.stack.pop()
        self.around.pop()
        if len(self.applications) > before:
            self.remembered.setdefault(id(node), []).append(([*args], dict(keywords), found))
        return self._wrapping(function, args, found, scope)

    def _made_before(self, function: Function, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Return what a factory of applications made when it was called like this before."""
        for given, words, found in self.remembered.get(id(function.node), ()):
            same = len(given) == len(args) and all(_same(a, b) for a, b in zip(given, args, strict=True))
            if same and words.keys() == keywords.keys() and all(_same(words[k], keywords[k]) for k in words):
                return found
        return None

    def _scope_of(self, function: Function, args: list[Abstract], keywords: dict[str, Abstract]) -> Scope:
        """Return the scope of a call, parameters bound."""
        arguments = function.node.args
        inside = function.id.partition(":")[2]
        scope = Scope("function", function.scope.module, function.scope, inside, function.id)
        scope.owner = function.owner
        scope.depth = self.conditional
        variables, words = scope.variables, dict(keywords)
        positional = [*arguments.posonlyargs, *arguments.args]
        if function.owner is not None and args:
            scope.receiver = args[0]
        for parameter, value in zip(positional, args, strict=False):
            variables[parameter.arg] = value
        rest = args[len(positional) :]
        defaults = dict(zip([one.arg for one in reversed(positional)], reversed(function.defaults), strict=False))
        for parameter in (*positional, *arguments.kwonlyargs):
            name = parameter.arg
            if name in words and name not in variables:
                variables[name] = words.pop(name)
            elif name not in variables:
                default = defaults.get(name, function.keyword_defaults.get(name, UNKNOWN))
                variables[name] = default
        if arguments.vararg is not None:
            variables[arguments.vararg.arg] = list(rest)
        if arguments.kwarg is not None:
            variables[arguments.kwarg.arg] = words
        return scope

    def _result(self, scope: Scope) -> Abstract:
        """Return what a function gives: where that depends, the result of which most is known, the last if equal."""
        if scope.yields:
            return list(scope.yields)
        known = [one for one, _ in scope.results if one is not None and not isinstance(one, Unknown | External | Made)]
        sure = [one for one, depth in scope.results if depth <= scope.depth]
        if sure and any(one is sure[-1] for one in known):
            return sure[-1]
        filled = [one for one in known if one not in ([], {}, "", ())] or known
        if filled:
            return filled[-1]
        return scope.results[-1][0] if scope.results else None

    def returned(self, value: Abstract, scope: Scope) -> None:
        """Keep what a function returns."""
        scope.results.append((value, self.conditional))

    def yielded(self, value: Abstract, scope: Scope, *, every: bool) -> None:
        """Keep what a generator gives."""
        home: Scope | None = scope
        while home is not None and home.kind == "comprehension":
            home = home.parent
        if home is not None:
            home.yields += (self.iterate(value) or []) if every else [value]

    def _wrapping(self, function: Function, args: list[Abstract], found: Abstract, scope: Scope) -> Abstract:
        """Return what was found; a function made here around a function given stands for that one."""
        if not isinstance(found, Function) or found.scope is not scope or found.stands_for is not None:
            return found
        given = next((one for one in args[:2] if isinstance(one, Function | Bound | Class | Made)), None)
        inner = given.function if isinstance(given, Bound) else given
        if inner is None or inner is found or not self.only_wraps(function):
            return found
        found.stands_for = inner
        return found

    def only_wraps(self, function: Function) -> bool:
        """Return whether a function is a decorator that only wraps, by the facts of its file."""
        facts = function.scope.module.facts
        outer = function.scope.source
        return facts is not None and (function.id in facts.wrappers or f"{outer}()" in facts.wrappers)


def _is_native(one: Abstract) -> bool:
    return isinstance(one, Instance) and bool(one.native)


def _same(one: Abstract, other: Abstract) -> bool:
    return one is other or (type(one) is type(other) and isinstance(one, str | int | Unknown | tuple) and one == other)
