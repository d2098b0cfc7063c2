"""What can be said of a usage source: frozen values and their defaults. Never reads a file."""

from typing import Literal

import msgspec

SourceKind = Literal[
    "redis", "file", "http_stats", "access_log", "json_log", "events", "components", "coverage", "warehouse"
]

RedisLayout = Literal[
    "auditor", "endpoint_usage", "counter", "daily_counter", "hourly_counter", "daily_hash", "hash", "sorted_set"
]
LogFormat = Literal[
    "combined", "uvicorn", "gunicorn", "django", "alb", "cloudfront", "heroku", "cloudflare", "caddy", "traefik",
    "otlp", "regex",
]  # fmt: skip


class SourceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One usage source.

    Attributes:
        name: Unique name, shown everywhere.
        kind: What it is.
        url: Where it is, or `env:NAME`: a sink for `redis` and `file`, a stats endpoint for `http_stats`, a database
            for `warehouse`.
        layout: Redis layout; `auditor` is the tracker's, others need a `pattern`.
        pattern: For foreign Redis layouts: how keys are written, as in `"hits:{method}:{path}:{day:%Y%m%d}"` (see
            docs/counters.md). For logs of format `regex`: a regular expression with groups named as in `fields`.
        path: For logs, events, components and coverage: a glob relative to the configuration file.
        format: For logs: how a line is written; `json_log` finds out by itself.
        fields: Which field of a line, event or column holds what.
        timezone: IANA name of the zone of times that are written without one; empty: such times prove no absence.
        duration_unit: Unit of durations that are written without one.
        complete: A log that is complete: minutes without lines count as watched between its first and last line.
        sampled: Only a part of the traffic is in it: proves use, never absence; left out: as its format
            usually is.
        counts: What the keys of foreign counters, events and tables name.
        app: Name under which the tracker writes, where it differs from `app`.
        headers: For `http_stats`: request headers, each value as `env:NAME`.
        verify: For `http_stats`: a file with the certificates of the authority to trust, where it is no public one.
        table: For `warehouse`: the table or view, with its schema where it needs one.
    """

    name: str
    kind: SourceKind
    url: str = ""
    layout: RedisLayout = "auditor"
    pattern: str = ""
    path: str = ""
    format: LogFormat = "combined"
    fields: dict[str, str] = {}
    timezone: str = ""
    duration_unit: Literal["s", "ms", "us", "ns"] = "ms"
    complete: bool = False
    sampled: bool | None = None
    counts: Literal["endpoint", "component", "task", "command", "function"] = "endpoint"
    app: str = ""
    headers: dict[str, str] = {}
    verify: str = ""
    table: str = ""
