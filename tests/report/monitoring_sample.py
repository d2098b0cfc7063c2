"""Realistic values of what `auditor status` and `auditor usage` answer, hostile names included; read from nowhere."""

from datetime import timedelta

import msgspec

from auditor.model.answers import DurationStats, StatsRow
from auditor.model.key_answers import (
    DeadWeight,
    KeyAnswer,
    KeyCandidate,
    KeyDay,
    KeyHandler,
    KeyReport,
    KeyWatched,
    LastUse,
    Score,
    Scores,
    UnusedKey,
)
from auditor.model.monitoring import (
    Anomaly,
    BatchState,
    Checkpoint,
    DayWatched,
    Gap,
    MonitoringStatus,
    NewKeys,
    WatchStrip,
)
from auditor.model.usage import RegisteredHandler, UsageKind
from auditor.model.window import Window
from tests.report.sample import COLOUR, COMMAND, END, LONG, SCRIPT, START, STATS


def _strip(source: str, kind: UsageKind, *shares: float) -> WatchStrip:
    days = [START.date() + timedelta(days=n) for n in range(len(shares))]
    rows = tuple(DayWatched(day, int(1440 * share), 1440) for day, share in zip(days, shares, strict=True))
    night = Gap(START.replace(hour=22), START.replace(hour=6) + timedelta(days=1), 480)
    noon = Gap(START.replace(hour=12), START.replace(hour=12, minute=50), 50)
    return WatchStrip(source, kind, rows, (noon, night) if min(shares) < 1 else (), 4 if min(shares) < 0.5 else 0)


STATUS = MonitoringStatus(
    state="running",
    checked_at=END - timedelta(days=5),
    period_start=START.date(),
    period_days=14,
    day=10,
    deletion_may_begin=False,
    not_before=END.date() + timedelta(days=2),
    because="on 2026-11-08, 961 of 1,440 minutes were watched, and 95 % of each day are needed",
    health="degraded",
    problems=(f"edge: no such file {COLOUR}",),
    min_watched=0.95,
    watched_share=0.971,
    thin_days=(START.date() + timedelta(days=1),),
    strips=(
        _strip("redis", "endpoint", 0.4, 0.949, 1, 1, 0.951, 1, 0.02, 1, 1, 1),
        _strip("redis", "task", *(1,) * 10),
        _strip(f"{COLOUR}::error::", "endpoint", 0, 0, 1, 0.2, 0.5, 0.8, 1, 1, 1, 1),
    ),
    checkpoints=(
        Checkpoint(7, START.date() + timedelta(days=6), True, 1041, 0.98, (START.date() + timedelta(days=1),)),
        Checkpoint(14, START.date() + timedelta(days=13), False),
    ),
    keys=1043,
    new_keys=tuple(
        NewKeys(START.date() + timedelta(days=n), keys) for n, keys in enumerate((900, 120, 14, 7, 0, 0, 0, 2, 0, 0))
    ),
    days_without_new_keys=1,
    anomalies=(
        Anomaly("traffic_fell", "redis counted 4 requests on Sunday, 2026-11-15, and 1,204 before: why?", "redis"),
        Anomaly("unknown_routes", f"2 keys that no tracker has published: GET /{SCRIPT} has 3 calls", None, None,
                (f"GET /{SCRIPT}", f"GET /{COMMAND}{LONG}")),
    ),
    batches=(BatchState(1, "applied"), BatchState(2, "pending"), BatchState(3, "pending")),
    plan_id="2026-11-21-3f9c",
)  # fmt: skip
NO_STATUS = MonitoringStatus(
    "unknown", END, None, 14, 0, deletion_may_begin=False, not_before=None,
    because="nothing is known yet; run 'auditor collect'", health="down",
    problems=("no source was ever collected; run 'auditor collect'",), min_watched=0.95,
)  # fmt: skip
COMPLETE = msgspec.structs.replace(
    STATUS, state="complete", checked_at=END, day=15, deletion_may_begin=True, not_before=None, because=None,
    health="ok", problems=(), strips=STATUS.strips[1:2], anomalies=(), batches=(), plan_id=None, thin_days=(),
    days_without_new_keys=4,
)  # fmt: skip


