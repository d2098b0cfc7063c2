"""Expressions of start-up code to values.

In: nodes and scopes. Out: values of `startup.values`. What an expression does is done (calls are followed); what cannot
be known is `UNKNOWN`.
"""

# ruff: noqa: ANN401 - values are anything

import ast
from collections.abc import Callable
from typing import Any, ClassVar

from auditor.analysis.routing.startup.modules import Modules
from auditor.analysis.routing.startup.operators import OPAQUE, compare, elements, operate
from auditor.analysis.routing.startup.values import (
    UNKNOWN,
    Abstract,
    Class,
    External,
    Function,
    Instance,
    Module,
    Scope,
    truth,
)


class OutOfSteps(Exception):  # noqa: N818 - no error: the rest stays unknown
    """The budget is used up."""


class Expressions(Modules):
    """Evaluates expressions. Calls, attributes and functions are those of the classes that build on it."""

    steps = 600_000

    def evaluate(self, node: ast.expr | None, scope: Scope) -> Abstract:
        """Return the value of an expression."""
        if node is None:
            return None
        self.steps -= 1
        if self.steps < 0:
            raise OutOfSteps
        found = self._kinds.get(node.__class__)
        return found(self, node, scope) if found is not None else self._children(node, scope)

    def call(self, function: Abstract, args: list[Abstract], keywords: dict[str, Abstract], line: int) -> Abstract:
        """Call a value."""
        raise NotImplementedError

    def attribute(self, value: Abstract, name: str) -> Abstract:
        """Return an attribute of a value."""
        raise NotImplementedError

    def make_function(self, node: Any, scope: Scope, identity: str) -> Function:
        """Return the function that a `def` or lambda makes."""
        raise NotImplementedError

    def bind(self, target: ast.AST, value: Abstract, scope: Scope) -> None:
        """Bind a target."""
        raise NotImplementedError

    def lookup(self, name: str, scope: Scope) -> Abstract:
        """Return what a name stands for; a module's truth values are options that may be set either way."""
        for one in scope.chain():
            if name in one.variables and not (one.kind == "function" and name in one.globals):
                value = one.variables[name]
                return UNKNOWN if one.kind == "module" and isinstance(value, bool) else value
        return self.global_name(name, scope.module)

    def iterate(self, value: Abstract) -> list[Abstract] | None:
        """Return what going through a value gives, None where that is not known."""
        return elements(value)

    def global_name(self, name: str, module: Module) -> Abstract:
        """Return a name that is bound nowhere in a module."""
        raise NotImplementedError

    # Kinds of expressions

    def _constant(self, node: ast.Constant, scope: Scope) -> Abstract:
        return UNKNOWN if node.value is Ellipsis else node.value

    def _name(self, node: ast.Name, scope: Scope) -> Abstract:
        return self.lookup(node.id, scope)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Abstract:
        return self.attribute(self.evaluate(node.value, scope), node.attr)

    def _call(self, node: ast.Call, scope: Scope) -> Abstract:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            return self.super_in(scope)
        args, keywords = self.arguments(node, scope)
        if isinstance(node.func, ast.Attribute):
            receiver = self.evaluate(node.func.value, scope)
            return self.call_method(receiver, node.func.attr, args, keywords, node.lineno)
        return self.call(self.evaluate(node.func, scope), args, keywords, node.lineno)

    def super_in(self, scope: Scope) -> Abstract:
        """Return `super()` for a scope."""
        raise NotImplementedError

    def call_method(
        self, receiver: Abstract, name: str, args: list[Abstract], keywords: dict[str, Abstract], line: int
    ) -> Abstract:
        """Call `receiver.name(…)`."""
        raise NotImplementedError

    def arguments(self, node: ast.Call, scope: Scope) -> tuple[list[Abstract], dict[str, Abstract]]:
        """Return a call's arguments, known unpackings done."""
        args: list[Abstract] = []
        for one in node.args:
            if isinstance(one, ast.Starred):
                args += self.iterate(self.evaluate(one.value, scope)) or []
            else:
                args.append(self.evaluate(one, scope))
        keywords: dict[str, Abstract] = {}
        for word in node.keywords:
            value = self.evaluate(word.value, scope)
            if word.arg is not None:
                keywords[word.arg] = value
            elif isinstance(value, dict):
                keywords.update({key: given for key, given in value.items() if isinstance(key, str)})
        return args, keywords

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Abstract:
        found: list[Abstract] = []
        for one in node.elts:
            if isinstance(one, ast.Starred):
                unpacked = self.iterate(self.evaluate(one.value, scope))
                found += unpacked if unpacked is not None else [UNKNOWN]
            else:
                found.append(self.evaluate(one, scope))
        return tuple(found) if isinstance(node, ast.Tuple) else found

    def _dict(self, node: ast.Dict, scope: Scope) -> Abstract:
        found: dict[Abstract, Abstract] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            given = self.evaluate(value, scope)
            if key is None:
                found.update(given if isinstance(given, dict) else {})
                continue
            name = self.evaluate(key, scope)
            found[self.hashable(name)] = given
        return found

    def hashable(self, value: Abstract) -> Abstract:
        """Return a value as a key: lists cannot be."""
        try:
            hash(value)
        except TypeError:
            return id(value)
        return value

    def _joined_text(self, node: ast.JoinedStr, scope: Scope) -> Abstract:
        parts = [self.evaluate(one, scope) for one in node.values]
        return "".join(parts) if all(isinstance(one, str) for one in parts) else UNKNOWN

    def _formatted(self, node: ast.FormattedValue, scope: Scope) -> Abstract:
        value = self.evaluate(node.value, scope)
        plain = isinstance(value, str | int) and not isinstance(value, bool) and node.format_spec is None
        return str(value) if plain else UNKNOWN

    def _binary(self, node: ast.BinOp, scope: Scope) -> Abstract:
        left, right = self.evaluate(node.left, scope), self.evaluate(node.right, scope)
        return operate(node.op, left, right)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Abstract:
        value = self.evaluate(node.operand, scope)
        if isinstance(node.op, ast.Not):
            known = truth(value)
            return UNKNOWN if known is None else not known
        return -value if isinstance(node.op, ast.USub) and isinstance(value, int | float) else UNKNOWN

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Abstract:
        """Evaluate `and` and `or`; where a part is not known, the first known one is the best there is to `or`."""
        stops = isinstance(node.op, ast.Or)
        values: list[Abstract] = []
        for one in node.values:
            value = self.evaluate(one, scope)
            known = truth(value)
            if known is stops and not values:
                return value
            if known is None or known is stops:
                values.append(value)
            last = value
        if not values:
            return last
        if stops:
            texts = [one for one in (*values, last) if not isinstance(one, OPAQUE)]
            return texts[0] if texts else values[0]
        return values[0] if len(values) == 1 and isinstance(values[0], OPAQUE) else UNKNOWN

    def _compare(self, node: ast.Compare, scope: Scope) -> Abstract:
        left = self.evaluate(node.left, scope)
        result: Abstract = True
        for op, one in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(one, scope)
            result = compare(op, left, right)
            if result is not True:
                return result
            left = right
        return result

    def _conditional(self, node: ast.IfExp, scope: Scope) -> Abstract:
        known = truth(self.evaluate(node.test, scope))
        if known is not None:
            return self.evaluate(node.body if known else node.orelse, scope)
        body, orelse = self.evaluate(node.body, scope), self.evaluate(node.orelse, scope)
        if isinstance(body, OPAQUE) or body is None:
            return orelse
        return orelse if isinstance(body, str) and isinstance(orelse, str) and not orelse else body

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Abstract:
        value = self.evaluate(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            bounds = [self.evaluate(one, scope) for one in (node.slice.lower, node.slice.upper, node.slice.step)]
            if isinstance(value, str | list | tuple) and all(one is None or isinstance(one, int) for one in bounds):
                return value[slice(*bounds)]
            return UNKNOWN
        key = self.evaluate(node.slice, scope)
        return self.item(value, key)

    def item(self, value: Abstract, key: Abstract) -> Abstract:
        """Return `value[key]`."""
        if isinstance(value, dict):
            found = value.get(self.hashable(key), UNKNOWN)
            return UNKNOWN if isinstance(found, bool) else found
        if isinstance(value, list | tuple | str) and isinstance(key, int) and -len(value) <= key < len(value):
            return value[key]
        if isinstance(value, Class):
            return value.attributes.get(key, value) if isinstance(key, str) else value
        if isinstance(value, External):  # a generic class
            return UNKNOWN if value.name.startswith("os.environ") else value
        if isinstance(value, Instance):
            method = self.attribute(value, "__getitem__")
            return UNKNOWN if isinstance(method, OPAQUE) else self.call(method, [key], {}, 0)
        return UNKNOWN

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Abstract:
        return self.make_function(node, scope, scope.id_of("<lambda>"))

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope) -> Any:
        inner = Scope("comprehension", scope.module, scope, scope.qualified, scope.source)
        inner.receiver = scope.receiver
        found: list[Abstract] = []
        pairs: dict[Abstract, Abstract] = {}
        complete = True

        def go(position: int) -> None:
            nonlocal complete
            if position == len(node.generators):
                if isinstance(node, ast.DictComp):
                    pairs[self.hashable(self.evaluate(node.key, inner))] = self.evaluate(node.value, inner)
                else:
                    found.append(self.evaluate(node.elt, inner))
                return
            generator = node.generators[position]
            elements = self.iterate(self.evaluate(generator.iter, inner))
            complete = complete and elements is not None
            for one in elements or []:
                self.bind(generator.target, one, inner)
                if all(truth(self.evaluate(test, inner)) is not False for test in generator.ifs):
                    go(position + 1)

        go(0)
        if not complete and not found and not pairs:
            return UNKNOWN
        return pairs if isinstance(node, ast.DictComp) else found

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> Abstract:
        value = self.evaluate(node.value, scope)
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self.bind(node.target, value, scope)
        return value

    def _inner(self, node: ast.Await | ast.Starred, scope: Scope) -> Abstract:
        return self.evaluate(node.value, scope)

    def _yield(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Abstract:
        value = self.evaluate(node.value, scope)
        self.yielded(value, scope, every=isinstance(node, ast.YieldFrom))
        return UNKNOWN

    def yielded(self, value: Abstract, scope: Scope, *, every: bool) -> None:
        """Keep what a generator gives."""
        raise NotImplementedError

    def _children(self, node: ast.AST, scope: Scope) -> Abstract:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child, scope)
        return UNKNOWN

    _kinds: ClassVar[dict[type, Callable[[Any, Any, Scope], Abstract]]] = {
        ast.Constant: _constant, ast.Name: _name, ast.Attribute: _attribute, ast.Call: _call, ast.List: _sequence,
        ast.Tuple: _sequence, ast.Set: _sequence, ast.Dict: _dict, ast.JoinedStr: _joined_text,
        ast.FormattedValue: _formatted, ast.BinOp: _binary, ast.UnaryOp: _unary, ast.BoolOp: _boolean,
        ast.Compare: _compare, ast.IfExp: _conditional, ast.Subscript: _subscript, ast.Lambda: _lambda,
        ast.ListComp: _comprehension, ast.SetComp: _comprehension, ast.GeneratorExp: _comprehension,
        ast.DictComp: _comprehension, ast.NamedExpr: _walrus, ast.Await: _inner, ast.Starred: _inner,
        ast.Yield: _yield, ast.YieldFrom: _yield,
    }  # fmt: skip
