"""Addresses as servers' frameworks spell them, and when two spellings mean the same. In: addresses, keys. Out: answers.

`UNREAD` stands for what code computes: before an address whose beginning is not known, or for all of one.
"""

import re
from functools import lru_cache

UNREAD = "…"
_REST = re.compile(r"\*[\w$]*|\{\*[^{}]*\}|\{[^{}]*:path\}|:\w+(?:\([^()]*\))?\*|\(\.\*\)|\[\[?\.\.\.\w+\]\]?")
_PARAMETER = re.compile(r":\w+(?:\([^()]*\))?[?+]?|\{[^{}]*\}|\[\w+\]|<[^<>]+>")


@lru_cache(maxsize=65536)
def plain(address: str) -> str:
    """Return an address without the names of its parameters: `/users/:id/` -> `/users/{}`, `/f/*` -> `/f/{:path}`."""
    unnamed = _REST.sub("\0", address.partition("?")[0] if ":" not in address else address)
    unnamed = _PARAMETER.sub("{}", unnamed).replace("\0", "{:path}")
    parts = [part for part in unnamed.split("/") if part]
    if unnamed.startswith(UNREAD):
        return "/".join(parts)
    return "/" + "/".join(parts)


def same(one: str, other: str) -> bool:
    """Return whether two addresses are the same, as far as is known of both."""
    one, other = plain(one), plain(other)
    if UNREAD not in one + other:
        return one == other
    first, second = (text.rpartition(UNREAD)[2] for text in (one, other))
    if not (first.startswith("/") and second.startswith("/")):
        return one == other or bool(first and first == second)
    return first.endswith(second) if UNREAD in other else second.endswith(first)


def answers(key: str, method: str, address: str, *, whole: bool = False) -> bool:
    """Return whether a key of production (`GET /users/7`, `GET:/users/{id}`) means a method on an address.

    `*` is every method, `whole` takes all below the address in.
    """
    verb, _, path = key.replace(":/", " /", 1).partition(" ") if ":/" in key[:12] else key.partition(" ")
    if method not in ("*", verb) and verb not in ("*", "ANY") and (method, verb) != ("GET", "HEAD"):
        return False
    asked, own = plain(path), plain(address)
    if UNREAD in own:
        own = own.rpartition(UNREAD)[2]
        parts = own.strip("/").split("/")
        if not own.startswith("/") or not any(part and "{" not in part for part in parts):
            return False
        asked = "/" + "/".join(asked.strip("/").split("/")[-len(parts) :])
    return _pattern(own, whole=whole).fullmatch(asked) is not None


@lru_cache(maxsize=65536)
def _pattern(address: str, *, whole: bool) -> re.Pattern[str]:
    """Return which paths, parameters unnamed, an address stands for; a catch-all only for itself."""
    if address == "/{:path}":
        return re.compile(re.escape(address))
    parts = [_part(part) for part in address.strip("/").split("/") if part]
    return re.compile("".join(parts) + ("(?:/.*)?" if whole else "" if parts else "/"))


def _part(part: str) -> str:
    if part == "{:path}":
        return "(?:/.+)?"
    return "/" + "[^/]+".join(re.escape(text) for text in re.split(r"\{[^{}]*\}", part))
