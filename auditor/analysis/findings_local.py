"""Findings inside one file: unused imports, local variables and arguments, unreachable statements.

In: facts with vulture's opinions, and the analysis. Out: `ScanFinding`s of status `local`. An import is reported only
where our own references agree that nothing in the file, and no other file, uses it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from auditor.model.code import Definition, DefinitionId, ImportFact, LocalFinding, ModuleFacts
from auditor.model.graph import Analysis
from auditor.model.report import ScanFinding
from auditor.model.verdict import Evidence

_RULES = {"import": "AUD010", "variable": "AUD011", "argument": "AUD012", "unreachable": "AUD013"}
_SAID = {
    "import": "nothing in the file uses this import, and no other file takes it from here",
    "variable": "the file never reads this local variable",
    "argument": "the function never reads this argument",
    "unreachable": "control flow never gets here",
}


def local_findings(
    analysis: Analysis, facts: Sequence[ModuleFacts], outer: Mapping[DefinitionId, ScanFinding]
) -> Iterable[ScanFinding]:
    """Yield the local findings of all files; `outer` are the findings they may lie inside."""
    taken = {edge.target for edges in analysis.graph.edges.values() for edge in edges
             if edge.source.partition(":")[0] != edge.target.partition(":")[0]}  # fmt: skip
    starred = {star for one in facts for star in one.star_imports}
    entries = {one.definition for one in analysis.entry_points}
    for one in facts:
        scopes = [d for d in one.definitions if d.kind in ("function", "method", "property", "class")]
        classes = {d.id: d for d in one.definitions if d.kind == "class"}
        imports = _unused_imports(one, taken, starred)
        for local in one.local_findings:
            around = _around(scopes, local.line)
            if local.kind == "import":
                if local.name not in imports:
                    continue
            elif local.kind == "variable":
                if around is None or around.kind == "class" or around.line == local.line:
                    continue
            elif local.kind == "argument":
                if around is None or around.kind == "class" or not _is_free(around, classes, entries):
                    continue
            elif local.kind != "unreachable":
                continue
            yield _finding(one, local, around, outer)


def _unused_imports(facts: ModuleFacts, taken: set[str], starred: set[str]) -> set[str]:
    """Return names of imports that may be called unused.

    A dotted name in a string keeps the import it starts with: quoted types stand in plain assignments as well.
    """
    targets = [reference.target for reference in facts.references]
    kept = {*(facts.exports or ()), *(text.partition(".")[0] for text, _, _ in facts.strings if "." in text)}
    return {
        one.name
        for one in facts.imports
        if not one.explicit
        and not one.guarded
        and one.name not in kept
        and not one.target.startswith("__future__")
        and not (facts.module in starred and facts.exports is None)
        and f"{facts.module}:{one.name}" not in taken
        and not _is_used(one, targets)
    }


def _is_used(one: ImportFact, targets: Sequence[str]) -> bool:
    longer = (f"{one.target}.", f"{one.target}(")
    return any(target == one.target or target.startswith(longer) for target in targets)


def _around(scopes: Sequence[Definition], line: int) -> Definition | None:
    """Return the innermost function or class around a line."""
    inside = [one for one in scopes if one.line <= line <= one.end_line]
    return min(inside, key=lambda one: one.lines) if inside else None


def _is_free(function: Definition, classes: Mapping[DefinitionId, Definition], entries: set[DefinitionId]) -> bool:
    """Return whether a function's signature is its own affair: no decorator, base class or entry point asks for it."""
    name = function.name
    if function.decorators or function.in_tests or function.id in entries or name.startswith("__"):
        return False
    owner = classes.get(function.parent or "")
    return owner is None or not (owner.bases or owner.decorators)


def _finding(
    facts: ModuleFacts, local: LocalFinding, around: Definition | None, outer: Mapping[DefinitionId, ScanFinding]
) -> ScanFinding:
    kind: Literal["import", "variable", "argument", "unreachable"] = local.kind  # type: ignore[assignment]  # filtered by the caller
    name = f"<line {local.line}>" if kind == "unreachable" else local.name
    identity = f"{around.id}.<locals>.{name}" if around else f"{facts.module}:{name}"
    detail = f"{_SAID[kind]} ({local.name})" if kind == "unreachable" else _SAID[kind]
    evidence = Evidence("local", "dead", detail, facts.path, local.line)
    inside = None
    if around is not None and around.id in outer:
        inside = outer[around.id].inside or around.id
    elif f"{facts.module}:" in outer:
        inside = f"{facts.module}:"
    return ScanFinding(
        identity, kind, "python", facts.path, local.line, local.end_line, local.end_line - local.line + 1,
        "local", _RULES[kind], ("vulture",), (evidence,), inside,
    )  # fmt: skip
