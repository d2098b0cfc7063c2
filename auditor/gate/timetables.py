"""Timetables: what ran on a schedule at base, stands at head, and is on none any more.

In: a `Case`. Out: breaches in it. A task stands on a timetable where head names it in any schedule that can be read, in
one that may be kept elsewhere, or where something that is scheduled anew leads to it. Never judges a task that went.
"""

from collections.abc import Mapping

from auditor.gate.ends import stop_end
from auditor.gate.findings import Case
from auditor.gate.listed_ends import End
from auditor.gate.sides import Side
from auditor.model.code import DefinitionId


def judge_timetables(case: Case) -> None:
    """Judge every task that a schedule of base ran and none of head runs."""
    before = _scheduled(case.base, certain=True)
    after = _scheduled(case.head, certain=False)
    lost = {
        one: now for one in before
        if (now := case.fates.now(one)) is not None and now not in after and not _named_anew(case, one)
    }  # fmt: skip
    if not lost:
        return
    known = {case.fates.now(one) for one in before}
    led_to = case.head.analysis.graph.reached_from(sorted(after.keys() - known))
    for one, now in sorted(lost.items()):
        if now in led_to:
            case.note(one, f"{led_to[now].via} runs it on a schedule now")
        else:
            stop_end(case, End(one, ("schedule",), None, before[one]), one, kept=", and no schedule of head does")


def _scheduled(side: Side, *, certain: bool) -> Mapping[DefinitionId, str]:
    """Return what runs on a schedule, each with a sentence that says how often."""
    found: dict[DefinitionId, str] = {}
    for entry in side.analysis.entry_points:
        if entry.period_days is not None and entry.production:
            found[entry.definition] = f"a schedule runs it every {entry.period_days:g} days"
    for one in side.analysis.schedules:
        if one.certain or not certain:
            found.setdefault(one.definition, f"{one.path}:{one.line} runs it every {one.days:g} days")
    return found


def _named_anew(case: Case, task: DefinitionId) -> bool:
    """Return whether a text that is new in head names a task: a migration puts it into a database's schedule."""
    names = {entry.usage_key for entry in case.base.analysis.entry_points if entry.definition == task}
    texts = {
        (text, module.module) for module in case.head.facts if not module.in_tests for text, *_ in module.strings
        if text in names
    }  # fmt: skip
    was = {(text, module.module) for module in case.base.facts for text, *_ in module.strings if text in names}
    return bool(texts - was)
