"""Where usage is delivered to, chosen by URL. In: a Redis URL (see `redis_address`) or `file:///dir`. Out: a `Sink`.

A sink never decides what is counted or when; it writes what it is given, once, or raises `SinkError`. The module of a
sink (and with it its client library) is imported when the first one is opened.
"""

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from auditor.tracking import layout
from auditor.tracking.delta import Delta

if TYPE_CHECKING:
    from pathlib import Path

_APP_NAME = re.compile(r"[^\s/\\{}.:\x00-\x1f][^/\\{}\x00-\x1f]{0,99}")


class SinkError(Exception):
    """The sink could not take what it was given; the same may be written again later."""


class Sink(Protocol):
    """Takes deltas and route tables of one instance of one app. Used by one thread at a time."""

    def write(self, delta: Delta) -> None:
        """Apply a delta wholly and, where it is numbered, once; raise SinkError where that is not certain."""

    def publish(self, table: str, records: Mapping[str, Mapping[str, object]], version: str) -> None:
        """Publish what exists in a version of the application, used or not; raise SinkError.

        Table `"routes"`: usage key -> `layout.route_record`; `"registered"`: `layout.registered_field` -> the same.
        """

    def close(self) -> None:
        """Release connections and files; never raise."""


def new_instance() -> str:
    """Return a name for this process that no other has: host, process id and a random part."""
    called = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    host = re.sub(r"[^A-Za-z0-9-]", "-", called)[:40] or "host"
    return f"{host}-{os.getpid()}-{os.urandom(4).hex()}"


def open_sink(url: str, app: str, instance: str | None = None, retention_days: int = layout.RETENTION_DAYS) -> Sink:
    """Return the sink a URL names. Nothing is connected or created before the first write.

    Args:
        url: `redis://host:port/db`, `redis+cluster://…`, `redis+sentinel://…` and the like as `redis_address` says, or
            `file:///absolute/directory`.
        app: Name under which the usage is stored.
        instance: Name of the writer; a new one for this process by default. Two writers never share one.
        retention_days: How long what is written is kept after its last change.

    Raises:
        ValueError: The URL or the app's name cannot be used.
    """
    if not _APP_NAME.fullmatch(app):
        raise ValueError(f"app name {app!r} cannot be used: up to 100 characters, without / \\ {{ }}, not led by a dot")
    scheme, _, _ = url.partition("://")
    writer = instance or new_instance()
    if scheme == "unix" or scheme.startswith("redis"):
        from auditor.tracking.redis_sink import RedisSink

        return RedisSink(url, app, writer, retention_days)
    if scheme == "file":
        from auditor.tracking.file_sink import FileSink

        return FileSink(file_directory(url), app, writer, retention_days)
    found = f"{scheme}://…" if scheme != url else "without a scheme"
    known = "redis://, rediss://, unix://, redis+cluster://, redis+sentinel:// or file:///absolute/directory"
    raise ValueError(f"sink {found!r} is not known; use {known}")


def file_directory(url: str) -> "Path":
    """Return the directory of a `file://` URL; raise ValueError unless it is absolute and local."""
    from pathlib import Path
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    path = Path(unquote(parts.path))
    if parts.netloc not in ("", "localhost") or not path.is_absolute():
        raise ValueError(f"sink {url!r} names no absolute local directory; write file:///absolute/directory")
    return path
