"""One file's bytes to ModuleFacts: a pure function of the bytes and the file's place.

In: bytes and a SourceFile. Out: ModuleFacts, also for a file that this Python cannot parse: then every identifier in it
counts as used and a Problem says so. Never raises for what a file contains, never reads another file.
"""

import ast
from collections.abc import Iterator

import msgspec

from auditor.analysis.collecting import paused
from auditor.analysis.entries.fixtures import parameters_of
from auditor.analysis.extraction.claims import accepts, claims
from auditor.analysis.extraction.conditions import Conditions
from auditor.analysis.extraction.examples import examples, note_type_comments
from auditor.analysis.extraction.handing import handed
from auditor.analysis.extraction.idle import guards, idle
from auditor.analysis.extraction.inner import inner
from auditor.analysis.extraction.operations import operations
from auditor.analysis.extraction.program import acts, is_program
from auditor.analysis.extraction.records import CallUse, Found, Imported
from auditor.analysis.extraction.references import references
from auditor.analysis.extraction.registering import registering
from auditor.analysis.extraction.scopes import Scope
from auditor.analysis.extraction.source import parse, unparsed
from auditor.analysis.extraction.templates import is_template, template_facts
from auditor.analysis.extraction.type_facts import note_growth, owner_of, type_facts
from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.values import arguments, keywords, value_of
from auditor.analysis.extraction.walk import Walk
from auditor.analysis.extraction.wrappers import promises, wrappers
from auditor.model.code import (
    Assignment,
    CallFact,
    Definition,
    DefinitionId,
    ImportFact,
    ModuleFacts,
    Problem,
    SourceFile,
    absolute_import,
    module_id,
    package_of,
)  # fmt: skip
from auditor.model.spans import Spans, source_lines


def extract(source: bytes, file: SourceFile, calls: frozenset[str], *, opinions: bool = True) -> ModuleFacts:
    """Return everything one file says.

    `calls` are the last name parts of calls to record. `opinions` also asks vulture's classes, on the same tree.
    """
    if is_template(file.path):
        return template_facts(source, file)
    with paused():
        try:
            text, tree, problem = parse(source, file.path)
            if tree is None:
                return unparsed(text, file, problem)
            facts = _facts(text, tree, file, calls, opinions=opinions)
            return msgspec.structs.replace(facts, problems=(problem,)) if problem.message else facts
        except RecursionError:
            deep = Problem(file.path, 0, "nested too deeply to analyse; every name in it counts as used")
            return unparsed(text, file, deep)


def _facts(text: str, tree: ast.Module, file: SourceFile, calls: frozenset[str], *, opinions: bool) -> ModuleFacts:
    lines = source_lines(text)
    spans = Spans(lines)
    walk = Walk(file.module, calls, lambda node: _origin(file, node))
    walk.visit_all(tree.body)
    note_type_comments(text, walk)
    names = Names(walk.module, walk.inner, has_star_imports=bool(walk.star_imports))
    note_growth(walk, names)
    conditions = Conditions(tree)
    package = package_of(file.module, is_package=file.is_package)
    typed = type_facts(walk, names)
    referred = references(walk, names, package)
    said = None
    if opinions:
        from auditor.analysis.opinions.vulture import ask_vulture

        said = ask_vulture(tree, text, file.path)
    length = len(lines) - (not lines[-1])
    whole = Definition(
        module_id(file.module), "module", file.path, 1, max(1, length), in_tests=file.in_tests,
        body_hash=spans.hash(1, length),
    )  # fmt: skip
    facts = ModuleFacts(
        file.path, file.module, file.is_package, file.in_tests, length,
        definitions=(whole, *(_definition(found, spans, names, file) for found in walk.found)),
        references=referred.references,
        imports=tuple(_import(one, file) for one in walk.imports if one.alias.name != "*"),
        star_imports=tuple(dict.fromkeys(walk.star_imports)),
        exports=None if walk.exports is None else tuple(walk.exports),
        calls=tuple(_call(use, names, conditions) for use in walk.call_uses),
        assignments=(
            *(
                Assignment(target, value_of(node, scope, names), line, line in conditions, augmented)
                for scope, target, node, line, augmented in walk.assignments
            ),
            *_attribute_tables(walk, names),
        ),
        dynamic=referred.dynamic, has_main_guard=walk.has_main_guard, is_program=is_program(text, tree.body),
        acts=acts(tree.body),
        strings=tuple([(string, line, source) for (string, source), line in walk.strings.items()]),
        used_names=said.used_names if said else frozenset(), types=typed.types,
        examples=examples(text, tree, walk, names),
        wrappers=wrappers(((one.id, one.node) for one in walk.found if id(one.node) in walk.nesting), walk.given),
        stores=frozenset(store.attribute for store in walk.stores if not owner_of(store.base, store.scope)),
        vulture=said.items if said else (), vulture_imports=said.imports if said else (),
        assigned=_assigned(walk, names), returns=typed.returns,
        inferred=typed.inferred, declared=typed.declared, generics=typed.generics,
        **inner(walk, names, referred, tree, text, file)._asdict(),
        requests={identity: given for _, identity, node in walk.functions if (given := parameters_of(node))}
        if file.in_tests or "pytest" in text else {},
        registering=registering(text),
        promises=promises(((one, node) for _, one, node in walk.functions) if "NotImplementedError" in text else ()),
        quiet=frozenset([one for one in walk.strings if one not in walk.flowing]),
        idle=idle((one, node) for _, one, node in walk.functions), guards=guards(tree, walk.conditions),
        operations=operations(walk, names),
        claims=claims(walk, names), **handed(walk, names)._asdict(), accepts=accepts(walk, names),
    )  # fmt: skip
    _let_go(walk, names)
    return facts


