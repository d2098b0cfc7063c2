"""Tables whose model a plan removes: what happens to their data, last of all.

In: a plan, the tables that models declare, the plan before. Out: `TableRemoval`s, in the order in which tables can go.
Nothing of this is done by a batch: git does not bring rows back.
"""

from collections.abc import Sequence

import msgspec

from auditor.model.plan import Plan, TableRemoval
from auditor.model.retirement import DataSteps
from auditor.model.tables import DataTable
from auditor.plan.retire.data_steps import table_steps
from auditor.plan.retire.sql import in_drop_order

_DETECTED = "until the table is dropped, {tool} finds that the database has more than the code: {mend}"
_MENDS = {
    "django": ("`makemigrations`", "let the first migration take the model out of the state alone "
               "(`SeparateDatabaseAndState` with `state_operations`), and a later one drop the table"),
    "sqlalchemy": ("`alembic revision --autogenerate`", "take its `drop_table` out of every revision before that one"),
}  # fmt: skip


def with_tables(plan: Plan, tables: Sequence[DataTable], before: Sequence[TableRemoval] = ()) -> Plan:
    """Return the plan with the tables that its batches leave without a model.

    Those of batches that are applied already are taken over from the revision `before`, as long as no model declares
    them again: their tables are still there until somebody drops them.
    """
    batch_of = {finding.id: finding.batch for finding in plan.findings if finding.batch is not None}
    mine = [table for table in tables if table.definition in batch_of]
    declared = {table.name for table in tables if table.definition not in batch_of}
    dropped = {table.name for table in mine}
    applied = {one.batch.number for one in plan.past if one.state == "applied"}
    kept = [one for one in before if one.after in applied and one.steps.table not in declared | dropped]
    made = [
        TableRemoval(
            table.definition, table.path, table.line, batch_of[table.definition] or 0, _steps(table, tables, dropped)
        )
        for table in in_drop_order(mine)
    ]
    return msgspec.structs.replace(plan, data_steps=(*kept, *made))


def _steps(table: DataTable, tables: Sequence[DataTable], dropped: set[str]) -> DataSteps:
    steps = table_steps(table.model, table, tables, dropped)
    if not table.managed or table.framework not in _MENDS:
        return steps
    tool, mend = _MENDS[table.framework]
    return msgspec.structs.replace(steps, notes=(*steps.notes, _DETECTED.format(tool=tool, mend=mend)))
