"""Where a JSON-lines log keeps method, path, status, time and what else it says of a request.

In: the configured names, a format, some of the log's lines. Out: candidates of each as DuckDB JSON paths. Never reads a
file.

A configured name is a key as it stands or a dotted way into nested objects (`req.method`); what is not configured is
looked for under the names that NGINX, Caddy, Traefik, Cloudflare, pino, bunyan, winston, structlog, Google Cloud and
OpenTelemetry use.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from auditor.usage.events.names import refusal

_FIELD = re.compile(r"@?[A-Za-z_][A-Za-z0-9_.\-]{0,39}")
KNOWN: Mapping[str, tuple[str, ...]] = {
    "method": (
        "method", "request_method", "http_method", "requestMethod", "verb", "req.method", "request.method",
        "httpRequest.requestMethod", "http.method", "http.request.method", "RequestMethod", "ClientRequestMethod",
    ),
    "path": (
        "path", "url", "uri", "request_uri", "request_path", "requestUrl", "req.url", "request.uri", "request.path",
        "request.url", "httpRequest.requestUrl", "http.target", "http.url", "url.path", "http.path", "RequestPath",
        "ClientRequestURI", "ClientRequestPath",
    ),
    "status": (
        "status", "statusCode", "status_code", "response_status", "responseStatus", "res.statusCode", "res.status",
        "response.status", "response.status_code", "httpRequest.status", "http.status", "http.status_code",
        "http.response.status_code", "DownstreamStatus", "EdgeResponseStatus",
    ),
    "timestamp": (
        "timestamp", "time", "ts", "@timestamp", "time_iso8601", "time_local", "msec", "datetime", "date", "asctime",
        "StartUTC", "EdgeStartTimestamp",
    ),
    "request": ("request", "request_line", "requestLine"),
    "route": ("http.route", "route", "route_template", "path_template"),
    "duration": (
        "duration", "request_time", "responseTime", "response_time", "duration_ms", "elapsed_ms", "latency_ms",
        "duration_s", "duration_us", "duration_ns", "elapsed", "latency", "httpRequest.latency", "Duration",
        "OriginResponseDurationMs",
    ),
    "sampled": ("SampleInterval",),
}  # fmt: skip
"""Field -> names it is found under, the likeliest first; `request` is a whole request line, `"GET /x HTTP/1.1"`."""

_UNITS = {
    "request_time": 1e6, "responseTime": 1e3, "duration_ms": 1e3, "elapsed_ms": 1e3, "latency_ms": 1e3,
    "duration_s": 1e6, "duration_us": 1.0, "duration_ns": 1e-3, "Duration": 1e-3, "OriginResponseDurationMs": 1e3,
}  # fmt: skip
"""Microseconds in one unit of the durations that are known by their name; NGINX, pino, Traefik, Cloudflare."""

_OF_FORMAT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "caddy": {
        "method": ("request.method",), "path": ("request.uri",), "status": ("status",), "timestamp": ("ts",),
        "duration": ("duration",),
    },
    "traefik": {
        "method": ("RequestMethod",), "path": ("RequestPath",), "status": ("DownstreamStatus",),
        "timestamp": ("StartUTC", "time"), "duration": ("Duration",),
    },
    "cloudflare": {
        "method": ("ClientRequestMethod",), "path": ("ClientRequestURI", "ClientRequestPath"),
        "status": ("EdgeResponseStatus",), "timestamp": ("EdgeStartTimestamp",),
        "duration": ("OriginResponseDurationMs",), "sampled": ("SampleInterval",),
    },
}  # fmt: skip
_SECONDS = 1e6


_DEEPEST = 1 + max(name.count(".") for names in KNOWN.values() for name in names)


class JsonFields(msgspec.Struct, frozen=True):
    """JSON paths of each field, in the order to try.

    Attributes:
        paths: Field -> paths.
        seen: Top-level names in the log, for messages; what may be a path, an id or an address is left out.
        unit: Microseconds in one unit of its durations.
        told: The configuration says where method and path are; other lines are then meant to be left out.
    """

    paths: Mapping[str, tuple[str, ...]]
    seen: tuple[str, ...] = ()
    unit: float = 1e3
    told: bool = False


def detect(format_name: str, configured: Mapping[str, str], unit: float, lines: Iterable[bytes]) -> JsonFields:
    """Return where the fields are: the configured names, else those of the format, else the known ones in `lines`.

    Where the lines show no request at all, every known name is tried: requests may come later.

    Args:
        format_name: Name of a format with fixed names; any other: they are looked for.
        configured: Field -> name, of `fields`.
        unit: Microseconds in one unit of durations of which nothing tells the unit.
        lines: Lines of the log, of several places where it is large.
    """
    objects = [row for row in map(_object, lines) if row is not None]
    of_format = _OF_FORMAT.get(format_name)
    named = _of_log(objects) if of_format is None else {field: of_format.get(field, ()) for field in KNOWN}
    named |= {field: (name,) for field, name in configured.items()}
    paths = {field: tuple(path for name in names for path in _json_paths(name)) for field, names in named.items()}
    if "duration" not in configured and named["duration"]:
        paths["duration"] = _json_paths(named["duration"][0])
        seconds = format_name == "caddy" or named["path"][:1] == ("request.uri",)
        unit = _UNITS.get(named["duration"][0], _SECONDS if seconds else unit)
    names = {name for row in objects for name in row if _FIELD.fullmatch(name) and refusal(name) is None}
    seen = tuple(sorted(names)[:12])
    told = {"method", "path"} <= set(configured) or "request" in configured
    return JsonFields(paths, seen, unit, told)


def _of_log(objects: Sequence[dict[str, object]]) -> dict[str, tuple[str, ...]]:
    """Return the known names that occur; of what a request needs all of them where none does."""
    held: set[str] = set()
    for row in objects:
        _add_names(held, row)
    present = {field: tuple(name for name in names if name in held) for field, names in KNOWN.items()}
    whole = present["request"] or (present["method"] and (present["path"] or present["route"]))
    needed = ("timestamp",) if whole else ("method", "path", "status", "timestamp", "request")
    return present | {field: present[field] or KNOWN[field] for field in needed}


def _object(line: bytes) -> dict[str, object] | None:
    try:
        row = msgspec.json.decode(line.lstrip(b"\0\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _add_names(held: set[str], row: Mapping[str, object], outer: str = "", depth: int = 1) -> None:
    """Add every name that leads to a text or number: a key, or a dotted way whose last key may itself have dots."""
    for key, value in row.items():
        if isinstance(value, str | int | float):
            held.add(outer + key)
        elif isinstance(value, dict) and depth < _DEEPEST and "." not in key:
            _add_names(held, value, f"{outer}{key}.", depth + 1)


def _json_paths(name: str) -> tuple[str, ...]:
    """Return the ways to a name: as one key, and where it has dots, through nested objects."""
    parts = name.split(".")
    whole = f"$.{_quoted(name)}"
    return (whole,) if len(parts) == 1 else (whole, "$." + ".".join(map(_quoted, parts)))


def _quoted(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
