"""What moved into a file that nothing runs: a class that its module registers is lost with the module's import.

In: a `Case`. Out: breaches in it. Judged is what the body of its own module used at base and uses at head, where that
body ran and does not run any more. Never judges what others use: they are followed by themselves.
"""

from auditor.gate.findings import Case
from auditor.model.code import DefinitionId, module_id


def judge_stranded(case: Case) -> None:
    """Judge what moved to a new file that no code at head imports."""
    for was, now in case.fates.moved.items():
        home, old = module_id(now.partition(":")[0]), module_id(was.partition(":")[0])
        if now == home or home not in case.fates.fresh or case.head.runs(home) or not case.base.in_production(old):
            continue
        if old in case.base.incoming.get(was, ()) and home in case.head.incoming.get(now, ()):
            _breach(case, was, case.head.definitions[now].path)


def _breach(case: Case, was: DefinitionId, path: str) -> None:
    observed = case.observed(was)
    detail = f"it moved to {path}, which nothing imports: what the file does with it never happens"
    definition = case.base.definitions[was]
    if observed is not None and observed.count:
        case.breach(definition, "called", f"{detail}; {case.calls(observed, observed.keys, observed.count)}")
    else:
        case.breach(definition, "reachable", detail)
