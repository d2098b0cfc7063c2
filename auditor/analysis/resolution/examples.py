"""What examples in docstrings use: not claimed, because whoever runs them would miss it.

In: examples as facts. Out: `maybe` edges. An example of a definition in its own docstring says nothing: it goes along.
"""

from collections.abc import Iterator

from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.model.code import DefinitionId, ModuleFacts, module_id


def add_examples(facts: ModuleFacts, build: EdgeBuilder) -> None:
    """Add what the examples of one file use, of the file itself and of others."""
    for documented, target, line in facts.examples:
        for identity in _targets(facts, target, build):
            own = identity == documented or documented.startswith(f"{identity}.")
            if not own and build.symbols.by_id[identity].kind not in ("module", "import"):
                build.maybe(module_id(facts.module), (identity,), line, "doctest")


def _targets(facts: ModuleFacts, target: str, build: EdgeBuilder) -> Iterator[DefinitionId]:
    if not target.startswith("."):
        trail = build.symbols.lookup(build.symbols.near(facts.module, target)).trail
        yield from (one for one in trail if one in build.symbols.by_id)
        return
    for definition in facts.definitions:
        if definition.kind in ("method", "property") and definition.name == target[1:]:
            yield definition.id
