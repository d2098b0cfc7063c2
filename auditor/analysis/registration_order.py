"""In which order registrations on one object happen, as far as the source tells.

In: registrations. Out: sortable keys. Registrations in the object's own module and scope follow its lines. Those made
in a function, or in another module, happen where that function is used or that module is imported there.
"""

from auditor.analysis.registrations import Registrations
from auditor.model.code import CallFact, DefinitionId, ModuleFacts, dotted

_NEVER_SEEN = 1e9


class OrderOf:
    """Answers for all objects; what a module refers to is looked up once."""

    def __init__(self, registrations: Registrations) -> None:
        self.known = registrations
        self._lines: dict[str, dict[str, int]] = {}

    def of(self, name: str, facts: ModuleFacts, call: CallFact) -> tuple[float, str, int]:
        """Return the key of a call in `facts` that registers something on the object `name`."""
        built = self.known.built.get(name)
        if built is None:
            return (0.0, facts.path, call.line)
        registering = self._function(call.source)
        owner = name.rpartition(".<locals>.")[0]
        if built.facts.path == facts.path and registering == owner:
            return (float(call.line), facts.path, call.line)
        return (self._line_of(built.facts, registering, facts.module), facts.path, call.line)

    def is_certain(self, name: str, facts: ModuleFacts, call: CallFact) -> bool:
        """Return whether a registration on the object `name` happens whenever the object is made.

        It does where it stands beside the object, in the same function or module, and under no condition.
        """
        built = self.known.built.get(name)
        beside = built is not None and built.facts.path == facts.path
        return beside and not call.conditional and self._function(call.source) == name.rpartition(".<locals>.")[0]

    def _function(self, source: DefinitionId) -> str:
        """Return the dotted name of the function that a source is, `""` for what runs on import."""
        found = self.known.symbols.by_id.get(source)
        return dotted(source) if found is not None and found.kind in ("function", "method") else ""

    def _line_of(self, holder: ModuleFacts, function: str, module: str) -> float:
        """Return the line on which `holder` first uses a function, or imports a module."""
        lines = self._lines.get(holder.path)
        if lines is None:
            lines = self._lines[holder.path] = {}
            for reference in sorted(holder.references, key=lambda one: one.line):
                if reference.kind != "import":
                    lines.setdefault(self.known.canonical(reference.target), reference.line)
            for imported in sorted(holder.imports, key=lambda one: one.line):
                target = self.known.canonical(imported.target)
                lines.setdefault(f"import {target}", imported.line)
                lines.setdefault(f"import {target.rpartition('.')[0]}", imported.line)
        return float(lines.get(function, lines.get(f"import {module}", _NEVER_SEEN)))
