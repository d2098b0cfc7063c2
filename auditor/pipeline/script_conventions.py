"""What frameworks take of scripts by their places: pages, layouts, handlers.

In: two `ScriptView`s, what became of the files. Out: addresses that no file of head serves any more, and sentences on
who takes what. Never judges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from auditor.analysis.scripts import entries
from auditor.analysis.scripts.resolving import folder_of
from auditor.model.listing import listed
from auditor.pipeline.script_askers import vouches
from auditor.pipeline.script_views import ScriptView

_MOST = 3
_KEPT = frozenset((
    "layout", "template", "_app", "_document", "_layout", "__root", "+layout", "+layout.server", "+page.server",
))  # fmt: skip
"""What stands around routes and is part of what they show; what is shown on errors, or while they load, is not."""

_NOT_SHOWN = frozenset(("route", "+server", *entries.SPECIAL))


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

    def frames(self, path: str) -> tuple[str, ...]:
        """Return, in a sentence, which routes a framework showed within a file that head shows as they were, without.

        Where a route changed as well, or another file around it, that may have taken the file's part.
        """
        names = self.base.project.dependencies
        if not entries.is_frame(path, names) or _name(path) not in _KEPT:
            return ()
        shown = [one for one in self.around(path) if _name(one) not in _NOT_SHOWN]
        alone = [one for one in shown if self._is_left(path, one)]
        return (f"it stands around {listed(alone, _MOST)}, which head serves as before",) if alone else ()

    def _is_left(self, path: str, route: str) -> bool:
        new = self.now.get(route, route)
        if new not in self.head.scripts or self.head.blob(new) != self.base.blob(route):
            return False
        if _name(path).startswith("+page") and folder_of(route) != folder_of(path):
            return False
        frames = (
            one for one in self.head.scripts
            if _name(one) == _name(path) and f"{folder_of(new)}/".startswith(f"{folder_of(one)}/".lstrip("/"))
        )  # fmt: skip
        emptied = self.now.get(path)
        return all(one == emptied == path or self.head.blob(one) == self.base.blob(one) for one in frames)

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


def _name(path: str) -> str:
    """Return the name of a file without its suffix: `+page.server` for `+page.server.ts`."""
    return entries.without_suffix(path.rpartition("/")[2])
