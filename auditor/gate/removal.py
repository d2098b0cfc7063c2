"""What a removal leaves dangling: names, members and computed names that code which runs would look for in vain.

In: the two sides of a planned removal. Out: breaches. Never asks whether what went may go: the plan's evidence says so.
"""

from auditor.gate.dangling import judge_dangling
from auditor.gate.dynamic import judge_dynamic
from auditor.gate.findings import Case
from auditor.gate.members import judge_members
from auditor.gate.sides import Side
from auditor.model.gate import Breach
from auditor.model.usage import Observations


def judge_removal(base: Side, head: Side, observations: Observations) -> tuple[Breach, ...]:
    """Return what running code of `head` still refers to, and `base` had; by path, line and id."""
    case = Case(base, head, observations, allow_dormant=True)
    judge_dangling(case)
    judge_members(case)
    judge_dynamic(case)
    return case.result().breaches
