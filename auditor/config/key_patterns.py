"""How other programs write their Redis keys: the grammar of `usage.sources.pattern` for the foreign layouts.

In: a pattern. Out: what a key says, the glob that finds such keys, the keys of a time. Never talks to a server.

    hits:{method}:{path}:{day:%Y%m%d}     literal text and placeholders; "{{" and "}}" are braces that mean themselves
    hits:{day} => {method} {path}         layouts that hold many keys in one: the Redis key, and how a field is written

Placeholders: `{key}` (a name, or method and path in one), `{method}`, `{path}`, `{name}`, `{any}` (a piece without a
colon or slash that says nothing), `{day}` and `{hour}`, with a format of strptime where it is not ISO 8601. Two
placeholders stand apart by at least one literal character.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

DEFAULT_PATTERN = "endpoint_usage:{method}:{path}"
"""Of layout `endpoint_usage`."""

_FIELD_MARK = " => "
_TEXTS = {"key": ".+", "method": "[A-Za-z]+", "path": ".+", "name": ".+", "any": "[^:/]*"}
_FORMATS = {"day": "%Y-%m-%d", "hour": "%Y-%m-%dT%H"}
_DIRECTIVES = {"Y": "[0-9]{4}", "y": "[0-9]{2}", "m": "[0-9]{2}", "d": "[0-9]{2}", "j": "[0-9]{3}", "H": "[0-9]{2}"}
_TOKEN = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")
_GLOB_SPECIAL = re.compile(r"([*?\[\]\\^-])")
_BY_FIELD = ("daily_hash", "hash", "sorted_set")
_TIMED: Mapping[str, str] = {"daily_counter": "day", "hourly_counter": "hour", "daily_hash": "day"}
_EXAMPLES: Mapping[str, str] = {
    "endpoint_usage": DEFAULT_PATTERN,
    "counter": "hits:{method}:{path}",
    "daily_counter": "hits:{method}:{path}:{day:%Y%m%d}",
    "hourly_counter": "hits:{method}:{path}:{hour}",
    "daily_hash": "hits:{day} => {method}:{path}",
    "hash": "hits => {method}:{path}",
    "sorted_set": "hits => {method}:{path}",
}


class Said(NamedTuple):
    """What a key or a field says: the texts of its placeholders, and its day or hour as it is written, zoneless."""

    texts: Mapping[str, str]
    when: datetime | None


class TextPattern:
    """One pattern. Raises ValueError, in words fit for a configuration's author, where it cannot be understood."""

    def __init__(self, pattern: str) -> None:
        self.names: list[str] = []
        self._format = ""
        self._parts: list[tuple[str, str]] = []
        for token in _TOKEN.findall(pattern):
            self._add(token)
        self._regex = re.compile("".join(self._expression(*part) for part in self._parts), re.DOTALL)

    @property
    def glob(self) -> str:
        """The glob of Redis that finds every key of the pattern; it may find others."""
        parts = (_GLOB_SPECIAL.sub(r"\\\1", text) if kind == "literal" else "*" for kind, text in self._parts)
        return "".join(parts)

    @property
    def timed_only(self) -> bool:
        """Whether a time says the whole key, so that keys need not be looked for."""
        return all(name in _FORMATS for name in self.names)

    def match(self, text: str) -> Said | None:
        """Return what a key says, None where it is none of the pattern."""
        found = self._regex.fullmatch(text)
        if found is None:
            return None
        when = None
        if self._format:
            try:
                when = datetime.strptime(found["when"], self._format)  # noqa: DTZ007 -- its zone is the source's
            except ValueError:
                return None
        return Said({name: found[name] for name in self.names if name in _TEXTS and name != "any"}, when)

    def written(self, when: datetime, text: str = "x") -> str:
        """Return the key of a time as the pattern writes it, `text` in place of everything else."""
        by_kind = {"when": when.strftime(self._format) if self._format else ""}
        return "".join(part if kind == "literal" else by_kind.get(kind, text) for kind, part in self._parts)

    def _add(self, token: str) -> None:
        if token in ("{{", "}}"):
            self._literal(token[0])
        elif token in ("{", "}"):
            raise ValueError(f"a pattern whose braces are in pairs; write {token * 2} for one that means itself")
        elif token.startswith("{"):
            self._placeholder(*token[1:-1].partition(":")[::2])
        else:
            self._literal(token)

    def _literal(self, text: str) -> None:
        if self._parts and self._parts[-1][0] == "literal":
            text = self._parts.pop()[1] + text
        self._parts.append(("literal", text))

    def _placeholder(self, name: str, spelling: str) -> None:
        if name not in _TEXTS and name not in _FORMATS:
            known = ", ".join(f"{{{one}}}" for one in (*_TEXTS, *_FORMATS))
            raise ValueError(f"a pattern of {known}, not {{{name}}}")
        if self._parts and self._parts[-1][0] != "literal":
            raise ValueError("a pattern with some text between two placeholders, so that they can be told apart")
        if (name in self.names and name != "any") or (name in _FORMATS and self._format):
            raise ValueError("a pattern that names each placeholder, and one of {day} and {hour}, once")
        self.names.append(name)
        if name in _FORMATS:
            self._format = _checked(name, spelling or _FORMATS[name])
            self._parts.append(("when", ""))
        elif spelling:
            raise ValueError(f"{{{name}}} without a format; only {{day}} and {{hour}} take one")
        else:
            self._parts.append((name, ""))

    def _expression(self, kind: str, text: str) -> str:
        if kind == "literal":
            return re.escape(text)
        if kind == "when":
            written = re.split(r"%(.)", self._format)
            return f"(?P<when>{''.join(_DIRECTIVES[p] if n % 2 else re.escape(p) for n, p in enumerate(written))})"
        return f"(?P<{kind}>{_TEXTS[kind]})" if kind != "any" else _TEXTS["any"]


