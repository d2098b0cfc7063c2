"""What the joined program knows of a symbol: which lines lead to it, what else has its name, what stands where.

In: the target's definitions, the graph, facts. Out: look-ups by path and line. Pure.
"""

from collections.abc import Iterable

from auditor.model.code import Definition, DefinitionId, ModuleFacts, containers
from auditor.model.graph import Edge, ReferenceGraph

_USES = frozenset(("name", "attribute", "import", "string", "dynamic", "inherits", "registers", "doctest"))


class Program:
    """Look-ups for one target. `retired` are its definitions and everything in them."""

    def __init__(self, meant: Iterable[DefinitionId], graph: ReferenceGraph, facts: Iterable[ModuleFacts]) -> None:
        self.graph = graph
        self.meant = tuple(meant)
        self.facts = {module.path: module for module in facts}
        self.retired = frozenset(key for key in graph.definitions if self._is_inside(key))
        self.blocks: dict[str, list[Definition]] = {}
        self.uses: dict[str, dict[int, list[Edge]]] = {}
        for key in self.meant:
            one = graph.definitions[key]
            self.blocks.setdefault(one.path, []).append(one)
        for source, edges in graph.edges.items():
            origin = graph.definitions.get(source)
            for edge in edges if origin is not None and source not in self.retired else ():
                if edge.target in self.retired and edge.kind in _USES and origin is not None:
                    self.uses.setdefault(origin.path, {}).setdefault(edge.line, []).append(edge)
        self._tops = frozenset(module.module.partition(".")[0] for module in self.facts.values())
        self._users: dict[str, set[DefinitionId]] | None = None
        self._sorted: dict[str, list[Definition]] = {}
        self._related: dict[str, frozenset[DefinitionId]] = {}

    def _is_inside(self, key: DefinitionId) -> bool:
        return any(key == one or key.startswith(f"{one}.") for one in self.meant)

    def parsed(self, path: str) -> bool:
        """Return whether a file is Python whose references are known."""
        module = self.facts.get(path)
        return module is not None and module.parsed and path.endswith(".py")

    def block_at(self, path: str, line: int) -> Definition | None:
        """Return the target's own definition that holds a line."""
        return next((one for one in self.blocks.get(path, ()) if one.line <= line <= one.end_line), None)

    def enclosing(self, path: str, line: int) -> Definition | None:
        """Return the innermost definition, modules and imports left out, that holds a line."""
        if path not in self._sorted:
            module = self.facts.get(path)
            found = [one for one in module.definitions if one.kind not in ("module", "import")] if module else []
            self._sorted[path] = sorted(found, key=lambda one: one.lines)
        return next((one for one in self._sorted[path] if one.line <= line <= one.end_line), None)

    def related(self, path: str, line: int) -> bool:
        """Return whether the function or class around a line uses the target; at the top, whether the file does."""
        if path not in self.uses:
            return False
        if path not in self._related:
            found: set[DefinitionId] = set()
            for number in self.uses[path]:
                one = self.enclosing(path, number)
                while one is not None:
                    found.add(one.id)
                    one = self.graph.definitions.get(one.parent or "")
            self._related[path] = frozenset(found)
        one = self.enclosing(path, line)
        return one is None or one.id in self._related[path]

    def users_named(self, name: str) -> tuple[DefinitionId, ...]:
        """Return the definitions of a name that use the target, or in which something does."""
        if self._users is None:
            self._users = {}
            for edges in (edges for lines in self.uses.values() for edges in lines.values()):
                for source in {edge.source for edge in edges}:
                    for key in (source, *containers(source)):
                        one = self.graph.definitions.get(key)
                        if one is not None and one.kind not in ("module", "import"):
                            self._users.setdefault(one.name, set()).add(key)
        return tuple(sorted(self._users.get(name, ())))

    def other_meaning(self, path: str, line: int, name: str) -> str:
        """Return what else a name on a line means, in words; empty where nothing else is known."""
        module = self.facts.get(path)
        if module is None:
            return ""
        for one in module.definitions:
            here = one.name == name and one.line <= line <= one.end_line and one.id not in self.retired
            if here and one.kind not in ("import", "module"):
                return f"`{one.id}` is another {one.kind} of that name"
        for bound in module.imports:
            if bound.name == name and bound.line not in self.uses.get(path, {}) and self._is_other(bound.target):
                return f"here `{name}` is `{bound.target}`"
        for one in module.definitions:
            if one.id == f"{module.module}:{name}" and one.kind in ("class", "function") and one.id not in self.retired:
                return f"here `{name}` is `{one.id}`"
        return ""

    def _is_other(self, name: str) -> bool:
        """Return whether an imported dotted name leads to something else: outside the project, or that is there.

        What should be in the project and is not may be the target, after its definition has gone.
        """
        if name.partition(".")[0] not in self._tops:
            return True
        module, _, last = name.rpartition(".")
        queue, seen = [f"{module}:{last}"], set[str]()
        for current in queue:  # which grows
            one = self.graph.definitions.get(current)
            if one is None or current in seen or current in self.retired:
                continue
            if one.kind != "import":
                return True
            seen.add(current)
            queue += [edge.target for edge in self.graph.edges.get(current, ())]
        return False
