"""How the monitoring goes: `status`.

In: a loaded configuration, the present. Out: a `MonitoringStatus`. Reads the ledger and the stored plan, never the
sources and never the code: it is to be asked often.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig, parse_duration
from auditor.errors import AuditorError
from auditor.model.usage import LedgerReading
from auditor.model.window import Window
from auditor.pipeline.deletion import stored_plan
from auditor.pipeline.evidence import opened
from auditor.pipeline.places import repository_of

if TYPE_CHECKING:
    from auditor.model.monitoring import BatchState, MonitoringStatus


def status(loaded: LoadedConfig, *, days: int, now: datetime) -> MonitoringStatus:
    """Return how a monitoring period of `days` days goes, and whether deletion may begin.

    Raises:
        StoreError: There is no ledger yet, or it cannot be used.
    """
    from auditor.ledger import period

    usage = loaded.config.usage
    max_age = parse_duration(usage.max_age)
    with opened(loaded) as ledger:
        health = ledger.health(now=now, max_age=max_age)
        asked = period.Period(usage.period_start or health.collected_since, days, now, usage.min_watched)
        reading, uses = ledger.watched(asked.window())
    found = period.status(asked, reading, uses, health, _insufficient(loaded, reading, days, now))
    plan_id, batches = _batches(loaded)
    return msgspec.structs.replace(found, plan_id=plan_id, batches=batches)


def _insufficient(loaded: LoadedConfig, reading: LedgerReading, days: int, now: datetime) -> str | None:
    """Return why a plan over the last `days` days would be refused, None where it would not."""
    from auditor.usage import sufficiency

    asked = msgspec.structs.replace(reading, window=Window.last_days(days, now))
    usage = loaded.config.usage
    return sufficiency.insufficiency(
        sufficiency.of_what_runs(asked, has_routes=False),
        now=now, min_watched=usage.min_watched, max_age=parse_duration(usage.max_age),
    )  # fmt: skip


def _batches(loaded: LoadedConfig) -> tuple[str | None, tuple[BatchState, ...]]:
    """Return the stored plan's id and what became of its batches; nothing where there is no plan that can be read."""
    from auditor.model.monitoring import BatchState
    from auditor.removal import history

    if not (loaded.root / loaded.config.report.directory / "plan.json").exists():
        return None, ()
    try:
        plan = stored_plan(loaded)
        states = history.status(repository_of(loaded), plan)
    except AuditorError:
        return None, ()
    return plan.plan_id, tuple(BatchState(one.number, one.state) for one in states)