def _let_go(walk: Walk, names: Names) -> None:
    """Cut the cycles, so that the tree and all that was noted of it go at once and not with some later collection."""
    every = walk.module.every
    for scope in every:
        scope.bindings.clear()
        del scope.home
    every.clear()
    vars(walk).clear()
    vars(names).clear()


def _attribute_tables(walk: Walk, names: Names) -> Iterator[Assignment]:
    """Yield tables assigned to an attribute (`app.conf.beat_schedule = {…}`), under the receiver's dotted name."""
    for store in walk.stores:
        if isinstance(store.value, ast.Dict | ast.List | ast.Tuple):
            receiver = names.callee(store.base, store.scope)
            if receiver:
                line = store.value.lineno
                yield Assignment(f"{receiver}.{store.attribute}", value_of(store.value, store.scope, names), line)


def _assigned(walk: Walk, names: Names) -> tuple[tuple[DefinitionId, str, int], ...]:
    """Return which attributes are assigned, as targets of references: a property's setter runs then."""
    found: dict[tuple[DefinitionId, str], int] = {}
    for store in walk.stores:
        base = names.expression(store.base, store.scope) or ""
        found.setdefault((store.source, f"{base if base != '?' else ''}.{store.attribute}"), store.line)
    return tuple((*key, line) for key, line in found.items())


def _import(one: Imported, file: SourceFile) -> ImportFact:
    node, alias = one.node, one.alias
    if isinstance(node, ast.ImportFrom):
        base = _origin(file, node)
        target = f"{base}.{alias.name}" if base else alias.name
        name = alias.asname or alias.name
    else:
        name = alias.asname or alias.name.partition(".")[0]
        target = alias.name if alias.asname else name
    return ImportFact(name, target, one.source, node.lineno, alias.asname == alias.name, one.guarded)


def _origin(file: SourceFile, node: ast.ImportFrom) -> str:
    """Return the absolute name of what a statement imports from."""
    return absolute_import(file.module, node.level, node.module or "", is_package=file.is_package)


def _call(use: CallUse, names: Names, conditions: Conditions) -> CallFact:
    node = use.node
    called = isinstance(node, ast.Call)
    function = node.func if isinstance(node, ast.Call) else node
    return CallFact(
        use.source, names.callee(function, use.scope), node.lineno,
        arguments(node, use.scope, names) if isinstance(node, ast.Call) else (),
        keywords(node, use.scope, names) if isinstance(node, ast.Call) else {},
        use.assigned_to, use.decorates, called, node.lineno in conditions,
    )  # fmt: skip


def _definition(found: Found, spans: Spans, names: Names, file: SourceFile) -> Definition:
    node = found.node
    decorators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    metaclass = ""
    if isinstance(node, ast.ClassDef):
        bases = tuple(_base(base, found.scope, names) for base in node.bases)
        metaclass = next((_base(k.value, found.scope, names) for k in node.keywords if k.arg == "metaclass"), "")
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        decorators = tuple(_decorator(one, found.scope, names) for one in node.decorator_list)
    annotation = names.annotation(found.annotation, found.scope) if found.annotation is not None else ""
    return Definition(
        found.id, found.kind, file.path, found.line, found.end_line, decorators, bases, file.in_tests,
        spans.hash(found.line, found.end_line), annotation, metaclass,
    )  # fmt: skip


def _decorator(node: ast.expr, scope: Scope, names: Names) -> str:
    return names.callee(node.func if isinstance(node, ast.Call) else node, scope)


def _base(node: ast.expr, scope: Scope, names: Names) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    found = names.expression(node, scope) or "?"
    return "?" if found[0] == "{" or found[-1] in "]>" else found
