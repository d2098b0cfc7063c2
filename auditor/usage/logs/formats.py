"""Which format a source's log is in, and how its lines are read.

In: the source's configuration, lines of one file. Out: a `FileFormat`. Never opens a file.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from auditor.config import SourceConfig
from auditor.usage.logs import clock, json_formats, line_formats
from auditor.usage.logs.json_fields import detect
from auditor.usage.logs.line_formats import Parsed

_MICROS: Mapping[str, float] = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
_JSON = ("caddy", "cloudflare")
_CLOUDFRONT: Mapping[str, tuple[str, ...]] = {
    "method": ("cs-method",), "path": ("cs-uri-stem",), "status": ("sc-status",), "duration": ("time-taken",),
    "date": ("date",), "timestamp": ("time", "timestamp"),
}  # fmt: skip
_HEADER = b"#Fields:"
_SETTLES: Mapping[str, timedelta] = {"cloudfront": timedelta(hours=24), "alb": timedelta(hours=1)}


class FileFormat(msgspec.Struct, frozen=True):
    """How one file is read.

    Attributes:
        parsed: The parts of a line.
        json: Lines are JSON.
        fields_seen: Names in a JSON log, for messages.
        sampled: Why the file holds only a part of the traffic, None where nothing says so.
        quick: As in `query.Reading`.
    """

    parsed: Parsed
    json: bool = False
    fields_seen: tuple[str, ...] = ()
    sampled: str | None = None
    quick: str = clock.NEVER


def settles_after(source: SourceConfig) -> timedelta:
    """Return how long after a minute lines of it may still be delivered: younger ones are not watched yet."""
    return _SETTLES.get(source.format, timedelta(0)) if source.kind == "access_log" else timedelta(0)


def of_file(source: SourceConfig, lines: Sequence[bytes]) -> FileFormat | str:
    """Return how a file is read of which some lines are given, or why it cannot be, with the mend."""
    name = source.format if source.kind == "access_log" or source.format in (*_JSON, "traefik", "otlp") else ""
    starts_as_json = any(line.lstrip(b"\0\xef\xbb\xbf \t").startswith(b"{") for line in lines)
    sampled = "sampled says so in its configuration" if source.sampled else None
    if name == "otlp":
        traced = (
            "spans are sampled, unless sampled = false says that all are kept" if source.sampled is None else sampled
        )
        return FileFormat(json_formats.otlp_spans(), json=True, sampled=traced)
    if name in ("", *_JSON) or (name == "traefik" and starts_as_json):
        fields = detect(name, source.fields, _MICROS[source.duration_unit], lines)
        parsed, quick = json_formats.json_lines(fields), clock.quick(lines)
        return FileFormat(parsed, json=True, fields_seen=fields.seen, sampled=sampled, quick=quick)
    if name == "cloudfront":
        return _cloudfront(source, lines, sampled)
    if name == "regex":
        parsed = line_formats.by_pattern(source.pattern, _MICROS[source.duration_unit])
        return FileFormat(parsed, sampled=sampled, quick=clock.quick(lines))
    parsed = _BY_NAME[name]()
    return FileFormat(parsed, sampled=sampled, quick=clock.quick(lines) if parsed.clock == "any" else clock.NEVER)


_BY_NAME = {
    "combined": line_formats.combined,
    "gunicorn": line_formats.combined,
    "traefik": lambda: line_formats.combined(with_duration=True),
    "uvicorn": line_formats.uvicorn,
    "django": line_formats.django,
    "alb": line_formats.alb,
    "heroku": line_formats.heroku,
}


def _cloudfront(source: SourceConfig, lines: Sequence[bytes], sampled: str | None) -> FileFormat | str:
    """Return how a CloudFront log is read: by its header, or by the configured numbers of its columns."""
    header = next((line for line in lines if line.startswith(_HEADER)), None)
    if header is not None:
        columns = header[len(_HEADER) :].decode("latin-1").split()
        named = {
            field: (source.fields[field],) if field in source.fields else names for field, names in _CLOUDFRONT.items()
        }
        places = {
            field: columns.index(name) + 1
            for field, names in named.items()
            for name in [next((name for name in names if name in columns), None)]
            if name is not None
        }
        if "date" in places and columns[places["timestamp"] - 1] != "time":
            del places["date"]
    else:
        places = {field: int(place) for field, place in source.fields.items() if re.fullmatch("[1-9][0-9]?", place)}
        if source.sampled is None:
            sampled = "real-time logs are sampled, unless sampled = false says that they are whole"
    missing = [field for field in ("method", "path", "timestamp") if field not in places]
    if missing:
        return (
            f"its lines have no #Fields header that says where {missing[0]} is; of real-time logs, name the columns by "
            'their numbers, as in fields = { timestamp = "1", method = "6", path = "9", status = "4" }'
        )
    quick = clock.quick([b"2026-01-01T00:00:00Z"]) if "date" in places else clock.NEVER
    return FileFormat(line_formats.cloudfront(places), sampled=sampled, quick=quick)
