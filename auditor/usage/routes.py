"""Concrete request path -> route template.

In: usage keys (`"GET /users/{id}"`) and requests as logs hold them. Out: the key whose route would have served, or
None. Never guesses a template from the shape of a path: digits and UUIDs make no key, only the route table does.

Order is the frameworks' own: the first key given wins, as in Starlette, FastAPI and Django. A literal segment beats a
parameter only if its key comes first. Keys sorted as text put literals first, because `{` sorts behind letters and
digits, which is what Flask does in any order.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

from auditor.model.route_keys import PARAMETER

_CONVERTERS = {
    "int": r"[0-9]+",
    "float": r"[0-9]+(?:\.[0-9]+)?",
    "uuid": r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}",
    "slug": r"[-a-zA-Z0-9_]+",
    "path": r".*",
}
_ANYTHING = "[^/]+"
_ANY_METHODS = ("*", "ANY")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_MOST_PATTERNS = 8
_LONGEST_PREFIX = 4
"""Segments that a proxy may cut off before the application sees a path."""


class SegmentTests(NamedTuple):
    """All that a route table asks of one segment: whether it equals a literal, and which patterns it fully matches.

    The patterns mean the same in Python's `re` and in RE2. `start` are literals with which many templates start
    (`/api/v1/`): whoever cuts it off the paths that have it needs to look at fewer segments.
    """

    literals: frozenset[str]
    patterns: tuple[str, ...]
    start: str = "/"


class RouteTable:
    """The routes of one application, to match requests against; built once, read-only afterwards.

    Args:
        keys: Usage keys in the order of registration. Keys without a path (`"(unmatched)"`) are left out; method `*`
            or `ANY` stands for every method.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._tries: dict[str, _Node] = {}
        self._keys: list[str] = []
        self._named: set[str] = set()
        self._segments: set[str] = set()
        for key in keys:
            method, _, template = key.partition(" ")
            if template.startswith("/"):
                trie = self._tries.setdefault(method.upper(), _Node())
                trie.insert(template, len(self._keys))
                segments = template_segments(template)
                self._segments.update(segments)
                self._keys.append(key)
                if any(segment and segment_pattern(segment) is None for segment in segments):
                    self._named.add(key)

    def __len__(self) -> int:
        """Return the number of keys that can match."""
        return len(self._keys)

    def segment_tests(self) -> SegmentTests | None:
        """Return what decides which route a path's segments lead to, None where they cannot be judged one by one.

        Paths with as many segments, none of them empty or escaped, of which each gives the same answers, have one key.
        """
        literals: set[str] = set()
        patterns: set[str] = set()
        for segment in self._segments:
            pattern = segment_pattern(segment)
            if pattern is None:
                literals.add(segment)
            elif pattern not in (_ANYTHING, _CONVERTERS["path"]):
                patterns.add(pattern)
        strange = any(".*" in pattern or not pattern.isascii() or not pattern.isprintable() for pattern in patterns)
        strange = strange or any("\x01" in literal or "/" in literal for literal in literals)
        if strange or len(patterns) > _MOST_PATTERNS:
            return None
        return SegmentTests(frozenset(literals), tuple(sorted(patterns)), self._shared_start())

    def _shared_start(self) -> str:
        """Return the start, ending in `/`, without which the templates have the fewest segments; `/` at the least."""
        starts = Counter({"/": len(self._keys)})
        for key in self._keys:
            start = "/"
            for segment in template_segments(key.partition(" ")[2])[:-1]:
                if not segment or segment_pattern(segment) is not None:
                    break
                start += f"{segment}/"
                starts[start] += 1
        return max(starts, key=lambda start: (start.count("/") * starts[start], start))

    def match(self, method: str, path: str) -> str | None:
        """Return the key of the route that serves `method` on the concrete `path`, None if there is none.

        `path` may be a request target as logged: a query string, a fragment and `scheme://host` are dropped, percent
        escapes are decoded. HEAD counts as GET where no HEAD route matches. Where nothing matches, the same path
        with or without a slash at its end may: some applications serve both, and others redirect, which is use as well.
        """
        return self._serving(method, plain_path(path)[1:].split("/"))

    def match_end(self, method: str, path: str) -> str | None:
        """Return the key that `match` gives, or else that of the route that serves the end of `path`.

        A proxy may log a prefix that it cuts off before the application sees the path: such calls must not pass for
        none. Of several ends the longest counts, and only for a route that has a literal segment.
        """
        segments = plain_path(path)[1:].split("/")
        found = self._serving(method, segments)
        for start in range(1, min(len(segments), _LONGEST_PREFIX + 1)):
            if found is not None:
                break
            end = self._serving(method, segments[start:])
            found = end if end in self._named else None
        return found

    def _serving(self, method: str, segments: list[str]) -> str | None:
        """Return the key for a path's segments, with or without a slash at its end."""
        other = segments[:-1] if not segments[-1] and len(segments) > 1 else [*segments, ""]
        methods = (method.upper(), "GET") if method.upper() == "HEAD" else (method.upper(),)
        for one in (segments, other):
            for name in methods:
                found = self._match(name, one)
                if found is not None:
                    return self._keys[found]
        return None

    def _match(self, method: str, segments: list[str]) -> int | None:
        best: int | None = None
        for name in (method, *_ANY_METHODS):
            trie = self._tries.get(name)
            if trie is not None:
                best = trie.first(segments, 0, best)
        return best


