"""Classes as models see them: ancestors, the calls assigned in their bodies, what their `Meta` says.

In: facts, the graph, texts. Out: look-ups for `django` and `alchemy`. Never decides what is a table.
"""

from collections.abc import Iterable, Iterator, Mapping

from auditor.model.code import CallFact, Definition, DefinitionId, ModuleFacts, Value, dotted
from auditor.model.graph import ReferenceGraph


class ModelClasses:
    """Look-ups over the classes of a project that are no tests."""

    def __init__(self, facts: Iterable[ModuleFacts], graph: ReferenceGraph, texts: Mapping[str, str]) -> None:
        self.graph = graph
        self.texts = texts
        self.facts = tuple(module for module in facts if not module.in_tests)
        self.by_dotted: dict[str, Definition] = {}
        self.values: dict[str, Value] = {}
        self.types: dict[str, str] = {}
        self.fields: dict[DefinitionId, list[tuple[str, CallFact]]] = {}
        self.annotated: dict[DefinitionId, list[Definition]] = {}
        for module in self.facts:
            self._add(module)

    def _add(self, module: ModuleFacts) -> None:
        self.types |= module.types
        for definition in module.definitions:
            if definition.kind == "class":
                self.by_dotted[dotted(definition.id)] = definition
            elif definition.kind == "variable" and definition.annotation and definition.parent:
                self.annotated.setdefault(definition.parent, []).append(definition)
        for assignment in module.assignments:
            self.values.setdefault(assignment.target, assignment.value)
        for call in module.calls:
            owner = dotted(call.source)
            if call.assigned_to and call.assigned_to.startswith(f"{owner}."):
                self.fields.setdefault(call.source, []).append((call.assigned_to[len(owner) + 1 :], call))

    def all(self) -> Iterator[Definition]:
        """Yield every class that stands at the top of a module or in another class."""
        yield from (one for one in self.by_dotted.values() if "<locals>" not in one.id)

    def ancestors(self, definition: Definition) -> list[Definition]:
        """Return a class and the project's classes it inherits from, nearest first."""
        found, queue = [definition], [definition]
        for current in queue:  # which grows
            for edge in self.graph.edges.get(current.id, ()):
                base = self.graph.definitions.get(edge.target) if edge.kind == "inherits" else None
                if base is not None and base.kind == "class" and base not in found:
                    found.append(base)
                    queue.append(base)
        return found

    def outside_bases(self, definition: Definition) -> frozenset[str]:
        """Return the dotted names of bases, its own and inherited ones, that are no classes of the project."""
        bases = (base for one in self.ancestors(definition) for base in one.bases)
        return frozenset(base for base in bases if base not in self.by_dotted)

    def meta(self, definition: Definition, name: str) -> Value | None:
        """Return what the `Meta` of the class itself gives a name."""
        return self.values.get(f"{dotted(definition.id)}.Meta.{name}")

    def attribute(self, definition: Definition, name: str) -> Value | None:
        """Return what the class itself gives a name."""
        return self.values.get(f"{dotted(definition.id)}.{name}")

    def line_text(self, definition: Definition) -> str:
        """Return the text of a definition, `""` where its file's text is not at hand."""
        text = self.texts.get(definition.path)
        return "" if text is None else "\n".join(text.splitlines()[definition.line - 1 : definition.end_line])

    def named(self, name: str, near: str) -> Definition | None:
        """Return the class that a dotted or bare name means; bare ones are looked for in the module `near` first."""
        found = self.by_dotted.get(name) or self.by_dotted.get(f"{near}.{name}")
        if found is not None:
            return found
        last = name.rpartition(".")[2]
        meant = [one for key, one in self.by_dotted.items() if key.endswith(f".{last}")]
        return meant[0] if len(meant) == 1 else None


def is_true(value: Value | None) -> bool:
    """Return whether a value is the literal `True`."""
    return value is not None and value.text == "builtins.True"


def text_of(value: Value | None) -> str:
    """Return a literal text, `""` for anything else."""
    return value.text if value is not None and value.kind == "text" else ""


def last_part(name: str) -> str:
    """Return the last part of a dotted name."""
    return name.rpartition(".")[2]
