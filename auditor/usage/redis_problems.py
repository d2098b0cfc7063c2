"""What is wrong with a Redis server, in one line. In: clients, errors. Out: sentences without the URL or a key's text.

Never writes. Who asks decides whether it is a problem or a note.
"""

from collections.abc import Sequence
from typing import Any

import redis

from auditor.model.window import Window
from auditor.usage.sources import one_line

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0


def unanswered(error: Exception) -> str | None:
    """Return what kept a server from answering at all, None for an answer that it refused."""
    text = one_line(error)
    if isinstance(error, redis.AuthenticationError | redis.exceptions.AuthorizationError) or "NOAUTH" in text:
        return "the server wants another user or password; check the url's"
    if isinstance(error, redis.TimeoutError | TimeoutError):
        return f"the server did not answer within {ANSWER_SECONDS:g} s"
    if isinstance(error, redis.exceptions.InvalidResponse):
        return "what answers there is no Redis server; check the url's host and port"
    if isinstance(error, redis.ConnectionError | OSError):
        return f"the server cannot be reached: {text or 'the connection failed'}"
    if isinstance(error, redis.RedisError):
        return None
    return "its url cannot be understood; it must look like redis://host:6379/0"


def lacks_right(error: Exception) -> bool:
    """Return whether the user may not do what was asked."""
    return isinstance(error, redis.exceptions.NoPermissionError) or "NOPERM" in str(error)


def eviction(client: redis.Redis) -> tuple[str | None, tuple[str, ...]]:
    """Return what is wrong where the server throws away keys by itself, the rarely used first; and a note."""
    try:
        stats: Any = client.info("stats")
        memory: Any = client.info("memory")
    except redis.ResponseError:
        return None, ("the user may not run INFO, so evicted counts would go unnoticed; allow it +info",)
    evicted, policy = stats.get("evicted_keys", 0), str(memory.get("maxmemory_policy", ""))
    if not policy.startswith(("allkeys", "volatile")):
        return None, ()
    if not evicted:
        warning = f"the server throws away keys when it is full (maxmemory-policy {policy}); set noeviction"
        return None, (warning,) if memory.get("maxmemory") else ()
    return (
        f"the server has evicted {evicted:,} keys (maxmemory-policy {policy}), so counts may be missing; "
        "set noeviction or give it more memory, run CONFIG RESETSTAT, and let the window pass"
    ), ()


def short_lived(client: redis.Redis, keys: Sequence[str], window: Window) -> tuple[str, ...]:
    """Return a note where keys that every delivery renews are gone before the window's length is over.

    None where the user may not ask, where nothing expires, and where there is no such key.
    """
    try:
        left = [int(client.ttl(key)) for key in keys]
    except redis.ResponseError:
        return ()
    longest = max(left)
    if not 0 <= longest < (window.end - window.start).total_seconds():
        return ()
    return (expiring(longest, window),)


def expiring(seconds: float, window: Window) -> str:
    """Return the note that counts are kept for fewer `seconds` than the window has."""
    return (
        f"its keys expire after about {seconds / 86_400:.0f} days and the window has {window.days:.0f}: what was "
        "before is gone, where it was not collected then; collect more often, or ask for fewer days"
    )


def other_databases(client: redis.Redis) -> str:
    """Name the databases of the server that hold keys; empty where none does or it will not say."""
    try:
        keyspace: Any = client.info("keyspace")
    except redis.RedisError:
        return ""
    return ", ".join(sorted(name for name in keyspace if name.startswith("db")))
