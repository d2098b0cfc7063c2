"""Tags and filters of templates: who refers to them stands in the tree, so they are judged by that as helpers are.

In: a `Case`, one tag that went. Out: breaches and notes in it. Never reads a template: its facts say what it uses.
Statements that put filters into Jinja's tables are judged too; its globals are not, for views can give them as well.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from auditor.gate.findings import Case
from auditor.gate.sides import Side
from auditor.model.code import CallFact, DefinitionId, ModuleFacts, module_id

_DECORATORS = (
    "simple_tag", "inclusion_tag", "simple_block_tag", "assignment_tag", "template_filter", "template_global",
    "template_test", "app_template_filter", "app_template_global", "app_template_test", "register.filter",
    "register.tag", "Library.filter", "Library.tag",
)  # fmt: skip
_ADDING = ("add_template_filter", "add_template_test", "add_template_global")
_UPDATING = (".filters.update", ".tests.update", ".globals.update")
_TABLES = (".filters", ".tests")
_COMPUTING = frozenset({"__name__", "getmembers", "getattr", "import_module"})


def is_for_templates(detail: str) -> bool:
    """Return whether an entry's detail says that a decorator gives templates something to name."""
    decorator = detail.partition(" ")[0]
    return decorator.startswith("@") and decorator.endswith(_DECORATORS)


def judge_tag(case: Case, definition: DefinitionId, given: str, detail: str) -> None:
    """Judge a tag or filter that went, or is registered no more, by the templates of head that use its name.

    `given` are the names that its decorator gives, by commas.
    """
    before = {(case.fates.now(identity), name) for identity, name in _given(case.base)}
    anew = {name for identity, name in _given(case.head) if (identity, name) not in before}
    anew |= _added(case.head) - _added(case.base)
    names = {case.base.definitions[definition].name, *given.split(", ")} - anew
    _stop_uses(case, definition, names)
    case.note(definition, f"{detail}, and no template of head uses it")


def judge_tables(case: Case) -> None:
    """Judge the filters that statements gave Jinja's templates at base, and that nothing of head can give them."""
    before = {*_put(case.base)}
    lost = {name for name, _ in before} - _added(case.head) - {name for _, name in _given(case.head)}
    if not lost or _is_computed(case.head):
        return
    lost -= {text for module in _code(case.head) for text, *_ in module.strings}
    for name, module in sorted(before):
        if name in lost:
            _stop_uses(case, module_id(module), {name})


def names_given(module: ModuleFacts) -> frozenset[str]:
    """Return every text of a file that gives templates filters: the names that `judge_tables` may miss are in it."""
    put = any(one.target.endswith((*_TABLES, *_UPDATING)) for one in module.references)
    if module.in_tests or not (put or any(one.callee.endswith((*_ADDING, *_UPDATING)) for one in module.calls)):
        return frozenset()
    return frozenset(text for text, *_ in module.strings).union(
        *(value.keys for one in module.calls for value in one.args)
    )


def _stop_uses(case: Case, definition: DefinitionId, names: AbstractSet[str]) -> None:
    """Stop what templates of head use by these names."""
    for module in case.head.facts:
        for one in module.references if _is_template(module) else ():
            if one.target[:1] == "." and one.target[1:] in names:
                place = f"{module.path}:{one.line} still uses {one.target[1:]} in a template"
                case.breach_at(definition, module.path, max(1, one.line), "dangling_reference", place)


def _is_template(module: ModuleFacts) -> bool:
    return module.module.startswith("/")


def _code(side: Side) -> Iterator[ModuleFacts]:
    return (module for module in side.facts if not module.in_tests and not _is_template(module))


def _adding(side: Side) -> Iterator[tuple[ModuleFacts, CallFact]]:
    """Yield the calls that give templates something."""
    for module in _code(side):
        for call in module.calls:
            if call.decorates is None and call.callee.endswith((*_ADDING, *_UPDATING)):
                yield module, call


def _filling(side: Side) -> Iterator[tuple[ModuleFacts, AbstractSet[DefinitionId]]]:
    """Yield the modules that name tables of Jinja, with the bodies that do."""
    for module in _code(side):
        bodies = {one.source for one in module.references if one.target.endswith((*_TABLES, *_UPDATING))}
        if bodies and any("jinja" in one.target for one in module.references):
            yield module, bodies


def _added(side: Side) -> frozenset[str]:
    """Return the names under which calls and statements may give templates something."""
    found = {text for module, bodies in _filling(side) for text, _, source in module.strings if source in bodies}
    for _, call in _adding(side):
        values = [*call.args, *call.keywords.values()]
        texts = [value.text for value in values if value.kind == "text"]
        found.update(texts or (value.text.rpartition(".")[2] for value in values[:1] if value.kind == "name"))
        found.update(call.keywords, *(value.keys for value in values))
    return frozenset(found)


def _put(side: Side) -> Iterator[tuple[str, str]]:
    """Yield the names of filters and tests that calls and statements give templates, each with its module."""
    for module, call in _adding(side):
        for value in call.args if call.callee.endswith((*_ADDING[:2], *_UPDATING[:2])) else ():
            names = value.keys if value.kind == "dict" else (value.text,) if value.kind == "text" else ()
            yield from ((name, module.module) for name in names)
    for module, bodies in _filling(side):
        lines = {one.line for one in module.references if one.source in bodies and _is_code(side, one.target)}
        for text, line, source in module.strings:
            if source in bodies and line in lines:
                yield text, module.module


def _is_code(side: Side, name: str) -> bool:
    trail = side.names.resolve("", name).trail
    return bool(trail) and side.definitions[trail[-1]].kind in ("function", "class")


def _is_computed(side: Side) -> bool:
    """Return whether code gives templates what it only knows when it runs."""
    return any(
        one.source in bodies and (one.target in side.by_module or one.target.rpartition(".")[2] in _COMPUTING)
        for module, bodies in _filling(side)
        for one in module.references
    )


def _given(side: Side) -> Iterator[tuple[DefinitionId, str]]:
    """Yield what decorators give templates, with the names that they give it; its own where they give none."""
    for module in side.facts:
        for call in () if module.in_tests else module.calls:
            if call.decorates is not None and is_for_templates(f"@{call.callee}"):
                values = [*call.args, *(value for key, value in call.keywords.items() if key == "name")]
                names = [value.text for value in values if value.kind == "text"]
                yield from ((call.decorates, name) for name in names or [side.definitions[call.decorates].name])
