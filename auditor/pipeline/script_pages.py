"""What pages and imports still ask for that is no export of a script: inline scripts, global functions, style sheets.

In: two `ScriptView`s, what became of the files. Out: `LostScript`s with the places that ask, and the places that ask
for exports. Never judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from auditor.analysis.scripts.entries import PAGES, is_test
from auditor.analysis.scripts.resolving import ends_of_specifiers
from auditor.analysis.scripts.syntax import ScriptFacts, code_of, read_script
from auditor.model.script_change import Asking, LostScript
from auditor.model.script_paths import SCRIPT_SUFFIXES
from auditor.pipeline.script_views import ScriptView

ASSETS = (".css", ".scss", ".sass", ".less", ".styl", ".json", ".json5", ".svg", ".png", ".jpg", ".gif", ".webp",
          ".wasm", ".graphql", ".gql", ".yaml", ".yml", ".txt", ".md", ".mdx", ".html", ".astro")  # fmt: skip
"""Files that are no scripts and that scripts import."""
_INLINE = re.compile(r"<script\b(?P<how>[^<>]*)>(?P<text>.*?)</script>", re.S | re.I)
_HANDLER = re.compile(r"""\son\w+\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)
_GLOBAL = re.compile(
    r"^(?:async\s+)?function\s*\*?\s*([\w$]+)|^(?:var|let|const)\s+([\w$]+)\s*=|^\s*window\s*\.\s*([\w$]+)\s*=(?!=)",
    re.M,
)


class Pages:
    """`now` maps files of base to where they are in head; `assets` are the files gone that are no scripts."""

    def __init__(self, base: ScriptView, head: ScriptView, now: Mapping[str, str], assets: Iterable[str]) -> None:
        self.base, self.head, self.now, self.assets = base, head, now, tuple(assets)

    def asking(self, path: str, name: str) -> Iterator[Asking]:
        """Yield the inline scripts of head that import a name of a file that gave it at base."""
        for page, text in sorted(self.head.texts(self.head.naming(ends_of_specifiers(path), PAGES)).items()):
            for line, facts in _inline(page, text):
                for one in facts.imports:
                    if name in one.names and self.base.project.resolve(page, one.specifier) == path:
                        yield Asking(page, line + one.line - 1)

    def lost(self) -> Iterator[LostScript]:
        """Yield the files that scripts import in vain, and the functions that pages call in vain."""
        for path, found in sorted(self._importing().items()):
            in_order = tuple(sorted(found, key=lambda one: (one.path, one.line)))
            yield LostScript(path, path, 1, "file", dangling=in_order)
        for old, new in sorted(self.now.items()):
            for name, line in self._globals(old, new):
                places = tuple(self._calling(name))
                if places:
                    yield LostScript(f"{old}:{name}", old, line, "member", dangling=places)

    def _importing(self) -> dict[str, set[Asking]]:
        """Return where scripts of head import files that are gone."""
        asking: dict[str, set[Asking]] = {}
        names = {PurePosixPath(path).name for path in self.assets}
        found = {*self.head.naming([f"/{name}{end}" for name in names for end in ("'", '"', "?")])} & self.head.scripts
        self.head.load(found)
        for other in found:
            for one in () if is_test(other) else self.head.facts(other).imports:
                plain = one.specifier.partition("?")[0]
                before = self.base.project.resolve(other, plain)
                if before in self.assets and self.head.project.resolve(other, plain) is None:
                    asking.setdefault(before or "", set()).add(Asking(other, one.line))
        return asking

    def _globals(self, old: str, new: str) -> Iterator[tuple[str, int]]:
        """Yield the functions of a script without modules that it has no more."""
        facts = self.base.facts(old)
        if is_test(old) or facts.imports or facts.exports or facts.open or not old.endswith((".js", ".ts")):
            return
        before, after = (
            code_of(path, view.texts([path]).get(path, "")) for view, path in ((self.base, old), (self.head, new))
        )
        now = {name for found in _GLOBAL.finditer(after) for name in found.groups() if name}
        for found in _GLOBAL.finditer(before):
            name = found[1] or found[2] or found[3]
            if name not in now and not re.search(rf"(?<![\w$.]){re.escape(name)}\s*=(?!=)", after):
                yield name, before.count("\n", 0, found.start()) + 1

    def _calling(self, name: str) -> Iterator[Asking]:
        """Yield the pages of head that call a function which no script of head defines."""
        if any(self._defines(text, name) for text in self._texts(name, SCRIPT_SUFFIXES).values()):
            return
        called = re.compile(rf"(?<![\w$.]){re.escape(name)}\s*\(")
        for page, text in sorted(self._texts(name, PAGES).items()):
            parts = [(found.start("text"), found["text"]) for found in _INLINE.finditer(text)]
            if any(self._defines(part, name) for _, part in parts):
                continue
            parts += [(found.start(), found[1] or found[2] or "") for found in _HANDLER.finditer(text)]
            at = min((start for start, part in parts if called.search(code_of(page, part))), default=None)
            if at is not None:
                yield Asking(page, text.count("\n", 0, at) + 1)

    def _texts(self, name: str, suffixes: Iterable[str]) -> dict[str, str]:
        return self.head.texts(self.head.naming([name], suffixes))

    def _defines(self, text: str, name: str) -> bool:
        word = re.escape(name)
        return (
            re.search(rf"\bfunction\s*\*?\s*{word}\b|(?<![\w$]){word}\s*=(?!=)|\b{word}\s*:\s*function", text)
            is not None
        )


def _inline(page: str, text: str) -> Iterator[tuple[int, ScriptFacts]]:
    for found in _INLINE.finditer(text):
        if "module" in found["how"] and "import" in found["text"]:
            yield text.count("\n", 0, found.start("text")) + 1, read_script(f"{page}.js", found["text"])
