"""What goes: the findings that can be removed without breaking what stays, and the tests that go with them.

In: findings, `Analysis`, `ReferenceIndex`. Out: `Selection`, with a reason for every finding that must stay after all.
It starts from everything that may be planned and takes back what something that stays still needs, until nothing
changes. Never orders or packs.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import PurePosixPath

import msgspec

from auditor.model.code import Definition, DefinitionId, lies_in, module_id
from auditor.model.graph import Analysis
from auditor.model.verdict import Finding, HeldBack, Verdict
from auditor.plan.references import Binding, ReferenceIndex, Use
from auditor.plan.registrations import Registration, registered_in, registered_lines, registrations
from auditor.plan.structure import Shapes
from auditor.plan.tests_going import tests_going, uses_of
from auditor.plan.tests_side import TestCode


class Selection(msgspec.Struct, frozen=True):
    """What goes.

    `going` are all ids that vanish, those inside others and tests included. `files` are modules whose file is deleted
    whole. `outermost` are the ids to name in edits: not inside another that goes, not in a file that goes. `imports`
    are those in files that stay which must go because what they import goes. `tests` are those of `going` that are
    tests. `registrations` are where tables of routes name handlers that go. `held` says why a finding that could have
    been planned stays.
    """

    going: frozenset[DefinitionId]
    files: frozenset[str]
    outermost: tuple[DefinitionId, ...]
    imports: tuple[Binding, ...]
    tests: frozenset[DefinitionId]
    held: Mapping[DefinitionId, tuple[HeldBack, ...]]
    registrations: tuple[Registration, ...] = ()


def select(
    findings: Iterable[Finding],
    analysis: Analysis,
    references: ReferenceIndex,
    *,
    dormant: frozenset[DefinitionId] = frozenset(),
    barred: Mapping[DefinitionId, HeldBack] = {},
) -> Selection:
    """Return what goes; `dormant` are DORMANT ids to take, `barred` ids, imports too, that were found impossible."""
    known = {f.definition.id: f for f in findings if f.verdict is not Verdict.LIVE}
    plannable = (f for f in known.values() if f.plannable)
    chosen = {f.definition.id for f in plannable if f.verdict is not Verdict.DORMANT or f.definition.id in dormant}
    return _Selecting(analysis, references, known, chosen).run(barred)


class _Selecting:
    """The narrowing: `candidates` only shrinks, so it ends."""

    def __init__(
        self,
        analysis: Analysis,
        references: ReferenceIndex,
        known: Mapping[DefinitionId, Finding],
        chosen: set[DefinitionId],
    ) -> None:
        self.definitions = analysis.graph.definitions
        self.references = references
        self.known = known
        self.candidates = chosen
        self.held: dict[DefinitionId, list[HeldBack]] = {}
        self.code = TestCode(analysis, references)
        self.tests: set[DefinitionId] = set()
        self.test_files = {module for module, facts in references.facts.items() if facts.in_tests}
        self.shapes = Shapes(analysis, references.name_readers)
        self.files: set[str] = set()
        self.barred: Mapping[DefinitionId, HeldBack] = {}
        self.registrations = registrations(analysis, references)
        self.registered = registered_lines(self.registrations)

    def run(self, barred: Mapping[DefinitionId, HeldBack]) -> Selection:
        self.barred = barred
        for identity, held in barred.items():
            self.hold(identity, held)
        self.registered = registered_lines(self.registrations, frozenset(barred))
        before = -1
        while before != len(self.candidates):
            before = len(self.candidates)
            self.settle_containers()
            self.settle_shapes()
            self.settle_files()
            self.settle_tests()
            self.settle_uses()
            self.settle_imports()
        return self.result()

    def hold(self, identity: DefinitionId, held: HeldBack) -> None:
        """Take a candidate back with its reason."""
        if identity in self.candidates:
            self.candidates.discard(identity)
            self.held.setdefault(identity, []).append(held)

    def settle_shapes(self) -> None:
        """Hold back what its shape forbids to remove without what else stays."""
        for identity in sorted(self.candidates):
            held = self.shapes.hold(identity, self.candidates)
            if held is not None:
                self.hold(identity, held)

    def settle_containers(self) -> None:
        """A class or function goes only with all that is in it; what is in one that must stay, stays."""
        changed = True
        while changed:
            changed = False
            for identity in sorted(self.candidates):
                definition = self.definitions[identity]
                if definition.kind != "module" and (reason := self.container_reason(definition)):
                    self.hold(identity, HeldBack("still_referenced", reason))
                    changed = True

    def container_reason(self, definition: Definition) -> str:
        staying = next((c for c in self.references.children.get(definition.id, ()) if c not in self.candidates), None)
        if staying is not None:
            return f"it contains `{staying}`, which stays{self.why(staying)}"
        parent = self.definitions.get(definition.parent or "")
        if parent is None or parent.kind == "module" or parent.id in self.candidates or parent.id not in self.known:
            return ""
        return f"it is part of `{parent.id}`, which stays{self.why(parent.id)}"

    def why(self, identity: DefinitionId) -> str:
        held = self.held.get(identity) or list(self.known[identity].held_back if identity in self.known else ())
        return f" ({held[0].reason.replace('_', ' ')})" if held else ""

    def settle_files(self) -> None:
        """A file goes whole when nothing in it stays; a package only with all its files."""
        modules = {m for m in self.references.facts if module_id(m) in self.candidates}
        whole = {
            module
            for module in modules
            if all(child in self.candidates for child in self.references.children.get(module_id(module), ()))
        }
        for module in modules - whole:
            children = self.references.children.get(module_id(module), ())
            staying = next(child for child in children if child not in self.candidates)
            held = HeldBack("still_referenced", f"it contains `{staying}`, which stays{self.why(staying)}")
            self.hold(module_id(module), held)
        for module in sorted(whole, key=lambda m: (-m.count("."), m)):
            if self.references.facts[module].is_package and (other := self.stays_in_package(module, whole)):
                whole.discard(module)
                held = HeldBack("still_referenced", f"its package still holds {other}")
                self.hold(module_id(module), held)
        self.files = whole

    def stays_in_package(self, package: str, whole: set[str]) -> str:
        folder = str(PurePosixPath(self.references.facts[package].path).parent) + "/"
        for one in self.references.facts.values():
            if one.path.startswith(folder) and one.module != package and one.module not in whole | self.test_files:
                return one.path
        return ""

    def settle_tests(self) -> None:
        """Let the tests of what goes follow it; what cannot follow holds back what it refers to."""
        self.tests, self.test_files = set(), set()
        found = tests_going(self.gone(), self.code, self.references, self.barred)
        self.tests, self.test_files = found.tests, found.files
        for needed, reason in found.blocked:
            self.hold_around(needed, reason)

    # What stays and still needs it

    def gone(self) -> set[DefinitionId]:
        """Return everything that vanishes as things stand."""
        return {i for i in self.candidates if self.definitions[i].kind != "module"} | self.tests | {
            module_id(module) for module in self.files | self.test_files
        }  # fmt: skip

    def vanishes(self, use: Use, module: str, gone: set[DefinitionId]) -> bool:
        """Return whether a use goes: its source does, what its line registers, or the function or class around it."""
        if use.source in gone or module in self.files or module in self.test_files:
            return True
        if not gone.isdisjoint(self.registered.get((module, use.line), ())):
            return True
        if not use.source.endswith(":"):
            return False
        spans = self.references.spans.get(module, ())
        return any(first <= use.line <= last and one in gone for first, last, one in spans)

    def settle_uses(self) -> None:
        """Hold back what something that stays still uses."""
        gone = self.gone()
        for needed in sorted(gone):
            for use in uses_of(self.references, needed, gone):
                if self.vanishes(use, use.source.partition(":")[0], gone):
                    continue
                where = self.definitions.get(use.source)
                place = f" ({where.path}:{use.line})" if where is not None else ""
                self.hold_around(needed, f"`{use.source}` stays and refers to it{place}{self.why(use.source)}")
                break

    def settle_imports(self) -> None:
        """Hold back what an import that cannot be edited out still needs."""
        gone = self.gone()
        for module, bindings in sorted(self.references.bindings.items()):
            if module in self.files or module in self.test_files:
                continue
            for binding in bindings:
                needed = sorted(binding.needs & gone)
                if not needed:
                    continue
                user = next((use for use in binding.users if not self.vanishes(use, module, gone)), None)
                stuck = self.barred[binding.id].detail if binding.id in self.barred else ""
                reason = binding.pinned or stuck or (f"`{user.source}` uses the name and stays" if user else "")
                if reason:
                    for one in needed:
                        self.hold_around(one, f"{binding.path}:{binding.line} imports it: {reason}")
        for module in sorted(self.files | self.test_files):
            for importer in self.importers_unseen(module):
                self.hold_around(module_id(module), f"`{importer}` imports it in a way that cannot be edited out")

    def importers_unseen(self, module: str) -> list[str]:
        """Return modules that stay and import `module` other than by an editable import."""
        gone = self.files | self.test_files
        inner = f"{module}."
        unseen = [
            one
            for one in self.references.importers.get(module, ())
            if not any(
                need == module_id(module) or need.startswith(inner)
                for binding in self.references.bindings.get(one, ())
                for need in binding.needs
            )
        ]
        return [one for one in (*self.references.star_importers.get(module, ()), *unseen) if one not in gone]

    def hold_around(self, needed: DefinitionId, reason: str) -> None:
        """Hold back the candidate that `needed` is, or the candidates whose removal takes it along."""
        if needed in self.candidates:
            self.hold(needed, HeldBack("still_referenced", reason))
            return
        for use_target in sorted(self.candidates):
            uses = self.references.uses.get(use_target, ())
            if needed in self.tests and any(lies_in(use.source, needed) for use in uses):
                self.hold(use_target, HeldBack("still_referenced", f"its test `{needed}` cannot go: {reason}"))

    def result(self) -> Selection:
        going = frozenset(self.gone())
        files = frozenset(self.files | self.test_files)
        named = [i for i in going if not i.endswith(":") and i.partition(":")[0] not in files]
        outermost = tuple(sorted(i for i in named if self.definitions[i].parent not in going))
        imports = tuple(
            binding
            for binding in chain.from_iterable(self.references.bindings[m] for m in sorted(self.references.bindings))
            if binding.module not in files and binding.needs & going
        )
        held = {identity: tuple(reasons) for identity, reasons in sorted(self.held.items())}
        named_in = registered_in(self.registrations, going, files)
        return Selection(going, files, outermost, imports, frozenset(self.tests), held, named_in)
