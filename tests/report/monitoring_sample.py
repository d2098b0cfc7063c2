"""Realistic values of what `auditor status` and `auditor usage` answer, hostile names included; read from nowhere."""

from datetime import timedelta

import msgspec

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
from auditor.model.usage import UsageKind
from tests.report.sample import COLOUR, COMMAND, END, LONG, SCRIPT, START


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
