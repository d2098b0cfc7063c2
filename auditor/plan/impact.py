"""What a plan does to which part of the repository. In: a plan, where routes and tables stand. Out: rows by area."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import msgspec

from auditor.model.plan import AreaRow, Plan
from auditor.plan.retire.areas import ORDER, area_of


def with_impact(plan: Plan, lengths: Mapping[str, int], routes: AbstractSet[str], schema: AbstractSet[str]) -> Plan:
    """Return the plan with its impact by area: deleted and edited files, definitions, lines.

    Args:
        plan: The plan.
        lengths: Lines of each file, where they are known: all of a deleted one's count.
        routes: Paths in which handlers of routes stand.
        schema: Paths that declare tables.
    """
    areas = {
        path: area_of(path, routes=frozenset(routes), schema=frozenset(schema))
        for batch in plan.batches
        for path in batch.paths
    }
    deleted = {step.path for batch in plan.batches for step in batch.steps if step.action == "delete_file"}
    planned = [one for one in plan.findings if one.batch is not None]
    rows = []
    for area in ORDER:
        paths = {path for path, found in areas.items() if found == area}
        edits = [one for one in planned if one.path in paths and not (one.path in deleted and one.path in lengths)]
        lines = {(one.path, line) for one in edits for line in range(one.line, one.end_line + 1)}
        if paths:
            rows.append(
                AreaRow(
                    area,
                    len(paths & deleted),
                    len(paths - deleted),
                    sum(1 for one in planned if one.path in paths),
                    len(lines) + sum(lengths.get(path, 0) for path in paths & deleted),
                )
            )
    return msgspec.structs.replace(plan, impact=tuple(rows))
