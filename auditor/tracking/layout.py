"""Names under which usage is stored: the Redis keys, the hash fields and the records of the file sink.

In: plain values. Out: strings and dictionaries. Shared by the tracker, which writes, and by `auditor.usage`, which
reads; imports only the standard library and never touches a server or a file. Days and minutes are UTC.

Format history: 1 (2026-11) first version. Added since, each its own key: commands, probes, bots, outcomes, durations,
users, registered names, watched minutes of other kinds than calls.
"""

import math
from datetime import date

FORMAT_VERSION = 1
RETENTION_DAYS = 30
UNMATCHED = "(unmatched)"
"""The one key under which requests that match no route are counted."""

MINUTES_A_DAY = 1440

CALLS = "calls"
USES = (CALLS, "components", "tasks", "commands", "functions", "probes", "bots")
"""Kinds whose counts are uses. Requests of monitors (`probes`) and crawlers (`bots`) are counted apart from `calls`."""
KINDS = (*USES, "outcomes", "durations")
"""All kinds of counts: `outcomes` and `durations` say more about uses that are counted already."""

_GROWTH = 1.1
_LOG_GROWTH = math.log(_GROWTH)


def prefix(app: str) -> str:
    """Return the common prefix of an app's keys; the braces make one Redis Cluster slot of them."""
    return f"{{auditor:{app}}}"


def counts_key(app: str, kind: str, day: date) -> str:
    """Hash: field -> count. `kind` is one of `KINDS`."""
    return f"{prefix(app)}:{kind}:{day.isoformat()}"


def users_key(app: str, day: date, key: str) -> str:
    """HyperLogLog of the users of a usage key on a day; the identifiers themselves are stored nowhere."""
    return f"{prefix(app)}:users:{day.isoformat()}:{key}"


def last_key(app: str) -> str:
    """Hash: usage key -> last seen, epoch seconds."""
    return f"{prefix(app)}:last"


def watched_key(app: str, day: date, kind: str = CALLS) -> str:
    """Bitmap of 1440 bits: minute of the day for which the counts of a kind were stored by a tracker that sees them."""
    return f"{prefix(app)}:watched{'' if kind == CALLS else '-' + kind}:{day.isoformat()}"


def lost_key(app: str, day: date) -> str:
    """Integer: counts of that day that could not be delivered."""
    return f"{prefix(app)}:lost:{day.isoformat()}"


def routes_key(app: str) -> str:
    """Hash: usage key -> JSON of a route record (see `route_record`)."""
    return f"{prefix(app)}:routes"


def registered_key(app: str) -> str:
    """Hash: `registered_field(…)` -> JSON of a route record without `shadowed`: what exists, used or not."""
    return f"{prefix(app)}:registered"


def registered_field(kind: str, name: str) -> str:
    """Return the field of a registered name: `"tasks"`, `"shop.mail"` -> `"tasks shop.mail"`."""
    return f"{kind} {name}"


def instances_key(app: str, day: date) -> str:
    """Hash: instance -> JSON of an `instance_record`."""
    return f"{prefix(app)}:instances:{day.isoformat()}"


def instance_record(
    version: str, started: float, flushed: float, interval: float, watching: tuple[str, ...], closed: bool
) -> dict[str, object]:
    """Return what an instance says of itself at each flush.

    `started` and `flushed` are epoch seconds, `interval` seconds, `watching` the kinds of which it sees every use.
    `closed` is true when that flush was the last of an orderly exit. An instance that stopped flushing without it may
    have taken with it what it counted since: in one interval, or for as long as the store was away (see `outages_key`).
    """
    return {
        "version": version,
        "started": started,
        "flushed": flushed,
        "interval": interval,
        "watching": list(watching),
        "closed": closed,
    }


def outages_key(app: str, day: date) -> str:
    """Hash: `INSTANCE FROM` -> TO, epoch seconds: when an instance that lived on could not deliver for minutes.

    `day` is that of the end. What it counted then is stored; what another one counted that died meanwhile is not.
    """
    return f"{prefix(app)}:outages:{day.isoformat()}"


def may_be_silent(interval: float) -> float:
    """Return for how many seconds a living process may deliver nothing; an idle one proves its minutes once each."""
    return 60 + 3 * interval


def is_outage(since: float, at: float, interval: float) -> bool:
    """Return whether a process could not deliver between two deliveries, epoch seconds; `since` 0 is not known."""
    return since > 0 and at - since > may_be_silent(interval)


