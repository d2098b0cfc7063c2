"""Modules that give names on demand: a `__getattr__` of the module's own, and a table of what comes from where.

In: strings and assigned tables as facts. Out: edges from the `__getattr__` to the names in the table that a module of
the project has, which that table names too; `maybe` edges to all public names of one of which no name is written.
Never works out which name comes from which module: a name counts for each of them.
"""

from collections.abc import Iterator, Sequence

from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.model.code import DefinitionId, ModuleFacts, Value, absolute_import, package_of


def add_lazy_modules(facts: Sequence[ModuleFacts], build: EdgeBuilder) -> None:
    """Add what every module with a `__getattr__` may give."""
    for one in facts:
        getter = f"{one.module}:__getattr__"
        if getter not in build.symbols.by_id:
            continue
        texts = {text: line for text, line, _ in one.strings}
        for assignment in one.assignments:
            for text in _texts(assignment.value):
                texts.setdefault(text, assignment.line)
        for text, line in texts.items():
            for named in _modules(text, one, build):
                _give(getter, named, texts, line, build)


def _texts(value: Value) -> Iterator[str]:
    if value.kind == "text":
        yield value.text
    yield from value.keys
    for inner in (*value.values, *value.keywords.values()):
        yield from _texts(inner)


def _modules(text: str, facts: ModuleFacts, build: EdgeBuilder) -> Iterator[ModuleFacts]:
    """Yield the modules that a text names: in full, from the package (`"._thing"`), or beside the file (`"_thing"`)."""
    bare = text.lstrip(".")
    if not bare or "/" in text:
        return
    if bare != text:
        names = [absolute_import(facts.module, len(text) - len(bare), bare, is_package=facts.is_package)]
    else:
        names = [text, f"{package_of(facts.module, is_package=facts.is_package)}.{text}"]
    for name in names:
        found = build.symbols.modules.get(name)
        if found is not None and found is not facts and (facts.in_tests or not found.in_tests):
            yield found


def _give(getter: DefinitionId, named: ModuleFacts, texts: dict[str, int], line: int, build: EdgeBuilder) -> None:
    """Let the `__getattr__` use the names of a module that are written beside it, or else maybe all public ones."""
    top = [one for one in named.definitions if "." not in one.qualified_name]
    given = [one for one in top if one.qualified_name in texts]
    for one in given:
        build.add(getter, one.id, "string", texts[one.qualified_name])
    if not given:
        public = build.group(("public", named.path), lambda: (one.id for one in top if one.qualified_name[:1] != "_"))
        build.maybe(getter, public, line, "string")