class ForeignPattern(NamedTuple):
    """How the Redis keys are written, and the fields or members in them where each holds many counts."""

    key: TextPattern
    field: TextPattern | None

    def said(self, key: str, field: str | None = None) -> Said | None:
        """Return what a key, and a field in it, say together; None where one is none of the pattern."""
        outer = self.key.match(key)
        if outer is None or self.field is None or field is None:
            return outer
        inner = self.field.match(field)
        return None if inner is None else Said({**outer.texts, **inner.texts}, outer.when)


def foreign_pattern(layout: str, pattern: str, counts: str) -> ForeignPattern:
    """Return the pattern of a foreign layout.

    Args:
        layout: One of the foreign `RedisLayout`s.
        pattern: As configured; empty is the default of `endpoint_usage`.
        counts: The kind of what is counted.

    Raises:
        ValueError: What the pattern should be instead.
    """
    text = pattern or (DEFAULT_PATTERN if layout == "endpoint_usage" else "")
    if not text:
        raise ValueError(f"how the keys are written, as in {_EXAMPLES[layout]!r}")
    outer, mark, inner = text.partition(_FIELD_MARK)
    if mark and layout not in _BY_FIELD:
        raise ValueError(f"a pattern of keys alone, as in {_EXAMPLES[layout]!r}: layout {layout} has no fields")
    key = TextPattern(outer)
    field = TextPattern(inner if mark else "{key}") if layout in _BY_FIELD else None
    _check_times(layout, key, field)
    _check_names(layout, [*key.names, *(field.names if field else ())], counts)
    return ForeignPattern(key, field)


def _check_times(layout: str, key: TextPattern, field: TextPattern | None) -> None:
    wanted = _TIMED.get(layout)
    times = [name for name in key.names if name in _FORMATS]
    if times != ([wanted] if wanted else []):
        what = f"with one {{{wanted}}}" if wanted else "without {day} and {hour}"
        raise ValueError(f"a pattern {what}, as in {_EXAMPLES[layout]!r}")
    if field and any(name in _FORMATS for name in field.names):
        raise ValueError(f"fields without {{day}} and {{hour}}, as in {_EXAMPLES[layout]!r}")


def _check_names(layout: str, names: Sequence[str], counts: str) -> None:
    said = [name for name in names if name in _TEXTS and name != "any"]
    if len(set(said)) < len(said):
        raise ValueError("a pattern that names each placeholder once, in the key or in its fields")
    allowed = (["key"], ["path"], ["method", "path"]) if counts == "endpoint" else (["key"], ["name"])
    if sorted(said) not in allowed:
        what = "{method} and {path}, {path} or {key}" if counts == "endpoint" else "{name} or {key}"
        raise ValueError(f"a pattern with {what} for what counts {counts}s, as in {_EXAMPLES[layout]!r}")


def _checked(name: str, spelling: str) -> str:
    """Return a format of strptime that says a whole day, or hour, in digits; raise ValueError for others."""
    found = re.findall(r"%(.)", spelling + ("%" if spelling.endswith("%") else ""))
    whole = {"day": 1, "hour": 2}
    enough = (
        sum(one in "Yy" for one in found) == 1
        and (sorted(one for one in found if one in "mdj") in (["d", "m"], ["j"]))
        and found.count("H") == (whole[name] - 1)
    )
    if not enough or any(one not in _DIRECTIVES for one in found):
        example = "{day:%Y%m%d}" if name == "day" else "{hour:%Y-%m-%dT%H}"
        raise ValueError(f"a format of %Y or %y, %m and %d or %j, and for hours %H, as in {example}")
    return spelling
