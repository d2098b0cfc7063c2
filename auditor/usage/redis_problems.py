"""What is wrong with a Redis server, in one line. In: clients, errors. Out: sentences without the URL or a key's text.

Never writes. Who asks decides whether it is a problem or a note.
"""

from typing import Any

import redis

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
    if not evicted or not policy.startswith(("allkeys", "volatile")):
        return None, ()
    return (
        f"the server has evicted {evicted:,} keys (maxmemory-policy {policy}), so counts may be missing; "
        "set noeviction or give it more memory, run CONFIG RESETSTAT, and let the window pass"
    ), ()


def other_databases(client: redis.Redis) -> str:
    """Name the databases of the server that hold keys; empty where none does or it will not say."""
    try:
        keyspace: Any = client.info("keyspace")
    except redis.RedisError:
        return ""
    return ", ".join(sorted(name for name in keyspace if name.startswith("db")))
