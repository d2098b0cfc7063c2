"""Where a JSON-lines log keeps method, path, status and time.

In: the configured names, the log's first lines. Out: candidates of each as DuckDB JSON paths. Never reads a file.

A configured name is a key as it stands or a dotted way into nested objects (`req.method`); what is not configured is
looked for under the names that NGINX, Caddy, pino, bunyan, winston, Google Cloud and OpenTelemetry use.
"""

from collections.abc import Iterable, Mapping

import msgspec

KNOWN: Mapping[str, tuple[str, ...]] = {
    "method": (
        "method", "request_method", "http_method", "requestMethod", "verb", "req.method", "request.method",
        "httpRequest.requestMethod", "http.method", "http.request.method",
    ),
    "path": (
        "path", "url", "uri", "request_uri", "request_path", "requestUrl", "req.url", "request.uri", "request.path",
        "request.url", "httpRequest.requestUrl", "http.target", "http.url", "url.path",
    ),
    "status": (
        "status", "statusCode", "status_code", "response_status", "responseStatus", "res.statusCode", "res.status",
        "response.status", "response.status_code", "httpRequest.status", "http.status", "http.status_code",
        "http.response.status_code",
    ),
    "timestamp": (
        "timestamp", "time", "ts", "@timestamp", "time_iso8601", "time_local", "msec", "datetime", "date", "asctime",
    ),
    "request": ("request", "request_line", "requestLine"),
}  # fmt: skip
"""Field -> names it is found under, the likeliest first; `request` is a whole request line, `"GET /x HTTP/1.1"`."""

CONFIGURABLE = ("method", "path", "status", "timestamp", "request")


class JsonFields(msgspec.Struct, frozen=True):
    """JSON paths of each field, in the order to try; `seen` are the top-level names in the log, for messages."""

    paths: Mapping[str, tuple[str, ...]]
    seen: tuple[str, ...] = ()


def detect(configured: Mapping[str, str], lines: Iterable[bytes]) -> JsonFields:
    """Return where the fields are: the configured names, else the known names that occur in `lines`.

    Where the lines show no request at all, every known name is tried: requests may come later.
    """
    objects = [row for row in map(_object, lines) if row is not None]
    paths = {}
    for field, names in KNOWN.items():
        if field in configured:
            paths[field] = _json_paths(configured[field])
            continue
        present = [name for name in names if any(_holds(row, name) for row in objects)]
        paths[field] = tuple(path for name in present or names for path in _json_paths(name))
    seen = sorted({name for row in objects for name in row})
    return JsonFields(paths, tuple(seen[:12]))


def _object(line: bytes) -> dict[str, object] | None:
    try:
        row = msgspec.json.decode(line.lstrip(b"\0\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _holds(row: object, name: str) -> bool:
    """Return whether the object has a text or number at a key, or at the end of a dotted way."""
    if isinstance(row, dict) and isinstance(row.get(name), str | int | float):
        return True
    outer, dot, rest = name.partition(".")
    return bool(dot) and isinstance(row, dict) and _holds(row.get(outer), rest)


def _json_paths(name: str) -> tuple[str, ...]:
    """Return the ways to a name: as one key, and where it has dots, through nested objects."""
    parts = name.split(".")
    whole = f"$.{_quoted(name)}"
    return (whole,) if len(parts) == 1 else (whole, "$." + ".".join(map(_quoted, parts)))


def _quoted(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
