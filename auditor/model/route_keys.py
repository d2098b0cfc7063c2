"""When two spellings of a route's key mean the same route. In: keys. Out: keys. Never looks at a route table."""

import re
from functools import lru_cache

PARAMETER = re.compile(r"\{([^{}:]*)(?::([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}")
"""One parameter of a template: its name and its converter."""


@lru_cache(maxsize=65536)
def shape(key: str) -> str:
    """Return a key whose parameters have lost their names and converters, so that two spellings of a route agree.

    `"GET /users/{id:int}"` -> `"GET /users/{}"`; a parameter that spans segments stays apart: `"GET /f/{:path}"`.
    """
    return PARAMETER.sub(lambda found: "{:path}" if found[2] == "path" else "{}", key)


@lru_cache(maxsize=65536)
def nameless(key: str) -> str:
    """Return a key whose parameters have lost their names alone: `"GET /users/{id:int}"` -> `"GET /users/{:int}"`."""
    return PARAMETER.sub(lambda found: f"{{:{found[2]}}}" if found[2] else "{}", key)
