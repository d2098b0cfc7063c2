"""Which key somebody means. In: what was typed, the keys known. Out: the keys it fits, or those nearest to it. Pure.

A key may be written as the ledger has it (`GET /users/{id}`), as `/stats` has it (`GET:/users/{id}`), as its path
alone, as a path somebody requested (`/users/5`), by the end of its name (`remind` for `mail.remind`), or by its
handler. The first of these that fits anything decides.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from auditor.model.usage import UsageKind

Place = tuple[UsageKind, str]
"""Kind and key."""
Match = Callable[[str, str], str | None]
"""Method and concrete path -> the key of the route that serves it."""
_MOST_NEAR = 5
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "WEBSOCKET")


def fitting(asked: str, known: Iterable[Place], handlers: Mapping[Place, Iterable[str]], match: Match) -> list[Place]:
    """Return the keys that a spelling fits, sorted; none where it fits none.

    Args:
        asked: As typed.
        known: All kinds and keys.
        handlers: The ids of what is published under each.
        match: How a concrete path is matched to a route.
    """
    places = sorted(known)
    method, path = _request(asked)
    spelled = f"{method} {path}" if method else asked
    served = {key for one in ((method,) if method else _METHODS) if path and (key := match(one, path))}
    ways: tuple[Callable[[Place], bool], ...] = (
        lambda place: place[1] in (asked, spelled),
        lambda place: bool(path) and not method and place[0] == "endpoint" and _path_of(place[1]) == path,
        lambda place: bool(path) and _slashless(place, method) == (method, path.rstrip("/")),
        lambda place: asked in handlers.get(place, ()),
        lambda place: place[0] == "endpoint" and place[1] in served,
        lambda place: place[1].casefold() == spelled.casefold(),
        lambda place: place[0] != "endpoint" and _last_name(place[1]) == asked,
    )
    for fits in ways:
        found = [place for place in places if fits(place)]
        if found:
            return found
    return []


def nearest(asked: str, known: Iterable[Place]) -> list[Place]:
    """Return the keys that look most like what was typed, the likest first."""
    by_key: dict[str, list[Place]] = {}
    for place in sorted(known):
        by_key.setdefault(place[1].casefold(), []).append(place)
    method, path = _request(asked)
    wanted = (f"{method} {path}" if method else asked).casefold()
    alike = get_close_matches(wanted, by_key, n=_MOST_NEAR, cutoff=0.6)
    holding = [key for key in by_key if len(wanted) > 2 and wanted.strip("/") in key]
    words = _words(wanted)
    sharing = sorted((key for key in by_key if words & _words(key)), key=lambda key: (-len(words & _words(key)), key))
    return [place for key in dict.fromkeys((*alike, *holding, *sharing)) for place in by_key[key]][:_MOST_NEAR]


def _words(key: str) -> set[str]:
    """Return the parts of a key that tell it from others: no methods, no numbers, no parameters."""
    parts = re.split(r"[ /.:]+", key)
    return {part for part in parts if len(part) > 2 and part.isidentifier() and part.upper() not in _METHODS}


def _request(asked: str) -> tuple[str, str]:
    """Return method and path of `GET /x`, `get:/x`, `/x` or `https://host/x`; empty texts for what is none."""
    for separator in (" ", ":"):
        method, found, path = asked.partition(separator)
        if found and path.strip().startswith("/") and method.isalpha() and not path.startswith("//"):
            return method.upper(), path.strip()
    if "://" in asked:
        rest = asked.split("://", 1)[1]
        return "", f"/{rest.partition('/')[2]}"
    return "", asked if asked.startswith("/") else ""


def _path_of(key: str) -> str:
    return key.partition(" ")[2]


def _slashless(place: Place, method: str) -> tuple[str, str]:
    """Return method and path of a key without the slash at its end, its method only where one is asked for."""
    own, _, path = place[1].partition(" ")
    return (own if method else "", path.rstrip("/")) if path.startswith("/") else ("-", "")


def _last_name(key: str) -> str:
    return key.replace(":", ".").replace("/", ".").replace(" ", ".").rpartition(".")[2]