def sequence_key(app: str, instance: str) -> str:
    """Integer: number of the last delta of this instance that was applied; what keeps a retry from counting twice."""
    return f"{prefix(app)}:sequence:{instance}"


def call_field(key: str, status: str) -> str:
    """Return the field under which calls of a usage key are counted.

    `"GET /users/{id}"`, `"2xx"` -> `"GET /users/{id} 2xx"`.
    """
    return f"{key} {status}"


def split_call_field(field: str) -> tuple[str, str]:
    """Return usage key and status class of a field; the inverse of `call_field`."""
    key, _, status = field.rpartition(" ")
    return key, status


def outcome_field(kind: str, name: str, outcome: str) -> str:
    """Return the field under which an outcome of a use (`"failed"`, `"timed_out"` or `"retried"`) is counted."""
    return f"{kind} {outcome} {name}"


def split_outcome_field(field: str) -> tuple[str, str, str]:
    """Return kind, name and outcome of a field; the inverse of `outcome_field`."""
    kind, _, rest = field.partition(" ")
    outcome, _, name = rest.partition(" ")
    return kind, name, outcome


def duration_field(kind: str, name: str, bucket: int | str) -> str:
    """Return the field that counts the durations in a bucket; bucket `"sum"` adds up microseconds."""
    return f"{kind} {bucket} {name}"


def split_duration_field(field: str) -> tuple[str, str, str]:
    """Return kind, name and bucket of a field, a number or `"sum"`; the inverse of `duration_field`."""
    kind, _, rest = field.partition(" ")
    bucket, _, name = rest.partition(" ")
    return kind, name, bucket


def duration_bucket(seconds: float) -> int:
    """Return the bucket of a duration: bucket n holds those above 1.1^(n-1) and up to 1.1^n microseconds.

    Buckets of equal ratio add up over processes and days, and give every quantile within 5 % (DDSketch: Masson, Rim,
    Lee, VLDB 2019).
    """
    return max(0, math.ceil(math.log(max(seconds * 1e6, 1.0)) / _LOG_GROWTH))


def bucket_seconds(bucket: int) -> float:
    """Return the duration that stands for a bucket, at most 5 % from any in it."""
    return float(2 * _GROWTH**bucket / (_GROWTH + 1) / 1e6)


def status_class(status: int) -> str:
    """Return `"2xx"` for 204, and so on; `"err"` for 0, an exception before any response."""
    return f"{status // 100}xx" if status else "err"


def route_record(
    handler: str,
    file: str,
    line: int,
    version: str,
    shadowed: list[dict[str, object]],
    first: float,
    last: float,
) -> dict[str, object]:
    """Return what is published for one route.

    `handler` is `"pkg.mod:qualname"` of the handler that serves; `shadowed` are `{"handler", "file", "line"}` of those
    registered behind it. `first` and `last` are epoch seconds of the first and latest publication.
    """
    return {
        "handler": handler,
        "file": file,
        "line": line,
        "version": version,
        "shadowed": shadowed,
        "first": first,
        "last": last,
    }


# The file sink: `<directory>/<app>/<instance>.jsonl`, one JSON object per line, append only.
# An instance starts a new file each UTC day, so `<instance>` may end in `-YYYYMMDD`. Only a line that ends in a newline
# is complete. `seq` numbers the deltas of one process, `closed` marks the last flush of an orderly exit.
#   {"v": 1, "kind": "flush", "seq": 7, "closed": false, "at": 1795231461.5, "since": 1795231456.4,
#    "started": 1795230000.0, "interval": 5.0, "watching": ["calls"], "version": "3f9c1e2",
#    "minutes": [29920524],                       epoch minutes (epoch seconds // 60) proven watched by this flush
#    "watched": {"tasks": [29920524]},            the same for other kinds than calls; left out where there are none
#    "calls": {"2026-11-08": {"GET /users/{id} 2xx": 3}},         deltas, not totals; likewise all other `KINDS`
#    "components": {…}, "tasks": {…}, …                           by day, field -> delta; newer kinds only if any
#    "users": {"2026-11-08": {"GET /users/{id}": [[register, rank], …]}},   HyperLogLog of 2^14 registers
#    "last": {"GET /users/{id}": 1795231460.9},
#    "lost": {"2026-11-08": 2}}
#   {"v": 1, "kind": "routes", "at": …, "version": …, "routes": {"GET /users/{id}": route_record(…)}}
#   {"v": 1, "kind": "registered", "at": …, "version": …, "registered": {"tasks shop.mail": {…}}}
