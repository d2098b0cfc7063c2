"""Entry points that nobody called: what falls with each, and which of them are asked for.

In: findings, `Analysis`, `Observations`, what the user includes. Out: `Dormant`, from which the definitions to plan and
the groups to show are read. It errs towards sharing: what might be reached from two falls only with both.
"""

import difflib
from collections.abc import Iterable, Mapping

import msgspec

from auditor.errors import ConfigError
from auditor.model.code import Definition, DefinitionId
from auditor.model.graph import Analysis, EntryPoint
from auditor.model.listing import listed
from auditor.model.plan import DormantEntry, SharedCode
from auditor.model.usage import Observations
from auditor.model.verdict import Finding, HeldBack, Verdict

EVERYTHING = "dormant"
_BY_ID = "id"
_MOST_OTHERS = 10
"""Entry points that are named beside code they share: naming all at each made plans of 49 MB."""
_NEAR = 3


class Entry(msgspec.Struct, frozen=True):
    """A silent entry point: its handler, how it is called from outside, and its names."""

    handler: DefinitionId
    kind: str
    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its first name."""
        return self.keys[0] if self.keys else self.handler


class Dormant:
    """The dormant part of a program: `hangs_on` maps each DORMANT definition to the handlers that may lead to it."""

    def __init__(self, findings: Iterable[Finding], analysis: Analysis, observations: Observations) -> None:
        self.analysis = analysis
        self.asleep = {f.definition.id: f for f in findings if f.verdict is Verdict.DORMANT}
        self.all_keys = _keys(analysis, observations)
        self.entries = _entries(analysis, self.asleep, self.all_keys)
        self.hangs_on: dict[DefinitionId, set[DefinitionId]] = {}
        members = _members_by_name(analysis, self.asleep)
        for handler in self.entries:
            for reached in self._reach(handler, members):
                self.hangs_on.setdefault(reached, set()).add(handler)

    def _reach(self, start: DefinitionId, members: Mapping[str, tuple[DefinitionId, ...]]) -> Iterable[DefinitionId]:
        """Return what is asleep and may be reached from `start`: members of a reached class count as reached."""
        graph = self.analysis.graph
        queue, seen = [start], {start}
        for current in queue:  # which grows
            targets: list[DefinitionId] = []
            for edge in graph.edges.get(current, ()):
                targets += members.get(edge.target[1:], ()) if edge.target.startswith(".") else (edge.target,)
            for owned in graph.members.get(current, {}).values():
                targets += owned
            for guess in graph.maybe.get(current, ()):
                targets += guess.targets
            for target in targets:
                if target in self.asleep and target not in seen:
                    seen.add(target)
                    queue.append(target)
        return queue

    def meant(self, include: frozenset[str], *, asked: frozenset[str]) -> frozenset[str]:
        """Return what of `include` still names something dormant.

        Args:
            include: `"dormant"`, or names as `route:GET /x`, `task:NAME`, `command:NAME`, `id:pkg.mod:name`.
            asked: Those of them that are asked for now, not by an earlier revision.

        Raises:
            ConfigError: A name of `asked` is that of no entry point, or of one that is not dormant.
        """
        means = frozenset(spec for spec in include if spec == EVERYTHING or self._named(spec))
        for spec in sorted(asked - means):
            raise self._unknown(spec)
        return means

    def chosen(self, include: frozenset[str]) -> frozenset[DefinitionId]:
        """Return the definitions to plan for what is included, names of dormant entry points."""
        if EVERYTHING in include:
            return frozenset(self.asleep)
        return self.falling(handler for spec in include for handler in self._named(spec))

    def falling(self, handlers: Iterable[DefinitionId]) -> frozenset[DefinitionId]:
        """Return what falls with some entry points; one whose handler is needed by others takes nothing along."""
        going = set(handlers)
        while True:
            falls = frozenset(one for one, leading in self.hangs_on.items() if leading <= going)
            if going <= falls:
                return falls
            going &= falls

    def _named(self, spec: str) -> set[DefinitionId]:
        kind, _, name = spec.partition(":")
        wanted = _normal(name)
        return {
            entry.handler
            for entry in self.entries.values()
            if (kind == _BY_ID and entry.handler == name)
            or (kind == entry.kind and any(wanted in (_normal(key), _template(key)) for key in entry.keys))
        }

    def _unknown(self, spec: str) -> ConfigError:
        kind, _, name = spec.partition(":")
        wanted = _normal(name)
        awake = (keys for handler, keys in self.all_keys.items() if handler not in self.entries)
        if any(wanted in (_normal(key), _template(key)) for keys in awake for key in keys):
            return ConfigError(f"--include {spec!r}: {name} is not dormant, so there is nothing to include")
        known = sorted({f"{entry.kind}:{key}" for entry in self.entries.values() for key in entry.keys})
        known += [f"{_BY_ID}:{handler}" for handler in self.entries] if kind == _BY_ID else []
        near = difflib.get_close_matches(spec, known, _NEAR, 0.5) or known[:_NEAR]
        mend = f"did you mean {', '.join(map(repr, near))}?" if near else "no entry point is dormant"
        return ConfigError(f"--include {spec!r} is no dormant entry point; {mend}")

    def shown(
        self, held: Mapping[DefinitionId, tuple[HeldBack, ...]], batch_of: Mapping[DefinitionId, int]
    ) -> tuple[DormantEntry, ...]:
        """Return each entry point with what falls with it, those that free most lines first.

        `held` are reasons that planning found for what would be planned if all of it were included.
        """
        names = {handler: entry.name for handler, entry in self.entries.items()}
        shared: dict[DefinitionId, list[SharedCode]] = {}
        sharing: dict[DefinitionId, set[DefinitionId]] = {}
        alone: dict[DefinitionId, list[Definition]] = {}
        for identity, leading in sorted(self.hangs_on.items()):
            definition = self.asleep[identity].definition
            if self.hangs_on.get(definition.parent or "") == leading:
                continue
            for handler in leading:
                if len(leading) == 1:
                    alone.setdefault(handler, []).append(definition)
                else:
                    others = sorted(names[other] for other in leading if other != handler)
                    code = SharedCode(identity, tuple(others[:_MOST_OTHERS]), max(0, len(others) - _MOST_OTHERS))
                    shared.setdefault(handler, []).append(code)
                    sharing.setdefault(handler, set()).update(one for one in leading if one != handler)
        found = (
            self._entry(
                entry, alone.get(handler, []), shared.get(handler, []), len(sharing.get(handler, ())), held, batch_of
            )
            for handler, entry in self.entries.items()
        )
        return tuple(sorted(found, key=lambda one: (-one.lines, one.path, one.line, one.handler)))

    def _entry(
        self,
        entry: Entry,
        alone: list[Definition],
        shared: list[SharedCode],
        sharing: int,
        held: Mapping[DefinitionId, tuple[HeldBack, ...]],
        batch_of: Mapping[DefinitionId, int],
    ) -> DormantEntry:
        handler = self.asleep[entry.handler].definition
        alone.sort(key=lambda one: (one.id != handler.id, one.path, one.line, one.id))
        return DormantEntry(
            entry.keys, entry.kind, handler.id, handler.path, handler.line,
            tuple(one.id for one in alone), tuple(shared),
            len({one.path for one in alone}), sum(one.lines for one in alone),
            tuple(sorted({batch_of[one.id] for one in (handler, *alone) if one.id in batch_of})),
            "" if handler.id in batch_of else self._why_not(handler.id, held), sharing,
        )  # fmt: skip

    def _why_not(self, handler: DefinitionId, held: Mapping[DefinitionId, tuple[HeldBack, ...]]) -> str:
        reasons = (*self.asleep[handler].held_back, *held.get(handler, ()))
        if reasons:
            return f"{reasons[0].detail[:1].upper()}{reasons[0].detail[1:].rstrip('.')}."
        others = sorted(self.entries[one].name for one in self.hangs_on[handler] if one != handler)
        named = listed([f"`{name}`" for name in others], _MOST_OTHERS)
        return f"It goes only together with {named}." if others else ""


def _keys(analysis: Analysis, observations: Observations) -> dict[DefinitionId, tuple[str, ...]]:
    """Return the names of every production entry point: of its routes, those it is counted under."""
    found: dict[DefinitionId, dict[str, None]] = {}
    for route in analysis.routes:
        found.setdefault(route.handler, {})[route.key] = None
    for entry in analysis.entry_points:
        if entry.production:
            found.setdefault(entry.definition, {}).update({entry.usage_key: None} if entry.usage_key else {})
    for definition, observation in observations.by_definition.items():
        if definition in found:
            found[definition].update(dict.fromkeys(observation.keys))
    return {handler: tuple(sorted(keys)) for handler, keys in found.items()}


def _entries(
    analysis: Analysis, asleep: Mapping[DefinitionId, Finding], keys: Mapping[DefinitionId, tuple[str, ...]]
) -> dict[DefinitionId, Entry]:
    production: list[EntryPoint] = [entry for entry in analysis.entry_points if entry.production]
    found = {one.definition: Entry(one.definition, one.kind, keys.get(one.definition, ())) for one in production}
    return {handler: entry for handler, entry in sorted(found.items()) if handler in asleep}


def _members_by_name(analysis: Analysis, asleep: Mapping[DefinitionId, Finding]) -> dict[str, tuple[DefinitionId, ...]]:
    found: dict[str, list[DefinitionId]] = {}
    for members in analysis.graph.members.values():
        for name, ids in members.items():
            found.setdefault(name, []).extend(one for one in ids if one in asleep)
    return {name: tuple(ids) for name, ids in found.items() if ids}


def _normal(key: str) -> str:
    """Return a key as it is compared: one blank between a method in capitals and the path."""
    method, _, path = key.strip().partition(" ")
    return f"{method.upper()} {path.strip()}" if path.strip().startswith("/") else key.strip()


def _template(key: str) -> str:
    """Return the path of a route's key, so that it may be named without its method."""
    return key.partition(" ")[2] if key.partition(" ")[2].startswith("/") else key
