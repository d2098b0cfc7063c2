"""How the templates in usage keys are written: Flask's and Django's own forms to `/users/{id}`, `/users/{id:int}`.

In: the text of a rule, a route or a regular expression. Out: the template, and of an expression also the same with each
parameter's expression in place of its name, for telling which of two matches first. Shared by the tracker and by
`auditor.analysis`, so that both write the same key. Never compiles or runs an expression of the application.
"""

import re
from typing import NamedTuple
from zlib import crc32

_ANGLE = re.compile(r"<(?:([A-Za-z_]\w*)(?:\([^)]*\))?:)?([A-Za-z_]\w*)>")
_PLAIN = ("str", "string", "default")
_NAMED = re.compile(r"\?P<(\w+)>")
_CAPTURE = re.compile(r"(?<!\\)\((?:(?!\?)|\?P<)")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d*,?\d*\})[?+]?")
_KNOWN = {
    "[^/]+": "{}", "[^/]+?": "{}", r"\d+": "{:int}", "[0-9]+": "{:int}", r"[-\w]+": "{:slug}", r"[\w-]+": "{:slug}",
    "[-a-zA-Z0-9_]+": "{:slug}", ".*": "{:rest}", ".+": "{:path}",
}  # fmt: skip
_WIDE = frozenset("SDW")


class Template(NamedTuple):
    """A pattern's part of a template: as it is read, and as it is compared by who tells which matches first."""

    text: str
    compared: str

    def below(self, prefix: "Template") -> "Template":
        """Return this part behind a prefix."""
        return Template(prefix.text + self.text, prefix.compared + self.compared)


def from_angles(rule: str) -> str:
    """Return Flask's or Django's `<int:pk>` form as `{pk:int}`; a plain string converter is left out."""
    return _ANGLE.sub(lambda m: f"{{{m[2]}}}" if not m[1] or m[1] in _PLAIN else f"{{{m[2]}:{m[1]}}}", rule)


def rooted(template: str) -> str:
    """Return a template that starts with exactly one `/`."""
    return "/" + template.lstrip("/")


def template_of(pattern: str, *, whole: bool = False) -> Template:
    """Return a regular expression as a template. `whole`: it is a view's own, not the prefix of an include.

    Named groups keep their names, others, classes and dots are `{0}`, `{1}`; what may contain a slash is `{name:path}`.
    Of what is optional only groups that are parameters are kept, of alternatives the first.
    """
    reader = _Reader(pattern)
    text, compared = reader.read()
    if whole and not pattern.endswith(("$", "\\Z", "\\z")):
        compared += "{:rest}"
    return Template(text, compared)


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.source = pattern
        self.position = 0
        self.unnamed = 0

    def read(self) -> Template:
        """Read alternatives up to a closing bracket or the end; the first of them counts."""
        first: Template | None = None
        text = compared = ""
        while self.position < len(self.source) and self.source[self.position] != ")":
            if self.source[self.position] == "|":
                self.position += 1
                first = first or Template(text, compared)
                text = compared = ""
                continue
            one = self._atom()
            text, compared = text + one.text, compared + one.compared
        return first or Template(text, compared)

    def _atom(self) -> Template:
        start, unnamed = self.position, self.unnamed
        found = self._single()
        quantifier = _QUANTIFIER.match(self.source, self.position)
        if quantifier is None or not found.text:
            return found
        self.position = quantifier.end()
        written = self.source[start : self.position]
        if found.compared == "{var}":
            return Template(found.text, _compared(written))
        optional = quantifier[0][0] in "*?" or quantifier[0].startswith(("{0", "{,"))
        if optional and not _CAPTURE.search(written):
            self.unnamed = unnamed
            return Template("", _compared(written))
        return found if not optional else Template(found.text, _compared(written))

    def _single(self) -> Template:
        """Read one character, class, group or anchor."""
        character = self.source[self.position]
        if character == "(":
            return self._group()
        if character == "[":
            end = self._end_of_class()
            body, self.position = self.source[self.position + 1 : end], end + 1
            return self._parameter(wide=_class_is_wide(body))
        self.position += 1
        if character in "^$":
            return Template("", "")
        if character == ".":
            return self._parameter(wide=True)
        if character != "\\" or self.position >= len(self.source):
            return Template(character, character)
        escaped = self.source[self.position]
        self.position += 1
        if escaped in "AZzbB":
            return Template("", "")
        if escaped in "dwsDWS":
            return self._parameter(wide=escaped in _WIDE)
        return Template(escaped, escaped)

    def _parameter(self, *, wide: bool) -> Template:
        name = str(self.unnamed)
        self.unnamed += 1
        return Template(f"{{{name}:path}}" if wide else f"{{{name}}}", "{var}")

    def _end_of_class(self) -> int:
        """Return where the class that starts here ends; a bracket right after its start belongs to it."""
        position = self.position + 1
        position += self.source.startswith("^", position)
        position += 1
        while position < len(self.source) and self.source[position] != "]":
            position += 2 if self.source[position] == "\\" else 1
        return position

    def _group(self) -> Template:
        opening = self.position
        named = _NAMED.match(self.source, opening + 1)
        end = _closing(self.source, opening)
        body = self.source[named.end() if named else opening + 1 : end]
        if not named and body.startswith("?"):
            if not body.startswith("?:"):
                self.position = end + 1
                return Template("", _compared(body))
            self.position = opening + 3
            inner = self.read()
            self.position = end + 1
            return inner if "|" not in body else Template(inner.text, _compared(body))
        name = named[1] if named else str(self.unnamed)
        self.unnamed += not named
        self.position = end + 1
        return Template(f"{{{name}:path}}" if _spans(body) else f"{{{name}}}", _compared(body))


def _compared(expression: str) -> str:
    """Return how an expression is compared: known ones by what they match, others by their text alone."""
    return _KNOWN.get(expression) or f"{{:x{crc32(expression.encode()):08x}}}"


def _spans(body: str) -> bool:
    """Return whether what an expression matches may contain a slash."""
    position = 0
    while position < len(body):
        character = body[position]
        if character in "./":
            return True
        if character == "\\":
            position += 1
            if body[position : position + 1] in _WIDE or body[position : position + 1] == "/":
                return True
        elif character == "[":
            reader = _Reader(body)
            reader.position = position
            end = reader._end_of_class()
            if _class_is_wide(body[position + 1 : end]):
                return True
            position = end
        position += 1
    return False


def _class_is_wide(body: str) -> bool:
    """Return whether a class of characters has the slash."""
    negated = body.startswith("^")
    members = body[negated:]
    has = "/" in members or any(f"\\{one}" in members for one in _WIDE)
    has = has or any(low <= "/" <= high for low, high in re.findall(r"(?<!\\)([^\\])-([^\\])", members))
    return has != negated


def _closing(text: str, opening: int) -> int:
    """Return the index of the bracket that closes the one at `opening`, the text's end where none does."""
    depth, position = 0, opening
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == "[":
            reader = _Reader(text)
            reader.position = position
            position = reader._end_of_class()
        elif text[position] == "(":
            depth += 1
        elif text[position] == ")":
            depth -= 1
            if not depth:
                return position
        position += 1
    return len(text)
