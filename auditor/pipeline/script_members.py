"""Members of classes, objects and enums that are gone, and that code of head still asks for by name.

In: two `ScriptView`s, what became of the files. Out: `LostScript`s with the places that ask. Looked at are the files
that the change touches and those that import them; what a variable holds is told from where it is made or typed, in
one file. Never judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from auditor.analysis.scripts.bindings import bindings
from auditor.analysis.scripts.entries import is_test
from auditor.analysis.scripts.members import Container, containers
from auditor.analysis.scripts.syntax import code_of
from auditor.model.script_change import Asking, LostScript
from auditor.pipeline.script_askers import vouches
from auditor.pipeline.script_stranded import importers
from auditor.pipeline.script_views import ScriptView

_HOLDS = re.compile(r"class\s+[\w$]+|enum\s+[\w$]+|=\s*(?:Object\.freeze\(\s*)?\{|\.prototype\.")
_MOST_PARENTS = 5


class Members:
    """`now` maps files of base to where they are in head."""

    def __init__(self, base: ScriptView, head: ScriptView, now: Mapping[str, str]) -> None:
        self.base, self.head, self.now = base, head, now
        self._codes: dict[str, str] = {}

    def lost(self) -> Iterator[LostScript]:
        """Yield the members that touched files lose and that head asks for."""
        for old, new in sorted(self.now.items()):
            if is_test(old) or self.base.blob(old) == self.head.blob(new):
                continue
            gone = dict(self._gone(old, new))
            for (name, member), line in sorted(gone.items()) if gone else ():
                places = tuple(sorted(self._asking(new, name, member), key=lambda one: (one.path, one.line)))
                if places:
                    yield LostScript(f"{old}:{name}.{member}", old, line, "member", dangling=places)

    def _gone(self, old: str, new: str) -> Iterator[tuple[tuple[str, str], int]]:
        before = code_of(old, self.base.texts([old]).get(old, ""))
        if not _HOLDS.search(before) or new in self.head.unread:
            return
        after = containers(self._code(new))
        for name, one in containers(before).items():
            there = after.get(name)
            if there is None or there.open:
                continue
            for member, at in one.members.items():
                if member not in there.members and not self._inherits(new, there, member):
                    yield (name, member), before.count("\n", 0, at) + 1

    def _inherits(self, path: str, one: Container, member: str, depth: int = 0) -> bool:
        """Return whether a class may have a member from what it extends; what lies outside may have any."""
        if not one.parent:
            return False
        code = self._code(path)
        parent = containers(code).get(one.parent)
        there = path
        if parent is None:
            specifier, name = dict(bindings(code)).get(one.parent, ("", ""))
            target = self.head.project.resolve(path, specifier) if specifier else None
            if target is None or target not in self.head.scripts:
                return True
            there, name = self.head.origin(target, name)
            found = containers(self._code(there))
            parent = found.get(name) or found.get(one.parent)
        if parent is None or parent.open or member in parent.members or depth > _MOST_PARENTS:
            return True
        return self._inherits(there, parent, member, depth + 1)

    def _asking(self, path: str, name: str, member: str) -> Iterator[Asking]:
        """Yield where head asks for a member of what a file has."""
        code = self._code(path)
        one = containers(code)[name]
        inside = re.compile(rf"\bthis\s*\??\.\s*{re.escape(member)}(?![\w$])").search(code, one.start, one.end)
        if inside is not None:
            yield Asking(path, code.count("\n", 0, inside.start()) + 1)
        yield from self._of(path, code, {name}, member)
        carriers = self._carriers(path, code, name)
        for other in sorted(self._importers(path)) if carriers else ():
            if other == path:
                continue
            text = self._code(other)
            named = {
                here: there
                for here, (specifier, there) in bindings(text)
                if (target := self.head.project.resolve(other, specifier)) in self.head.scripts
                and self._origin(target or "", there) in {(path, carrier) for carrier in carriers}
            }
            yield from self._of(other, text, named, member)
            if "*" in carriers:
                yield from self._taken(other, text, path, member)

    def _importers(self, path: str) -> set[str]:
        """Return the scripts that may import a file, those behind lists of exports among them; no tests."""
        found, waiting = set[str](), {path}
        while waiting:
            fresh = importers(self.head, waiting) - found
            found |= fresh
            waiting = {one for one in fresh if any(imported.given for imported in self.head.facts(one).imports)}
        return {one for one in found if vouches(one)}

    def _origin(self, target: str, name: str) -> tuple[str, str]:
        return self.head.origin(target, "default" if name == "*" else name)

    def _carriers(self, path: str, code: str, name: str) -> set[str]:
        """Return the names by which a file exports a container, or something made of it; `"*"` for all it exports."""
        word = re.escape(name)
        made = {name} | set(re.findall(rf"\b(?:const|let|var)\s+([\w$]+)[^=\n;]*=\s*new\s+{word}\b", code))
        found = made & self.head.facts(path).exports.keys()
        whole = re.search(r"\b(?:export\s+default|(module\.exports)\s*=)\s*(?:new\s+)?(?:class\s+)?([\w$]+)", code)
        if whole is not None and whole[2] in made:
            found |= {"default", "*"} if whole[1] else {"default"}
        return found

    def _of(self, path: str, code: str, names: Iterable[str], member: str) -> Iterator[Asking]:
        """Yield where code asks for a member of names, or of what is made or typed by them."""
        for name in names:
            word = re.escape(name)
            made = rf"([\w$]+)\s*(?:[?!]?\s*:\s*{word}(?![\w$<.])|(?::[^=\n;]*)?=\s*(?:await\s+)?new\s+{word}\b)"
            holders = {name, *re.findall(made, code)}
            if re.search(rf"\bextends\s+{word}\b", code):
                holders |= {"super"}
            listed = "|".join(sorted(map(re.escape, holders)))
            asked = (
                rf"(?<![\w$])(?<!\.)(?:this\s*\??\.\s*)?(?:{listed})[?!]?\s*\.\s*{re.escape(member)}(?![\w$]|\s*=(?!=))"
            )
            found = re.search(asked, code)
            if found is not None:
                yield Asking(path, code.count("\n", 0, found.start()) + 1)

    def _taken(self, path: str, code: str, target: str, member: str) -> Iterator[Asking]:
        """Yield where a file takes a member by its name of all that another one exports."""
        for one in self.head.facts(path).imports:
            if member in one.names and self.head.project.resolve(path, one.specifier) == target:
                taken = [name for name, (specifier, _) in bindings(code) if specifier == one.specifier]
                if member in taken:
                    yield Asking(path, one.line)

    def _code(self, path: str) -> str:
        if path not in self._codes:
            self._codes[path] = code_of(path, self.head.texts([path]).get(path, ""))
        return self._codes[path]
