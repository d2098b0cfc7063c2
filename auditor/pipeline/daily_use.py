"""The calls of each day, put into a plan for its page.

In: a configuration, a plan, the observations it rests on. Out: the plan with `daily_use`. Never changes what is
planned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.model.usage import Observations
from auditor.model.window import Window
from auditor.pipeline.evidence import opened

if TYPE_CHECKING:
    from auditor.model.plan import Plan


def with_daily_use(loaded: LoadedConfig, made: Plan, observations: Observations) -> Plan:
    """Return a plan with the calls over time of what it speaks of: contradictions first, then what nobody calls."""
    named: dict[str, tuple[str, ...]] = {}
    for finding in made.contradictions:
        seen = observations.by_definition.get(finding.id)
        named |= {key: (key,) for key in (seen.keys if seen is not None else ())}
    named |= {entry.keys[0]: entry.keys for entry in made.dormant if entry.keys}
    with opened(loaded) as ledger:
        told = ledger.daily_use(Window(made.window.start, made.window.end), named)
    return msgspec.structs.replace(made, daily_use=told)
