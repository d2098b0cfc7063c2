"""What frameworks take of scripts by their places: pages, layouts, handlers.

In: two `ScriptView`s, what became of the files. Out: addresses that no file of head serves any more, and sentences on
who takes what. Never judges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from auditor.analysis.scripts import entries
from auditor.analysis.scripts.resolving import folder_of
from auditor.pipeline.script_askers import vouches
from auditor.pipeline.script_views import ScriptView


class Conventions:
    """`now` maps files of base to where they are in head."""

    def __init__(self, base: ScriptView, head: ScriptView, now: Mapping[str, str]) -> None:
        self.base, self.head, self.now = base, head, now

    def around(self, path: str) -> list[str]:
        """Return the routes that a framework served within a file: its layout, or what it shows while they load."""
        names = self.base.project.dependencies
        if not entries.is_frame(path, names):
            return []
        inside = f"{folder_of(path)}/"
        return sorted(one for one in self.base.scripts if one.startswith(inside) and entries.route_of(one, names))

    def address(self, path: str) -> str:
        """Return the address that a file served by its place and that no file of head serves."""
        found = entries.route_of(path, self.base.project.dependencies)
        if found is None or not vouches(path):
            return ""
        new = entries.route_of(self.now.get(path, ""), self.head.project.dependencies) if found.by_name else None
        goes_on = new is not None and new.by_name
        return "" if goes_on or entries.is_served(found.address, self.served) else found.address

    @cached_property
    def served(self) -> frozenset[str]:
        """The addresses that files of head serve."""
        names = self.head.project.dependencies
        return frozenset(found.address for path in self.head.scripts if (found := entries.route_of(path, names)))

    def sentences(self, path: str, address: str) -> Iterator[str]:
        """Yield who served a file at an address that head does not have."""
        found = entries.route_of(path, self.base.project.dependencies) if address else None
        if found is not None:
            does = "runs it by its name" if found.by_name else f"serves it as {found.address}, which head does not have"
            yield f"{found.framework} {does}"

    def answers(self, path: str, name: str) -> entries.FileRoute | None:
        """Return the route that a file that stays served by an export, and now by none; None where it serves it yet."""
        found, new = entries.route_of(path, self.base.project.dependencies), self.now.get(path, "")
        if found is None or not vouches(path) or name not in entries.served_by(found, path):
            return None
        names = self.head.project.dependencies
        now = entries.route_of(new, names)
        if now is None or not entries.served_by(now, new).isdisjoint(self.head.exported(new)[0]):
            return None
        others = {one.address for path in self.head.scripts - {new} if (one := entries.route_of(path, names))}
        return None if entries.is_served(found.address, others) else found
