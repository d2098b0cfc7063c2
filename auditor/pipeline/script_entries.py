"""What asks for scripts from outside of scripts: pages, package.json, bundlers' settings, patterns.

In: two `ScriptView`s, the files that are gone. Out: the ends that vanish, the pages that loaded a file, and where head
still names one that is gone. Never judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath

from auditor.analysis.scripts import entries
from auditor.analysis.scripts.entries import Entry
from auditor.analysis.scripts.read import folded, stem
from auditor.analysis.scripts.resolving import ends_of_specifiers, folder_of
from auditor.analysis.scripts.syntax import LOADERS
from auditor.model.script_change import Asking
from auditor.model.script_paths import SCRIPT_SUFFIXES
from auditor.pipeline.script_views import ScriptView

_QUOTED = re.compile(r"""(["'])([^"'\n{}<>*]+)\1""")
_NAMING = (".py", ".webmanifest", ".php", ".rb")
"""Files besides pages and settings that name scripts to be loaded."""
_ASKING = (*entries.PAGES, *_NAMING, *SCRIPT_SUFFIXES, ".json")


class Outside:
    """The ways to scripts that no import shows. `in_vain` are the places of head that name a file that is gone."""

    def __init__(self, base: ScriptView, head: ScriptView, gone: frozenset[str]) -> None:
        self.base, self.head, self.gone = base, head, gone
        self.in_vain: dict[str, set[Asking]] = {}
        if gone:
            self._look_for_names()

    def ends(self, path: str) -> Iterator[str]:
        """Yield, a sentence each, the ways to a file that head does not have, nor to another in its place."""
        for entry in self._before.get(path, ()):
            if not self._is_replaced(entry):
                yield entry.sentence

    def pages(self, path: str) -> tuple[str, ...]:
        """Return the pages of base that loaded a file, and do not end with it."""
        return tuple(sorted({one.by[0] for one in self._before.get(path, ()) if not one.strict}))

    def published(self, path: str, new: str) -> Iterator[str]:
        """Yield why what a file exports is used by others: a package that is published has it as its entry."""
        if not new:
            return
        for entry in self._published:
            private = self.base.project.manifests.get(entry.by[0], {}).get("private")
            if entry.path == path and not private and not entry.by[1].startswith("scripts."):
                yield f"{entry.by[0]} publishes it: {path} is its `{entry.by[1]}`"

    def loaded_by(self, path: str) -> Asking | None:
        """Return a place of head that loads a file by a pattern, as base did; None where a new one has its place."""
        name = folded(stem(path))
        fresh = [one for one in self.head.scripts - self.base.scripts if folded(stem(one)) == name]
        known = {pattern.pattern for _, pattern in _patterns(self.base)} if self._patterns else set()
        for place, pattern in self._patterns:
            if pattern.pattern in known and _fits(pattern, path) and not any(_fits(pattern, one) for one in fresh):
                return place
        return None

    def _is_replaced(self, entry: Entry) -> bool:
        file, key = entry.by
        now = [one for one in self._after if one.by == entry.by]
        if not entry.strict:
            text = self.head.texts([file]).get(file)
            template = not entries.is_application_page(self._texts.get(file, ""))
            return bool(now) or (template if text is None else False) or (text is not None and template)
        if key == "entry":
            before = {one.path for found in self._before.values() for one in found if one.by == entry.by}
            return any(one.path not in before for one in now)
        if key.startswith("scripts."):
            scripts = self.head.project.manifests.get(file, {}).get("scripts")
            return isinstance(scripts, dict) and key.removeprefix("scripts.") in scripts
        return bool(now)

    @cached_property
    def _texts(self) -> dict[str, str]:
        """The texts at base of pages and settings that may name what is gone."""
        words = {word for path in self.gone for word in (*ends_of_specifiers(path), PurePosixPath(path).name)}
        named = self.base.naming(words, _ASKING) if self.gone else ()
        return self.base.texts(path for path in named if entries.is_page(path) or entries.is_bundler(path))

    @cached_property
    def _before(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        if self.gone:
            for entry in entries.declared(self.base.project, self._texts):
                if entry.path in self.gone:
                    found.setdefault(entry.path, []).append(entry)
        return found

    @cached_property
    def _after(self) -> tuple[Entry, ...]:
        return tuple(entries.declared(self.head.project, self.head.texts(self._texts)))

    @cached_property
    def _published(self) -> tuple[Entry, ...]:
        return tuple(entries.declared(self.base.project, {}))

    @cached_property
    def _patterns(self) -> tuple[tuple[Asking, re.Pattern[str]], ...]:
        return tuple(_patterns(self.head))

    def _look_for_names(self) -> None:
        """Find where head names a file that is gone, by its whole name."""
        named = self.head.naming({PurePosixPath(path).name for path in self.gone}, _ASKING)
        texts = self.head.texts(
            path
            for path in named
            if entries.is_page(path)
            or entries.is_bundler(path)
            or path.endswith(_NAMING)
            or PurePosixPath(path).name == "package.json"
        )
        for path, text in texts.items():
            for found in _QUOTED.finditer(text):
                for word in found[2].split():
                    target = self._named(path, word)
                    if target is not None:
                        line = text.count("\n", 0, found.start()) + 1
                        self.in_vain.setdefault(target, set()).add(Asking(path, line))

    def _named(self, path: str, word: str) -> str | None:
        """Return the vanished file that a word of a file of head means."""
        name = word.rpartition("/")[2].partition("?")[0]
        if path.endswith(_NAMING) and "/" not in word:
            return None  # a name alone may be that of anything
        if not any(PurePosixPath(one).name == name for one in self.gone):
            return None
        plain = word.partition("?")[0]
        before, after = (_meant(view, path, plain) for view in (self.base, self.head))
        return before if before in self.gone and after is None else None


def _meant(view: ScriptView, path: str, word: str) -> str | None:
    """Return the file that a word means: settings name files from where they lie, pages by the end of a path too."""
    if entries.is_bundler(path) or path.endswith("package.json"):
        return view.project.at(entries.beside(path, word))
    return entries.named_file(view.project, path, word)


def _patterns(view: ScriptView) -> Iterator[tuple[Asking, re.Pattern[str]]]:
    """Yield where a tree loads scripts by patterns, and the paths that each means."""
    paths = set(view.naming(LOADERS)) & view.scripts
    view.load(paths)
    for path in sorted(paths):
        for line, pattern in view.facts(path).patterns:
            compiled = _compiled(path, pattern)
            if compiled is not None and not entries.is_test(path):
                yield Asking(path, line), compiled


def _fits(pattern: re.Pattern[str], path: str) -> bool:
    return bool(pattern.fullmatch(path) or pattern.fullmatch(path.rpartition(".")[0]))


def _compiled(importer: str, pattern: str) -> re.Pattern[str] | None:
    """Return which paths a pattern of a loader means; None for one that means everything."""
    if pattern.startswith("."):
        place = normpath(f"{folder_of(importer)}/{pattern}").lstrip("/")
        before = ""
    else:
        place = re.sub(r"^(?:[@~#]/|/|~(?=\w))", "", pattern)
        before = r"(?:.*/)?"
    if not place.strip("*/."):
        return None
    place = re.sub(r"\{([^{}]*)\}", lambda found: f"\0{found[1]}\1", place)
    body = re.escape(place).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    body = re.sub("\\\\?\0(.*?)\\\\?\1", lambda found: f"(?:{found[1].replace(',', '|')})", body)
    return re.compile(before + body)
