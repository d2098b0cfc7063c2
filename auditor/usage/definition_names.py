"""Names that production reports -> definitions: handlers, components, tasks, commands, functions.

In: the analysis, component names, what the application published. Out: the definitions a name stands for; none or
several where it is not clear. Never guesses by likeness: a name stands for a definition only if its whole last part and
its module agree.
"""

from collections.abc import Iterable, Mapping

from auditor.model.code import Definition, DefinitionId, dotted
from auditor.model.graph import Analysis
from auditor.model.usage import RegisteredHandler, RegisteredName, UsageKind

_CALLABLE = ("function", "method", "class", "property")


class DefinitionNames:
    """An index of a tree's definitions by the names that production may use for them."""

    def __init__(
        self,
        analysis: Analysis,
        components: Mapping[str, tuple[DefinitionId, ...]],
        registered: Iterable[RegisteredName] = (),
    ) -> None:
        self._definitions = analysis.graph.definitions
        self._components = components
        self._tasks: dict[str, list[DefinitionId]] = {}
        for entry in analysis.entry_points:
            if (
                entry.usage_key
                and entry.kind != "route"
                and entry.definition not in self._tasks.get(entry.usage_key, ())
            ):
                self._tasks.setdefault(entry.usage_key, []).append(entry.definition)
        self._dotted: dict[str, list[DefinitionId]] = {}
        self._qualified: dict[str, list[DefinitionId]] = {}
        self._by_file: dict[str, list[Definition]] = {}
        self._stems: dict[str, list[DefinitionId]] = {}
        for definition in self._definitions.values():
            if definition.kind == "module" and not definition.module.startswith("/"):
                self._stems.setdefault(definition.module.rpartition(".")[2], []).append(definition.id)
            if definition.kind in _CALLABLE:
                self._dotted.setdefault(dotted(definition.id), []).append(definition.id)
                self._qualified.setdefault(definition.qualified_name, []).append(definition.id)
                self._by_file.setdefault(definition.path.rpartition("/")[2], []).append(definition)
        self._registered: dict[tuple[UsageKind, str], set[DefinitionId]] = {}
        for one in registered:
            if (target := self.handler(one.target)) is not None:
                self._registered.setdefault((one.kind, one.name), set()).add(target)

    def of(self, name: str, kind: UsageKind) -> tuple[DefinitionId, ...]:
        """Return the definitions that the name of a component, task, command or function stands for, sorted.

        In this order: what the running application published under the name; the declared name of a component or task;
        the id or dotted name; for a component or task the name inside its module, where production may have left the
        module out, and the name of a file without its ending, where only one file has it.
        """
        if published := self._registered.get((kind, name)):
            return tuple(sorted(published))
        if kind == "component" and (registered := self.known(self._components.get(name, ()))):
            return registered
        if kind == "task" and name in self._tasks:
            return tuple(sorted(self._tasks[name]))
        if name in self._definitions:
            return (name,)
        found = self._dotted.get(name.replace(":", "."), [])
        if not found and kind in ("component", "task"):
            stems = self._stems.get(name, [])
            found = self._qualified.get(name) or (stems if len(stems) == 1 else [])
        return tuple(sorted(found))

    def handler(self, registered: RegisteredHandler) -> DefinitionId | None:
        """Return the definition of a handler as the running application named it, None where that is not clear.

        By its id; then by file and line, if the name agrees; then by the end of its id, where only one definition has
        it: the application may import the same module under a shorter or longer name.
        """
        if registered.handler in self._definitions:
            return registered.handler
        module, _, qualified = registered.handler.partition(":")
        return self._by_place(registered, qualified) or self._by_suffix(module, qualified)

    def _by_place(self, registered: RegisteredHandler, qualified: str) -> DefinitionId | None:
        """Return the definition in whose lines the handler stands; `registered.path` may be another machine's."""
        path = registered.path.replace("\\", "/")
        candidates = [
            definition.id
            for definition in self._by_file.get(path.rpartition("/")[2], ())
            if f"/{path}".endswith(f"/{definition.path}")
            and definition.line <= registered.line <= definition.end_line
            and definition.name == qualified.rpartition(".")[2]
        ]
        return candidates[0] if len(candidates) == 1 else None

    def _by_suffix(self, module: str, qualified: str) -> DefinitionId | None:
        candidates = [
            found
            for found in self._qualified.get(qualified, ())
            if _one_ends_with_the_other(found.partition(":")[0], module)
        ]
        return candidates[0] if len(candidates) == 1 else None

    def known(self, definitions: Iterable[DefinitionId]) -> tuple[DefinitionId, ...]:
        """Return those of `definitions` that this tree has, without repetition, sorted."""
        return tuple(sorted({definition for definition in definitions if definition in self._definitions}))


def _one_ends_with_the_other(one: str, other: str) -> bool:
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")