class _Node:
    """One segment's place in the trie of a method; `lowest` is the earliest key in or below it."""

    __slots__ = ("key", "literals", "lowest", "parameters", "tails")

    def __init__(self) -> None:
        self.key: int | None = None
        self.lowest: int | None = None
        self.literals: dict[str, _Node] = {}
        self.parameters: dict[str, tuple[re.Pattern[str] | None, _Node]] = {}
        self.tails: list[tuple[int, re.Pattern[str]]] = []

    def insert(self, template: str, order: int) -> None:
        """Add a template that starts with `/`; of two equal ones the first stays."""
        node, rest = self, template_segments(template)
        for position, segment in enumerate(rest):
            node.lowest = order if node.lowest is None else node.lowest
            pattern = segment_pattern(segment)
            if pattern is not None and ".*" in pattern:
                tail = "/".join(segment_pattern(part) or re.escape(part) for part in rest[position:])
                node.tails.append((order, re.compile(tail, re.DOTALL)))
                return
            if pattern is None:
                node = node.literals.setdefault(segment, _Node())
            else:
                compiled = None if pattern == _ANYTHING else re.compile(pattern)
                node = node.parameters.setdefault(pattern, (compiled, _Node()))[1]
        node.lowest = order if node.lowest is None else node.lowest
        node.key = order if node.key is None else node.key

    def first(self, segments: list[str], depth: int, best: int | None) -> int | None:
        """Return the earliest key that matches `segments` from `depth` on, or `best` where that is earlier."""
        if self.lowest is None or (best is not None and best < self.lowest):
            return best
        for order, tail in self.tails:
            if (best is None or order < best) and tail.fullmatch("/".join(segments[depth:])):
                best = order
        if depth == len(segments):
            return self.key if self.key is not None and (best is None or self.key < best) else best
        segment = segments[depth]
        literal = self.literals.get(segment)
        if literal is not None:
            best = literal.first(segments, depth + 1, best)
        if segment:
            for compiled, node in self.parameters.values():
                if compiled is None or compiled.fullmatch(segment):
                    best = node.first(segments, depth + 1, best)
        return best


def plain_path(target: str) -> str:
    """Return the decoded path of a request target: no scheme, host, query or fragment; `"/"` at the least.

    Decoding comes last, so an escaped `?` stays in the path and an escaped `/` separates, as servers do it.
    """
    if not target.startswith("/"):
        scheme = _SCHEME.match(target)
        target = target[scheme.end() :] if scheme else target
    path = target.partition("?")[0].partition("#")[0]
    if "%" in path:
        path = unquote(path)
    return path if path.startswith("/") else f"/{path}"


def segment_pattern(segment: str) -> str | None:
    """Return the regular expression of one segment of a template, None for a literal one.

    An unknown converter matches anything without a slash: a route matched too widely is used, never unused.
    """
    if "{" not in segment:
        return None
    parts: list[str] = []
    position = 0
    for found in PARAMETER.finditer(segment):
        converter = (found[2] or "").partition("(")[0]
        parts += (re.escape(segment[position : found.start()]), _CONVERTERS.get(converter, _ANYTHING))
        position = found.end()
    return "".join(parts) + re.escape(segment[position:]) if parts else None


def template_segments(template: str) -> list[str]:
    """Return the segments of a template, which starts with `/`: what stands between slashes outside braces."""
    template = template[1:]
    segments, depth, start = [], 0, 0
    for position, character in enumerate(template):
        if character == "{":
            depth += 1
        elif character == "}":
            depth = max(0, depth - 1)
        elif character == "/" and depth == 0:
            segments.append(template[start:position])
            start = position + 1
    segments.append(template[start:])
    return segments