_LAST = LastUse(START.date() - timedelta(days=30), END.date(), None, END - timedelta(minutes=17), ("edge", "redis"))
_HANDLER = KeyHandler(
    "shop.api.orders:show", "shop/api/orders.py", 41, "redis", "3f9c1e2", START - timedelta(days=8), END,
    (RegisteredHandler(f"{LONG}:shadowed", "shop/old.py", 4),),
)  # fmt: skip
KEY = KeyAnswer(
    "/orders/17",
    KeyReport(
        kind="endpoint", key="GET /orders/{id}", window=Window(START, END), calls=12044, errors=31, succeeded=12013,
        timed_out=4, users=1204, undated=2, ever=_LAST, by_status={"2xx": 12013, "5xx": 31},
        by_source={"edge": 12044, "redis": 11},
        by_hour={hour: hour * hour for hour in range(24)},
        days=tuple(
            KeyDay(START.date() + timedelta(days=n), n * 171 % 1204, n % 3, 1440 if n % 4 else n * 100, 1440, users)
            for n, users in enumerate((None, 12, 14, 16, 20, 3, 8, 9, 4, 5, 0, 1, 12, 1204, 7))
        ),
        duration_ms=DurationStats(41.2, 0.8, 131_072.0, 12.4, 1204.0, 124_000.0),
        errors_by_code={"500": 12, f"Error{COLOUR}": 9, "TimeoutError": 4}, cost=1.25, costed=12040,
        handlers=(_HANDLER,), watched=(KeyWatched("edge", 16930, 20160), KeyWatched("redis", 20131, 20160)),
    ),
)  # fmt: skip
SILENT_KEY = KeyAnswer(
    "mail.remind",
    KeyReport(
        kind="task", key=f"mail.{COLOUR}{LONG}", window=Window(START, END), calls=0, errors=0, succeeded=None,
        timed_out=None, users=None, undated=0, ever=None, by_status={}, by_source={}, by_hour={},
        days=tuple(KeyDay(START.date() + timedelta(days=n), 0, 0, 1440, 1440) for n in range(15)),
        duration_ms=None, errors_by_code={}, cost=None, costed=0, handlers=(),
        watched=(KeyWatched("worker", 20131, 20160),),
        conclusion="0 calls, and 20,131 of 20,160 minutes were watched by worker: it was not used",
    ),
)  # fmt: skip
SEVERAL_KEYS = KeyAnswer(
    f"/{COMMAND}", None, ambiguous=True,
    candidates=(KeyCandidate("endpoint", f"GET /{COMMAND}", True), KeyCandidate("endpoint", f"POST /{LONG}", False)),
)  # fmt: skip
NO_KEY = KeyAnswer("/ordrs", candidates=(KeyCandidate("endpoint", "GET /orders", True),))
DEAD_WEIGHT = DeadWeight(
    90, END,
    (
        UnusedKey("endpoint", "GET /gifts", None, None, True, "shop.api:gifts", "shop/gifts.py", 9, "redis", 129000),
        UnusedKey("endpoint", f"GET /{COMMAND}{LONG}", END, START.date(), False, "", "", 0, "edge", 128400),
        UnusedKey("task", "mail.remind", END, START.date(), True, "shop.tasks:remind", "shop/tasks.py", 7, "w", 129100),
    ),
    (
        UnusedKey("component", COLOUR, None, None, True, "shop.ui:x", "", 0, "w", 0, "w watched it in 0 minutes"),
    ),
    used=38, notes=("edge can prove use, never absence",),
)  # fmt: skip
NO_DEAD_WEIGHT = msgspec.structs.replace(
    DEAD_WEIGHT, dead=(), refusal="redis watched 9 % of it",
    not_known=(msgspec.structs.replace(DEAD_WEIGHT.dead[0], reason="redis watched 9 % of it"),),
)  # fmt: skip

_TOOK = DurationStats(41.2, 0.8, 131_072.0, 12.4, 1204.0, 124_000.0)
MEASURED = msgspec.structs.replace(
    STATS,
    stats={
        "POST:/api/v1/pam/chat": StatsRow(
            12044, 31, END - timedelta(minutes=17), {"2xx": 12013, "5xx": 31}, succeeded=12013, timed_out=4,
            duration_ms=_TOOK, users=1204, cost=1.25, costed=12040, errors_by_code={"500": 12, f"Error{COLOUR}": 9},
        ),
        "GET:/orders/{id}": StatsRow(2104337, 0, END - timedelta(days=330), duration_ms=_TOOK, users=88123),
        "GET:/ever": StatsRow(7, 0, None, {"undated": 7}),
        "GET:/some": StatsRow(9, 0, END, {"2xx": 2, "undated": 7}),
        "GET:/robots.txt": StatsRow(9, 0, None, {"bot": 5, "probe": 4}),
    },
    tasks={"shop.tasks.reindex": StatsRow(28, 1, END), "shop.tasks.remind": StatsRow(2, 2, END, succeeded=0)},
    components={"Checkout": StatsRow(4, 0, None)},
)  # fmt: skip
SCORES = Scores(
    30, END,
    (
        Score("endpoint", "GET /orders/{id}", 2104337, 0.99999, None, 12.4),
        Score("endpoint", f"GET /{COMMAND}{LONG}", 3, None, None, None),
        Score("component", "agent.search", 120, 1.0, 0.0123, 8123.0),
        Score("component", COLOUR, 12, 0.0, 1234.5, 131_072.0),
        Score("task", "mail.remind", 4),
    ),
)  # fmt: skip
