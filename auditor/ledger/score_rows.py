"""Scores as rows, for dashboards that read the ledger by SQL. In: a connection that writes, Scores. Out: nothing.

All are replaced, in the caller's transaction: a key that has no score any more has no row, and nobody sees a part.
"""

import sqlalchemy as sa

from auditor.ledger import schema
from auditor.ledger.rows import Row
from auditor.model.key_answers import Score, Scores

_MILLIONTHS = 1_000_000
_MICROSECONDS = 1000


def replace(connection: sa.Connection, found: Scores) -> None:
    """Write the scores in place of those that there are."""
    connection.execute(sa.delete(schema.scores))
    rows = [_row(found, one) for one in found.scores]
    if rows:
        connection.execute(sa.insert(schema.scores), rows)


def _row(found: Scores, one: Score) -> Row:
    return {
        "kind": one.kind,
        "key": one.key,
        "days": found.days,
        "sample_size": one.sample_size,
        "success_rate": one.success_rate,
        "average_cost": None if one.average_cost is None else one.average_cost * _MILLIONTHS,
        "median_duration": None if one.median_duration is None else one.median_duration * _MICROSECONDS,
        "computed_at": found.computed_at,
    }
