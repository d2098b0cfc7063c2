"""Nodes to characters. In: a tree and removals. Out: the text without what is gone. Never decides what goes."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import libcst as cst

from auditor.removal.edit.removals import Removals
from auditor.removal.edit.text import Eraser
from auditor.removal.edit.tree import Span, Tree

_Clause = (cst.Else, cst.Finally)
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")


class _Part(NamedTuple):
    """One element of a list: its text, and where its comma ends (None without one)."""

    span: Span
    comma_end: int | None
    gone: bool


def cut(tree: Tree, removals: Removals) -> str:
    """Return the text of `tree` without what `removals` names."""
    cutter = _Cutter(tree, removals)
    tree.module.visit(cutter)
    return cutter.eraser.render()


class _Cutter(cst.CSTVisitor):
    """Walks the tree from the top and takes out what is gone, whole pieces before their parts."""

    def __init__(self, tree: Tree, removals: Removals) -> None:
        super().__init__()
        self.tree = tree
        self.removals = removals
        self.eraser = Eraser(tree.text, _simple_lines(tree))
        self._concerned = _with_holders(tree, {*removals.gone, *removals.kept, *removals.renamed, *removals.passes})

    def on_visit(self, node: cst.CSTNode) -> bool:
        if node not in self._concerned:
            return False
        if isinstance(node, cst.SimpleStatementLine):
            return self._visit_line(node)
        if isinstance(node, cst.SimpleStatementSuite):
            return self._visit_suite(node)
        if isinstance(node, cst.IndentedBlock) and node in self.removals.passes:
            self._fill(node)
            return False
        if node in self.removals.gone and isinstance(node, (cst.BaseCompoundStatement, *_Clause)):
            self._cut_lines(node, stand_in="")
            return False
        self._visit_elements(node)
        return True

    def _fill(self, block: cst.IndentedBlock) -> None:
        first, *rest = block.body
        self._cut_lines(first, stand_in="pass")
        for statement in rest:
            self._cut_lines(statement, stand_in="")

    def _cut_lines(self, node: cst.CSTNode, stand_in: str) -> None:
        first, last = self.tree.lines(node)
        has_body = not isinstance(node, cst.SimpleStatementLine)
        self.eraser.cut_block(first - 1, last - 1, has_body=has_body, stand_in=stand_in)

    def _visit_line(self, line: cst.SimpleStatementLine) -> bool:
        if all(self._vanishes(small) for small in line.body):
            self._cut_lines(line, stand_in="")
            return False
        self._cut_small(line.body)
        return True

    def _visit_suite(self, suite: cst.SimpleStatementSuite) -> bool:
        if suite in self.removals.passes:
            start, end = self.tree.span(suite.body[0]).start, self.tree.span(suite.body[-1]).end
            self.eraser.replace(start, end, "pass")
            return False
        self._cut_small(suite.body)
        return True

    def _vanishes(self, small: cst.CSTNode) -> bool:
        return small in self.removals.gone and getattr(small, "value", None) not in self.removals.kept

    def _cut_small(self, body: Sequence[cst.BaseSmallStatement]) -> None:
        """Take statements out of a line that keeps others; a right side with effects stays."""
        spans = [self.tree.span(small) for small in body]
        stays = [not self._vanishes(small) for small in body]
        for index, small in enumerate(body):
            value = getattr(small, "value", None)
            if small in self.removals.gone and value in self.removals.kept:
                kept = self.tree.outer_span(value)
                self.eraser.replace(spans[index].start, kept.start)
                self.eraser.replace(kept.end, spans[index].end)
            elif not stays[index] and index + 1 < len(body):
                self.eraser.replace(spans[index].start, spans[index + 1].start)
        last = max((n for n, stay in enumerate(stays) if stay), default=-1)
        if 0 <= last < len(body) - 1:
            self.eraser.replace(spans[last].end, spans[-1].end)

    def _visit_elements(self, node: cst.CSTNode) -> None:
        if node in self.removals.renamed:
            span = self.tree.span(node)
            self.eraser.replace(span.start, span.end, "_")
        elif isinstance(node, cst.Assign):
            self._cut_targets(node)
        elif isinstance(node, (cst.Import, cst.ImportFrom)) and not isinstance(node.names, cst.ImportStar):
            bracketed = isinstance(node, cst.ImportFrom) and node.lpar is not None
            self._cut_parts(self._parts(node.names), bracketed=bracketed, keeps_comma=False)
        elif isinstance(node, (cst.List, cst.Set)):
            self._cut_parts(self._parts(node.elements), bracketed=True, keeps_comma=False)
        elif isinstance(node, cst.Tuple):
            self._cut_tuple(node)

    def _cut_targets(self, node: cst.Assign) -> None:
        starts = [self.tree.outer_span(target.target).start for target in node.targets]
        starts.append(self.tree.outer_span(node.value).start)
        if any(target not in self.removals.gone for target in node.targets):
            for index, target in enumerate(node.targets):
                if target in self.removals.gone:
                    self.eraser.replace(starts[index], starts[index + 1])

    def _cut_tuple(self, node: cst.Tuple) -> None:
        parts = self._parts(node.elements)
        if parts and all(part.gone for part in parts):
            span = self.tree.outer_span(node)
            self.eraser.replace(span.start, span.end, "()")
        else:
            alone = sum(not part.gone for part in parts) == 1
            self._cut_parts(parts, bracketed=bool(node.lpar), keeps_comma=alone)

    def _parts(self, elements: Sequence[cst.ImportAlias | cst.BaseElement]) -> list[_Part]:
        parts: list[_Part] = []
        for element in elements:
            comma_end = self.tree.span(element.comma).end if isinstance(element.comma, cst.Comma) else None
            parts.append(_Part(self.tree.span(element), comma_end, element in self.removals.gone))
        return parts

    def _cut_parts(self, parts: list[_Part], *, bracketed: bool, keeps_comma: bool) -> None:
        kept = [index for index, part in enumerate(parts) if not part.gone]
        if len(kept) == len(parts):
            return
        last = kept[-1] if kept else -1
        if keeps_comma and parts[last].comma_end is None:
            self.eraser.replace(parts[last].span.end, parts[last].span.end, ",")
        for index, part in enumerate(parts):
            if part.gone and (index < last or bracketed):
                if bracketed:
                    forward = index + 1 < len(parts)
                    self.eraser.cut_inside_line(part.span.start, part.comma_end or part.span.end, forward=forward)
                else:
                    self.eraser.replace(part.span.start, parts[index + 1].span.start)
        if 0 <= last < len(parts) - 1:
            self._close(parts, last, bracketed=bracketed, keeps_comma=keeps_comma)

    def _close(self, parts: list[_Part], last: int, *, bracketed: bool, keeps_comma: bool) -> None:
        """Mend the end of a list whose last elements are gone: no comma that was not there before."""
        comma_end = parts[last].comma_end or parts[last].span.end
        if not bracketed:
            self.eraser.replace(comma_end if keeps_comma else parts[last].span.end, parts[-1].span.end)
        elif parts[-1].comma_end is None and not keeps_comma:
            same_line = self.eraser.line_of(comma_end) == self.eraser.line_of(parts[last + 1].span.start)
            if same_line:
                self.eraser.replace(parts[last].span.end, comma_end)


def _with_holders(tree: Tree, nodes: Iterable[cst.CSTNode]) -> frozenset[cst.CSTNode]:
    """Return nodes and everything that holds one of them."""
    found: set[cst.CSTNode] = set()
    for node in nodes:
        current: cst.CSTNode | None = node
        while current is not None and current not in found:
            found.add(current)
            current = tree.parent(current)
    return frozenset(found)


def _simple_lines(tree: Tree) -> frozenset[int]:
    """Return the 0-based lines that simple statements cover."""
    covered: set[int] = set()
    left: list[cst.CSTNode] = list(tree.module.body)
    while left:
        node = left.pop()
        if isinstance(node, cst.SimpleStatementLine):
            first, last = tree.lines(node)
            covered.update(range(first - 1, last))
        elif not isinstance(node, cst.SimpleStatementSuite):
            inner = [getattr(node, part, None) for part in _BLOCKS]
            for one in inner:
                left.extend(one if isinstance(one, (list, tuple)) else () if one is None else (one,))
    return frozenset(covered)
