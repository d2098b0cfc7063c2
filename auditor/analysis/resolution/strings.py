"""Members that their own class names in a string: `Method("get_total")` in a schema, `callback="parse_item"`.

In: strings as facts, framework rules. Out: edges. Only classes below a base that a rule lists are asked; anywhere
else a string is no name.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.model.code import DefinitionId, ModuleFacts
from auditor.model.framework import FrameworkRule


def add_string_members(facts: Sequence[ModuleFacts], build: EdgeBuilder, rules: Sequence[FrameworkRule]) -> None:
    """Add an edge from a class to each member, inherited ones too, that a string in it names."""
    globs = tuple(glob for rule in rules for glob in rule.string_members)
    known: dict[str, bool] = {}
    for one in facts if globs else ():
        if not one.strings:
            continue
        for definition in one.definitions:
            if definition.kind == "class" and _asked(definition.id, globs, known, build):
                _add(definition.id, one, build)


def _asked(identity: DefinitionId, globs: Sequence[str], known: dict[str, bool], build: EdgeBuilder) -> bool:
    for base in build.symbols.external_bases(identity):
        if base not in known:
            known[base] = any(fnmatchcase(base.replace("()", ""), glob) for glob in globs)
        if known[base]:
            return True
    return False


def _add(identity: DefinitionId, facts: ModuleFacts, build: EdgeBuilder) -> None:
    order = build.symbols.order(identity)[0]
    inside = f"{identity}."
    for text, line, source in facts.strings:
        if source == identity or source.startswith(inside):
            for owner in order:
                member = build.symbols.members(owner).get(text)
                if member is not None:
                    build.add(identity, member, "string", line)
                    break
