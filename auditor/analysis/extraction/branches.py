"""The walk over conditions and patterns: each branch is walked with what its test has told.

In: nodes of one file's tree. Out: branches as scopes, the main guard. Never decides which branch runs.
"""

# ruff: noqa: N802 - visitors are named after ast's classes

import ast

from auditor.analysis.extraction.bindings import OriginKind
from auditor.analysis.extraction.imports import ImportWalk
from auditor.analysis.extraction.narrowing import Facts, Told, classes_of, name_of, told_after, told_by
from auditor.analysis.extraction.records import ChainUse, last_name
from auditor.analysis.extraction.scopes import Origin


class BranchWalk(ImportWalk):
    """Adds conditions to the walk over statements."""

    def visit_If(self, node: ast.If) -> None:
        """Visit a condition; know `TYPE_CHECKING` and the main guard. What ends a branch early tells of the rest."""
        test = node.test
        self.conditions.append(node)
        checking = last_name(test) == "TYPE_CHECKING"
        if self.scope.kind == "module" and isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq):
            sides = (test.left, test.comparators[0])
            if "__name__" in map(last_name, sides):
                self.has_main_guard |= any(isinstance(s, ast.Constant) and s.value == "__main__" for s in sides)
        true, false = told_by(test)
        self.visit(test)
        self.operate(test, "bool")
        self.guard += checking
        self.checking += checking
        self.within(true, node.body)
        self.checking -= checking
        self.guard -= checking
        self.within(false, node.orelse)
        self.branch(told_after(node, true, false))

    def visit_While(self, node: ast.While) -> None:
        """Visit a loop."""
        self.conditions.append(node)
        self.visit(node.test)
        self.operate(node.test, "bool")
        self.within(told_by(node.test)[0], node.body)
        self.visit_all(node.orelse)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        """Visit a conditional expression."""
        true, false = told_by(node.test)
        self.visit(node.test)
        self.operate(node.test, "bool")
        self.within(true, [node.body])
        self.within(false, [node.orelse])

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """Visit what `and` and `or` join: each side knows what those before it have told."""
        outer, side = self.scope, node.op.__class__ is ast.Or
        for one in node.values:
            self.table[one.__class__](self, one)
            self.branch(told_by(one)[side])
        self.scope = outer

    def visit_Assert(self, node: ast.Assert) -> None:
        """Visit an assertion; what follows may rely on it."""
        self.visit(node.test)
        if node.msg is not None:
            self.visit(node.msg)
        self.branch(told_by(node.test)[0])

    def visit_Match(self, node: ast.Match) -> None:
        """Visit a match; a class pattern tells of the subject."""
        self.visit(node.subject)
        subject = name_of(node.subject)
        for case in node.cases:
            classes = classes_of(case.pattern)
            told: Facts = (Told(subject, "is", classes),) if subject and classes is not None else ()
            outer = self.scope
            self.branch(told)
            self.visit(case.pattern)
            if case.guard is not None:
                self.visit(case.guard)
                self.branch(told_by(case.guard)[0])
            self.visit_all(case.body)
            self.scope = outer

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        """Bind a captured name."""
        if node.pattern is not None:
            self.visit(node.pattern)
        if node.name:
            classes = classes_of(node.pattern)
            kind: OriginKind = "is" if classes is not None else "unknown"
            self._bind_name(node.name, Origin(kind, classes, self.scope), None)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        """Bind a captured rest."""
        if node.name:
            self._bind_name(node.name, Origin("unknown", None, self.scope), None)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        """Bind a captured rest of a mapping."""
        self.visit_children(node)
        if node.rest:
            self._bind_name(node.rest, Origin("unknown", None, self.scope), None)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        """Note the attributes a class pattern reads."""
        for attribute in node.kwd_attrs:
            self.chains.append(ChainUse(self.scope, self.source, ast.Constant(None), (attribute,), node.lineno))
        self.visit(node.cls)
        self.visit_all(node.patterns)
        for attribute, pattern in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
            if isinstance(pattern, ast.MatchAs) and pattern.pattern is None and pattern.name:
                taken = Origin("is", node.cls, self.scope, f".{attribute}")
                self._bind_name(pattern.name, taken, None)
            else:
                self.visit(pattern)
