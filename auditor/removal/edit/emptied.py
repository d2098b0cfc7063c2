"""Blocks that a removal leaves empty. In: a tree and removals. Out: the same removals, with what follows from them.

A statement that does nothing any more goes; a block that must stay gets `pass`. An import inside
`try`/`except ImportError` goes with everything that waits for its failure, or not at all.
"""

import libcst as cst

from auditor.removal.edit.effects import has_effects
from auditor.removal.edit.removals import Removals
from auditor.removal.edit.tree import Compound, SuiteOwner, Tree, block_statements, scope_statements

_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


def settle(tree: Tree, removals: Removals) -> None:
    """Add to `removals` the statements and branches that become empty; raise EditError for half an import guard."""
    _settle_block(tree, removals, tree.module)


def _settle_block(tree: Tree, removals: Removals, block: cst.BaseSuite | cst.Module) -> None:
    for statement in block_statements(block):
        if statement in removals.gone:
            continue
        if isinstance(statement, (cst.ClassDef, cst.FunctionDef)):
            _settle_block(tree, removals, statement.body)
            _fill(removals, statement.body)
        elif isinstance(statement, Compound):
            _settle_compound(tree, removals, statement)


def _settle_compound(tree: Tree, removals: Removals, statement: SuiteOwner) -> None:
    match statement:
        case cst.If():
            _settle_if(tree, removals, statement)
        case cst.Try() | cst.TryStar():
            _settle_try(tree, removals, statement)
        case cst.Match():
            for case in statement.cases:
                _settle_block(tree, removals, case.body)
                _fill(removals, case.body)
        case cst.With():
            _settle_block(tree, removals, statement.body)
            _fill(removals, statement.body)
        case cst.For() | cst.While():
            _settle_block(tree, removals, statement.body)
            _fill(removals, statement.body)
            _settle_else(tree, removals, statement.orelse)


def _settle_if(tree: Tree, removals: Removals, statement: cst.If) -> None:
    _settle_block(tree, removals, statement.body)
    if isinstance(statement.orelse, cst.If):
        _settle_if(tree, removals, statement.orelse)
    else:
        _settle_else(tree, removals, statement.orelse)
    alone = statement.orelse is None or statement.orelse in removals.gone
    if _emptied(removals, statement.body) and alone and not has_effects(tree, statement.test):
        removals.gone.add(statement)
    else:
        _fill(removals, statement.body)


def _settle_else(tree: Tree, removals: Removals, orelse: cst.Else | None) -> None:
    if orelse is not None:
        _settle_block(tree, removals, orelse.body)
        if _emptied(removals, orelse.body):
            removals.gone.add(orelse)


def _settle_try(tree: Tree, removals: Removals, statement: cst.Try | cst.TryStar) -> None:
    _settle_block(tree, removals, statement.body)
    for handler in statement.handlers:
        _settle_block(tree, removals, handler.body)
    _settle_else(tree, removals, statement.orelse)
    if statement.finalbody is not None:
        _settle_block(tree, removals, statement.finalbody.body)
        if _emptied(removals, statement.finalbody.body) and statement.handlers:
            removals.gone.add(statement.finalbody)
    tail = [part for part in (statement.orelse, statement.finalbody) if part is not None and part not in removals.gone]
    idle = all(_idle(removals, handler.body) for handler in statement.handlers) and not tail
    if _emptied(removals, statement.body) and idle:
        removals.gone.add(statement)
        return
    _check_guarded_imports(tree, removals, statement)
    blocks = [statement.body, *(handler.body for handler in statement.handlers)]
    if statement.finalbody is not None and statement.finalbody not in removals.gone:
        blocks.append(statement.finalbody.body)
    for block in blocks:
        _fill(removals, block)


def _check_guarded_imports(tree: Tree, removals: Removals, statement: cst.Try | cst.TryStar) -> None:
    """Raise EditError where the last import of a guarded body went while its handlers still wait for its failure."""
    if not any(_catches_import_error(handler) for handler in statement.handlers):
        return
    imports = [s for s in scope_statements((statement.body,)) if isinstance(s, (cst.Import, cst.ImportFrom))]
    gone = [one for one in imports if removals.is_gone(tree, one)]
    if gone and len(gone) == len(imports):
        why = "it stands in try/except ImportError and the handlers do more than replace it; remove both or neither"
        raise tree.refusal(gone[0], _imported(gone[0]), why)


def _imported(statement: cst.CSTNode) -> str:
    if isinstance(statement, (cst.Import, cst.ImportFrom)) and not isinstance(statement.names, cst.ImportStar):
        return ", ".join(alias.evaluated_name for alias in statement.names)
    return "the import"


def _catches_import_error(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elements if isinstance(handler.type, cst.Tuple) else [cst.Element(handler.type)]
    names = {part.value.value for part in caught if isinstance(part.value, cst.Name)}
    names |= {part.value.attr.value for part in caught if isinstance(part.value, cst.Attribute)}
    return bool(names & _IMPORT_ERRORS)


def _emptied(removals: Removals, block: cst.BaseSuite) -> bool:
    """Return whether the removals take every statement of a block and leave no right side behind."""
    statements = block_statements(block)
    return bool(statements) and all(_vanishes(removals, one) for one in statements)


def _vanishes(removals: Removals, statement: cst.CSTNode) -> bool:
    return statement in removals.gone and getattr(statement, "value", None) not in removals.kept


def _idle(removals: Removals, block: cst.BaseSuite) -> bool:
    """Return whether a block does nothing once the removals are made."""
    return all(_vanishes(removals, one) or _does_nothing(one) for one in block_statements(block))


def _does_nothing(statement: cst.CSTNode) -> bool:
    constant = (cst.Ellipsis, cst.SimpleString)
    return isinstance(statement, cst.Pass) or (
        isinstance(statement, cst.Expr) and isinstance(statement.value, constant)
    )


def _fill(removals: Removals, block: cst.BaseSuite) -> None:
    if _emptied(removals, block):
        removals.passes.add(block)
