"""Registrations that went: what settings named or a call handed over at base, and nothing registers at head.

In: a `Case`. Out: breaches and notes in it. A registration stands where head has one of its sort for the same
definition, wherever that moved, or still refers to it as often: it is registered in another form then. One that is new
in head takes the place of one that is lost, of the same sort; their names tell which. What a decorator registers is an
end, and judged as one.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property

from auditor.gate.callbacks import callbacks
from auditor.gate.ends import stop_end
from auditor.gate.findings import Case
from auditor.gate.hooks import judge_hooks
from auditor.gate.listed_ends import End
from auditor.gate.registration import Registration
from auditor.gate.setting_entries import final_modules, setting_entries, settings_modules, spare_modules
from auditor.gate.sides import Side, is_module
from auditor.model.code import DefinitionId, lies_in, module_id

_NO_USE = frozenset({"import", "contains", "inherits", "overrides"})
"""Kinds of edges that say nothing of whether something is called."""
_BROUGHT = (".models", ".admin", ".templatetags.", ".management.commands.", ".tasks")
"""Modules that Django, or Celery, only finds in the packages of installed applications."""
_NAMED = frozenset({"command"})
"""Sorts of which the outside knows each by its name."""
_CODE = frozenset({"class", "function", "method"})


def judge_registrations(case: Case) -> frozenset[DefinitionId]:
    """Judge what was registered, and what it lost; return what decorators registered and head does in another way."""
    return _Registered(case).judge()


class _Registered:
    """What both sides register."""

    def __init__(self, case: Case) -> None:
        self._case = case
        base, head = case.base, case.head
        self._before = [*setting_entries(base, final_modules(base)), *callbacks(base)]
        self._modules, self._old_modules = settings_modules(head), settings_modules(base)
        self._after = [*setting_entries(head, self._modules), *filter(self._is_called, callbacks(head))]
        self._standing = {(one.sort, one.target) for one in self._after}
        self._by_owner = {(one.owner, one.sort, one.target) for one in self._after}
        self._owners = {one.owner for one in self._before}
        self._decorated = {(one.sort, one.target) for one in self._after if one.decorated}
        self._apps = frozenset(one.target for one in self._after if one.app)

    def _is_called(self, one: Registration) -> bool:
        """Return whether code of head that registers something runs, as far as could be told at base."""
        source, base = one.source, self._case.base
        return _runs(self._case.head, source) or (source in base.definitions and not _runs(base, source))

    def judge(self) -> frozenset[DefinitionId]:
        """Judge what is lost, each sort by itself."""
        standing: set[DefinitionId] = set()
        lost: dict[str, dict[str, Registration]] = {}
        for one in self._before:
            if one.target not in self._case.base.definitions or not self._runs(one):
                continue
            if self._stands(one):
                if one.decorated and (one.sort, self._now(one)) not in self._decorated:
                    standing.add(one.target)
            else:
                lost.setdefault(one.sort, {}).setdefault(one.target, one)
        known = {(one.sort, self._now(one) or "") for one in self._before}
        for sort, gone in lost.items():
            fresh = [one for one in self._after if one.sort == sort and (sort, one.target) not in known]
            instead = self._paired(gone, fresh)
            for target, one in gone.items():
                if target in instead:
                    standing.update({target} if one.decorated else ())
                    self._case.note(target, f"{instead[target]} is registered in its place")
                elif not one.decorated:
                    self._stop(one)
        judge_hooks(self._case, self._after)
        return frozenset(standing)

    def _paired(
        self, gone: Mapping[DefinitionId, Registration], fresh: Sequence[Registration]
    ) -> Mapping[DefinitionId, str]:  # fmt: skip
        """Return what takes whose place, each once, those with like names first; one that is whole takes all places."""
        fitting = [(old, one) for old, lost in gone.items() for one in fresh if self._fits(lost, one)]
        pairs = {old: one.target for old, one in fitting if one.whole}
        taken: set[str] = set()
        likeness = {(-SequenceMatcher(None, old, one.target).ratio(), old, one.target) for old, one in fitting}
        for _, old, new in sorted(likeness):
            if old not in pairs and new not in taken:
                pairs[old] = new
                taken.add(new)
        return pairs

    def _fits(self, lost: Registration, one: Registration) -> bool:
        """Return whether a new registration may take a lost one's place: not what was done to another known object."""
        if lost.sort in _NAMED and _last(lost.target) != _last(one.target):
            return False
        elsewhere = one.owner != lost.owner and one.owner in self._owners
        return not (elsewhere and (self._case.head.leads_somewhere(lost.owner) or lost.owner in self._modules))

    def _runs(self, one: Registration) -> bool:
        """Return whether a registration of base did something: its target is reached."""
        base = self._case.base
        if one.app:
            return not base.definitions[one.target].in_tests
        if one.owner not in self._old_modules:  # what it was registered on is judged by itself
            owner = base.names.resolve("", one.owner)
            if owner.trail and not owner.outside and owner.trail[-1] in self._case.fates.deleted:
                return False
        return base.in_production(one.target)

    def _now(self, one: Registration) -> str | None:
        """Return what base's target is called at head; what lies outside of the tree is called the same."""
        return self._case.fates.now(one.target) if one.target in self._case.base.definitions else one.target

    def _stands(self, one: Registration) -> bool:
        if one.app:
            return self._app_stands(one)
        now = self._now(one)
        if now is None:
            return False
        if one.owner in self._modules:
            registered = (one.owner, one.sort, now) in self._by_owner
        else:
            registered = (one.sort, now) in self._standing
        uses = _uses(self._case.base, one.target, self._old_modules) + one.decorated
        return registered or _uses(self._case.head, now, self._modules) >= uses

    def _app_stands(self, one: Registration) -> bool:
        """Return whether head installs an application, wherever its package moved, or nothing of it is left to find."""
        registered = (one.owner, one.sort, one.target) in self._by_owner
        if registered or (one.owner not in self._modules and one.target in self._apps):
            return True
        package, now = one.target[:-1], self._case.fates.now
        places = [place for each in self._inside(package) if (place := now(each)) is not None]
        old = {each.target for each in self._before if each.app}
        for app in self._apps:
            if any(_below(place, app[:-1]) and (app not in old or not _below(place, package)) for place in places):
                return True
        return not self._brought(package)

    def _inside(self, package: str) -> Iterator[DefinitionId]:
        """Yield what lies in an application's package, without the applications in it."""
        inner = [each.target[:-1] for each in self._before if each.app and each.target.startswith(f"{package}.")]
        for each in self._case.base.definitions:
            if _below(each, package) and not any(_below(each, other) for other in inner):
                yield each

    def _brought(self, package: str) -> bool:
        """Return whether head has something in a package that Django only finds in installed applications."""
        head = self._case.head
        for each in self._inside(package):
            found = head.definitions.get(each)
            if found is not None and found.kind in _CODE and self._case.base.in_production(module_id(found.module)):
                module = found.module.removeprefix(package)
                if module.startswith(_BROUGHT) or (module == ".apps" and found.name == "ready"):
                    return True
        home = head.by_module.get(package)
        folder = f"{home.path.rpartition('/')[0]}/templates/" if home is not None else ""
        return home is not None and any(one.path.startswith(folder) for one in head.facts)

    def _stop(self, one: Registration) -> None:
        """Stop that a registration goes, unless nothing that it runs with was called and such ends may go."""
        case, definition, kept = (
            self._case,
            self._case.base.definitions[one.target],
            ", and nothing registers it at head",
        )
        seen = case.observed(one.target)
        if not one.each_request or (seen is not None and seen.count):
            stop_end(case, End(one.target, ("callback", one.sort), None, one.how, droppable=False), one.target, kept)
            return
        kept = "" if case.fates.now(one.target) is None else kept
        days = f"{case.observations.window.days:g} days"
        if self._requests:
            with_each = f"it runs with each request, of which there were {self._requests:,} in {days}"
            case.breach(definition, "called", f"{one.how}{kept}; {with_each}")
        elif self._measured:
            case.dormant(definition, f"{one.how}{kept}; it runs with each request")
        else:
            case.breach(definition, "reachable", f"{one.how}{kept}; nothing measures whether it is called")

    @cached_property
    def _handlers(self) -> frozenset[DefinitionId]:
        return frozenset(route.handler for route in self._case.base.analysis.routes)

    @cached_property
    def _requests(self) -> int:
        """How many requests production was seen to answer."""
        return sum(one.count for each in self._handlers if (one := self._case.observed(each)) is not None)

    @property
    def _measured(self) -> bool:
        return bool(self._handlers) and self._handlers <= self._case.observations.measured


def _below(identity: DefinitionId, package: str) -> bool:
    """Return whether something lies in a package, or in a module of that name."""
    return identity.startswith((f"{package}.", f"{package}:"))


def _runs(side: Side, source: DefinitionId) -> bool:
    """Return whether code may run; whether modules are imported is judged by itself."""
    return not source or is_module(source) or side.runs(source)


def _uses(side: Side, identity: DefinitionId, settings: tuple[str, ...]) -> int:
    """Return how many places of production code use something, imports and settings for developers left out."""
    spare = spare_modules(side, settings)
    return len({
        (source, edge.line)
        for source in side.incoming.get(identity, ())
        if _runs(side, source) and not side.definitions[source].in_tests and not lies_in(source, identity)
        and source.partition(":")[0] not in spare
        for edge in side.edges[source]
        if edge.target == identity and edge.kind not in _NO_USE
    })  # fmt: skip


def _last(name: str) -> str:
    return name.replace(":", ".").rpartition(".")[2]
