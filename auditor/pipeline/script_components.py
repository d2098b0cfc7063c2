"""Which components that browsers may count are lost with files, and which nothing of head answers to.

In: two `ScriptView`s, what became of the files, the names that production counted. Out: names. Never judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher
from functools import cached_property

from auditor.analysis.scripts.read import folded, stem
from auditor.analysis.scripts.resolving import in_quotes
from auditor.analysis.scripts.syntax import code_lines, components_in
from auditor.pipeline.script_askers import vouches
from auditor.pipeline.script_views import ScriptView

_ALIKE = 0.8
"""Share of lines that must be the same, names apart, for a component to count as renamed."""
_EMPTIED = 0.5
"""Share of lines below which a file that no longer tracks its component counts as emptied."""
_TRACKER = "rackComponent"


class Components:
    """`now` maps files of base to where they are in head, `gone` are those that are not where they were."""

    def __init__(
        self,
        base: ScriptView,
        head: ScriptView,
        now: Mapping[str, str],
        gone: AbstractSet[str],
        counted: AbstractSet[str],
    ) -> None:
        self.base, self.head, self.now, self.gone, self.counted = base, head, now, gone, counted

    def of_file(self, path: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the names lost with a file that is gone, and those of them that its code tracks itself."""
        own, meant = self.names(path)
        tracked = self.unanswered(own, path)
        names = tracked | self.unanswered(meant, path)
        moved = self.now.get(path)
        return (frozenset(), frozenset()) if moved and names and self._alike(path, moved) else (names, tracked)

    def names(self, path: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the names of components that a file of base tracks itself, and those counted ones that may mean it."""
        facts = self.base.facts(path)
        own = facts.components | self._written(path)
        meant = frozenset(name for name in self.counted if name in own or folded(name) == folded(stem(path)))
        return frozenset(facts.tracked), meant

    @property
    def counts_any(self) -> bool:
        """Return whether anything counts components."""
        return bool(self.counted or self._tracked_at_base)

    def counts(self, path: str) -> bool:
        """Return whether a file at base counts a component, or may by a function of the project's own."""
        return bool(self.base.facts(path).tracked or self._written(path))

    def dropped(self, old: str, new: str) -> frozenset[str]:
        """Return the names lost in a file that stays; a component that stays and is tracked no more is not lost."""
        before = self.base.facts(old).tracked.keys() | self._written(old)
        names = before - self.head.facts(new).tracked.keys() - self._texts_in(new)
        if not names:
            return frozenset()
        here, there = _code(self.base, old), _code(self.head, new)
        fewer = components_in(here) - components_in(there)
        emptied = len(there.splitlines()) < _EMPTIED * len(here.splitlines())
        return self.unanswered(names, old) if emptied or (fewer and not self._alike(old, new)) else frozenset()

    def unanswered(self, names: Iterable[str], path: str) -> frozenset[str]:
        """Return the names of components that nothing of head answers to."""
        return frozenset(name for name in names if not self._is_answered(name, path))

    @cached_property
    def browsers(self) -> frozenset[str]:
        """The counted names that scripts of base answer to: those of browsers."""
        if not self.counted:
            return frozenset()
        stems = {folded(stem(path)) for path in self.base.scripts}
        known = {name for path in self.gone for name in self.base.facts(path).components} | self._tracked_at_base
        known |= {name for path in {*self.gone, *self.now} for name in self._written(path)}
        return frozenset(name for name in self.counted if name in known or folded(name) in stems)

    def _written(self, path: str) -> frozenset[str]:
        """Return the counted names that a file at base writes as a text: it may count them by a function of its own."""
        text = _code(self.base, path) if self.counted else ""
        return frozenset(name for name in self.counted if any(one in text for one in in_quotes(name)))

    def _texts_in(self, path: str) -> frozenset[str]:
        """Return the counted names that a file of head writes and does not track: where nobody tracks them, it may."""
        text = _code(self.head, path) if self.counted else ""
        names = self.counted - self._tracked_at_base
        return frozenset(name for name in names if any(one in text for one in in_quotes(name)))

    def _is_answered(self, name: str, path: str) -> bool:
        """Return whether head tracks a component of that name, or has one so called that is new, or was not tracked."""
        if name in self._tracked_at_head:
            return True
        is_tracked = name in self.base.facts(path).tracked
        there = {one for one in self.head.scripts if folded(stem(one)) == folded(name)}
        found = {one for one in self.head.naming([name]) if one in self.head.scripts and vouches(one)}
        self.head.load(found)
        there |= {one for one in found if name in self.head.facts(one).components}
        if is_tracked:
            back = {new: old for old, new in self.now.items()}
            return any(name not in self._known_at_base(back.get(one, one)) for one in there)
        if name in self._written(path):
            there |= {one for one in found if any(quoted in _code(self.head, one) for quoted in in_quotes(name))}
        return bool(there)

    def _known_at_base(self, path: str) -> frozenset[str]:
        """Return the components of a file at base, its own name among them."""
        if path not in self.base.scripts:
            return frozenset()
        return self.base.facts(path).components | {stem(path)}

    @cached_property
    def _tracked_at_base(self) -> frozenset[str]:
        return _tracked(self.base)

    @cached_property
    def _tracked_at_head(self) -> frozenset[str]:
        return _tracked(self.head)

    def _alike(self, old: str, new: str) -> bool:
        """Return whether a file is the same under other names: only names differ, and a few lines."""
        texts = _code(self.base, old), _code(self.head, new)
        before = components_in(texts[0]) | self.base.facts(old).tracked.keys()
        after = components_in(texts[1]) | self.head.facts(new).tracked.keys()
        gone, fresh = before - after, after - before
        here, there = _without(texts[0], gone), _without(texts[1], fresh)
        return len(fresh) >= len(gone) and SequenceMatcher(None, here, there, autojunk=False).ratio() >= _ALIKE


def _tracked(view: ScriptView) -> frozenset[str]:
    """Return the names of components that a tree tracks."""
    paths = set(view.naming([_TRACKER])) & view.scripts
    view.load(paths)
    return frozenset(name for path in paths for name in view.facts(path).tracked)


def _code(view: ScriptView, path: str) -> str:
    """Return a file's text without comments: what stands in one neither counts nor answers."""
    return "\n".join(code_lines(path, view.texts([path]).get(path, "")))


def _without(text: str, names: AbstractSet[str]) -> list[str]:
    """Return the lines of a text without some names."""
    if not names:
        return text.splitlines()
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(pattern, "_", text).splitlines()
