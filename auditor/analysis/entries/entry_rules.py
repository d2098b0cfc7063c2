"""Entry points that framework rules name by decorator, and with them all others that rules name.

In: registrations, the active rules, the route table. Out: entry points. A rule is data; what it means is here.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

import msgspec

from auditor.analysis.entries import fixtures, mounted, schedules
from auditor.analysis.entries.named_rules import NamedRules
from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.globs import Globs
from auditor.analysis.routing.route_tree import RouteTable
from auditor.model.code import CallFact, DefinitionId, ModuleFacts
from auditor.model.framework import DecoratorRule, FrameworkRule
from auditor.model.graph import EntryPoint

_DEPTH = 6


class RuleMatcher:
    """Applies the active rules to one project."""

    def __init__(
        self,
        known: Registrations,
        rules: Sequence[FrameworkRule],
        table: RouteTable,
        declared: Iterable[DefinitionId] = (),
        configured_fixtures: Iterable[str] = (),
    ) -> None:
        self.known = known
        self.named = NamedRules(known, rules)
        self.table = table
        self.declared = declared
        self.configured_fixtures = configured_fixtures
        self._matches: dict[str, DecoratorRule | None] = {}
        decorators = [one for rule in rules for one in rule.decorators]
        self._decorators = Globs((one.callee, (place, one)) for place, one in enumerate(decorators))

    def find(self) -> Iterator[EntryPoint]:
        """Yield every entry point that a rule names."""
        names: dict[str, DefinitionId] = {}
        decorated = self._requested(self._mounted(list(self._decorated())))
        for call, rule in decorated:
            if rule.kind == "task" and call.decorates is not None:
                names[schedules.task_name(call, call.decorates)] = call.decorates
        by_base = list(self.named.by_base())
        names |= {one.usage_key: one.definition for one in by_base if one.usage_key}
        periods = schedules.periods(self.known, names)
        for call, rule in decorated:
            yield from self._by_decorator(call, rule, periods)
        for facts, call, name in schedules.scheduled_jobs(self.known):
            yield from self._job(facts, call, name, periods)
        for facts in self.known.facts:
            yield from self.named.by_name(facts)
        for one in by_base:
            yield msgspec.structs.replace(one, period_days=periods.get(one.definition))

    # Decorators

    def _decorated(self) -> Iterator[tuple[CallFact, DecoratorRule]]:
        for facts in self.known.facts:
            for call in facts.calls:
                if call.decorates is not None and call.callee:
                    rule = self._rule_of(call.callee)
                    if rule is not None and not self._on_unserved(call.callee):
                        yield call, rule

    def _mounted(self, decorated: list[tuple[CallFact, DecoratorRule]]) -> list[tuple[CallFact, DecoratorRule]]:
        """Return the decorations without those on objects that nothing uses."""
        registered = {
            call.decorates: owner
            for call, rule in decorated
            if rule.mounted and call.decorates is not None and (owner := mounted.receiver(self.known, call)) is not None
        }
        used = mounted.in_use(self.known, registered, self.declared)
        return [
            (call, rule)
            for call, rule in decorated
            if not rule.mounted or registered.get(call.decorates or "") in {None, *used}
        ]

    def _requested(self, decorated: list[tuple[CallFact, DecoratorRule]]) -> list[tuple[CallFact, DecoratorRule]]:
        """Return the decorations without those of fixtures in tests that nothing asks for."""
        fixtures_of_tests = {
            call.decorates: call
            for call, rule in decorated
            if rule.kind == "fixture" and call.decorates is not None
            and (found := self.known.symbols.by_id.get(call.decorates)) is not None and found.in_tests
        }  # fmt: skip
        if not fixtures_of_tests:
            return decorated
        unused = fixtures.unrequested(self.known, fixtures_of_tests, self.configured_fixtures)
        return [(call, rule) for call, rule in decorated if call.decorates not in unused or rule.kind != "fixture"]

    def _rule_of(self, callee: str) -> DecoratorRule | None:
        if callee not in self._matches:
            found = [one for name in self.spellings(callee) for one in self._decorators.matching(name)[:1]]
            self._matches[callee] = min(found, key=itemgetter(0))[1] if found else None
        return self._matches[callee]

    def spellings(self, callee: str, depth: int = 0) -> tuple[str, ...]:
        """Return every name a rule may know a decorator by: as written, where defined, through its receiver's class."""
        found = [callee.replace("()", ""), self.known.symbols.canonical(callee).replace("()", "")]
        if callee.startswith(".") or depth > _DEPTH:
            return tuple(found)
        parts = callee.split(".")
        for end in range(len(parts) - 1, 0, -1):
            receiver, rest = ".".join(parts[:end]), ".".join(parts[end:])
            built = self.known.built.get(self.known.canonical(receiver))
            if built is not None:
                for constructor in (built.constructor, *self._bases_of(built.constructor)):
                    found.append(f"{constructor}.{rest}".replace("()", ""))
                    found.append(f"{self.known.canonical(constructor)}.{rest}")
                break
            definition = self.known.definition(receiver)
            if definition is not None and definition.kind in ("function", "method"):
                for decorator in definition.decorators:
                    found += [f"{one}.{rest}" for one in self.spellings(decorator, depth + 1)]
                break
        for owner, attribute in self.known.symbols.lookup(callee).receivers:
            found += [f"{base}.{attribute}" for base in self.known.symbols.external_bases(owner)]
        return tuple(dict.fromkeys(found))

    def _bases_of(self, constructor: str) -> tuple[str, ...]:
        definition = self.known.definition(constructor)
        return self.known.symbols.bases(definition.id) if definition is not None else ()

    def _on_unserved(self, callee: str) -> bool:
        """Return whether a decorator stands on a router that no application includes."""
        return self.known.canonical(callee.rpartition(".")[0]) in self.table.unserved

    def _by_decorator(
        self, call: CallFact, rule: DecoratorRule, periods: dict[DefinitionId, float]
    ) -> Iterator[EntryPoint]:
        if call.decorates is None:
            return
        definition = self.known.symbols.by_id.get(call.decorates)
        if definition is None or (rule.kind == "hook" and definition.kind in ("method", "property")):
            return  # what a hook's class is asked for lives with the class
        is_celery = rule.kind == "task" and rule.callee.startswith("celery.")
        key = schedules.task_name(call, call.decorates) if is_celery else ""
        yield EntryPoint(
            definition.id,
            rule.kind,
            rule.production and not definition.in_tests,
            f"@{call.callee.removeprefix(definition.module + '.')} registers it",
            definition.path,
            definition.line,
            key,
            periods.get(definition.id),
        )

    def _job(
        self, facts: ModuleFacts, call: CallFact, name: str, periods: dict[DefinitionId, float]
    ) -> Iterator[EntryPoint]:
        definition = self.known.definition(name)
        if definition is not None and definition.kind in ("function", "method"):
            why = f"{facts.path}:{call.line} schedules it"
            days = periods.get(definition.id)
            yield EntryPoint(definition.id, "task", not facts.in_tests, why, definition.path, definition.line, "", days)
