"""What quick answers of the gate rest on, kept between runs: one file a base.

In: a configuration, a commit of base. Out: a `Ground` as it was made from exactly that tree by exactly this program, or
nothing. Made by the whole judgement, which has all of base in its hands.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from auditor.config import LoadedConfig
from auditor.git import Repository
from auditor.model.code import CallFact, Definition, DefinitionId, ModuleFacts
from auditor.model.graph import Analysis, EntryPoint, Reachability, ReferenceGraph, Route
from auditor.pipeline import sealed
from auditor.pipeline.answers import context_of
from auditor.pipeline.places import prefix_in
from auditor.pipeline.static import Joined, Static, cache_directory, recorded_calls

if TYPE_CHECKING:
    from auditor.analysis.outside.project_metadata import ProjectMetadata
    from auditor.gate.ground import Ground
    from auditor.gate.sides import Side

_GROUND = b"auditor gate ground 4\n"
_OBSERVED = b"auditor gate observed 1\n"
_MOST = 12
"""Files that are kept: six bases, or those of six configurations."""
Part = Literal["ground", "observed"]
Kept = TypeVar("Kept")


class Observable(msgspec.Struct, frozen=True, array_like=True):
    """What uses can be bound to: a tree's definitions, routes, entry points, and calls that name components."""

    definitions: tuple[Definition, ...]
    routes: tuple[Route, ...]
    entry_points: tuple[EntryPoint, ...]
    calls: tuple[CallFact, ...]
    files: int
    kind: Literal["application", "library"]

    def static(self) -> Static:
        """Return it as the static side of a tree of which no more is known."""
        graph = ReferenceGraph({one.id: one for one in self.definitions}, {})
        analysis = Analysis(graph, self.entry_points, self.routes, Reachability({}, {}), self.files, 0, self.kind)
        return Static(analysis, (ModuleFacts("", "", False, False, 0, calls=self.calls),), ())


class Grounds:
    """The kept grounds of one base; keeps and finds nothing where nothing may be kept."""

    def __init__(self, loaded: LoadedConfig, repository: Repository, base: str, today: date) -> None:
        config = self._config = loaded.config
        scan = msgspec.structs.replace(config.scan, jobs=0, cache=True)
        plain = msgspec.structs.replace(config, scan=scan)
        day = today if config.keep else None
        prefix = prefix_in(loaded, repository)
        name = "" if prefix else repository.root.name  # what names a project at the top; where it lies is no matter
        place = (os.fsencode(name), os.fsencode(prefix), repository.tree(base))
        self._directory = cache_directory(loaded)
        self._recorded = recorded_calls(loaded)
        self._name = context_of(plain, place, day, sorted(self._recorded)) if self._directory else ""

    def recall(self) -> Ground | None:
        """Return the ground of this base, None where it is not known."""
        from auditor.gate.ground import Ground

        content = sealed.recall(self._path("ground"), _GROUND)
        return _decoded(content, Ground)

    def observable(self) -> Static | None:
        """Return what uses can be bound to at this base, None where it is not known."""
        content = sealed.recall(self._path("observed"), _OBSERVED)
        found = _decoded(content, Observable)
        return found.static() if found is not None else None

    def keep(self, side: Side, joined: Joined, reads: set[str]) -> None:
        """Keep what the next judgement of a change on this base needs."""
        ground, observed = self._path("ground"), self._path("observed")
        if ground is None or observed is None or (ground.exists() and self.recall() is not None):
            return
        with contextlib.suppress(UnicodeEncodeError):  # a path that is no text: every change is judged as a whole then
            sealed.keep(observed, _OBSERVED, msgspec.msgpack.encode(_observable(joined)))
            sealed.keep(
                ground, _GROUND, msgspec.msgpack.encode(_ground(side, joined, reads, self._enablers(), self._recorded))
            )
        self._forget()

    def _path(self, part: Part) -> Path | None:
        return self._directory / f"gate-{self._name}.{part}" if self._directory is not None else None

    def _enablers(self) -> frozenset[str]:
        from auditor.frameworks import RULES

        rules = (*RULES, *(one.rule for one in self._config.frameworks))
        return frozenset(name for rule in rules for name in rule.enablers)

    def _forget(self) -> None:
        """Delete all but the newest files."""
        with contextlib.suppress(OSError):
            kept = [one for part in ("ground", "observed") for one in self._found(part)]
            for path in sorted(kept, key=lambda one: one.stat().st_mtime)[:-_MOST]:
                path.unlink(missing_ok=True)

    def _found(self, part: str) -> Iterator[Path]:
        return self._directory.glob(f"gate-*.{part}") if self._directory is not None else iter(())


def _decoded(content: memoryview | None, kind: type[Kept]) -> Kept | None:
    try:
        return msgspec.msgpack.decode(content, type=kind) if content is not None else None
    except msgspec.DecodeError:
        return None


def digest_of(metadata: ProjectMetadata) -> str:
    """Return the digest of what project files declare, on whatever lines; what is only documented is no use."""
    from auditor.analysis.outside.project_files import DOCUMENTED_GROUP

    used = [one for one in metadata.declared if one.group != DOCUMENTED_GROUP]
    targets = tuple(dict.fromkeys(msgspec.structs.replace(one, line=0) for one in used))
    plain = msgspec.structs.replace(metadata, declared=targets, tests=())  # tests show in the files themselves
    return blake2b(msgspec.msgpack.encode(plain, order="sorted"), digest_size=16).hexdigest()


def _ground(
    side: Side, joined: Joined, reads: set[str], enablers: frozenset[str], recorded: frozenset[str]
) -> Ground:  # fmt: skip
    from auditor.analysis.extraction.running import switches
    from auditor.gate.ground import Told, ground_of
    from auditor.gate.held import holding_in, registered_in

    symbols, routing, found = joined.symbols, joined.routing, joined.tree.found
    parents = frozenset(
        one.id for one in side.definitions.values() if one.kind == "class" and symbols.subclasses(one.id)
    )
    return ground_of(side, Told(
        parents=parents,
        followed=routing.followed,
        factories=frozenset().union(routing.factories, *routing.made_by.values()),
        served=routing.served,
        switches=switches(side.facts),
        enablers=enablers,
        listed=found.listed,
        files=joined.static.files,
        read=frozenset(reads),
        declared=digest_of(joined.tree.metadata),
        outside=frozenset(_outside(joined.tree.metadata)),
        recorded=recorded,
        registrations=registered_in(side),
        holding=holding_in(side),
    ))  # fmt: skip


def _outside(metadata: ProjectMetadata) -> Iterator[str]:
    """Yield every part of every name that project files declare."""
    for one in metadata.declared:
        yield from re.split(r"\W+", f"{one.target} {one.name}")


def _observable(joined: Joined) -> Observable:
    from auditor.analysis.entries.components import TRACKER

    analysis = joined.static.analysis
    calls = tuple(call for one in joined.static.facts for call in one.calls if call.callee == TRACKER)
    definitions: Mapping[DefinitionId, Definition] = analysis.graph.definitions
    return Observable(
        tuple(definitions.values()), analysis.routes, analysis.entry_points, calls, analysis.files,
        analysis.project_kind,
    )  # fmt: skip
