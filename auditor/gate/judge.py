"""Does a change delete something that is still used?

In: two analysed commits and production's observations. Out: a result.

A refactoring is not a deletion. Code that moved, or that its surviving referrers no longer need, passes. What is judged
are the ends: routes, tasks, commands, scripts, what is reached by name at run time, and whatever production was
observed to call. Pure: never reads git, files or the ledger, and never passes for want of evidence.
"""

from collections.abc import Callable, Iterable

from auditor.gate.blind import judge_blind_spots
from auditor.gate.commands import judge_commands
from auditor.gate.dangling import judge_dangling
from auditor.gate.dynamic import judge_dynamic
from auditor.gate.emptied import judge_emptied
from auditor.gate.ends import judge_ends
from auditor.gate.enums import judge_enums
from auditor.gate.findings import Case, Doubt, Surviving, own_names
from auditor.gate.members import judge_members
from auditor.gate.mentions import Mention, judge_mentions
from auditor.gate.operations import judge_operations
from auditor.gate.routes import judge_routes
from auditor.gate.settings import judge_settings
from auditor.gate.sides import Side
from auditor.gate.stranded import judge_stranded
from auditor.gate.tags import judge_tables
from auditor.gate.timetables import judge_timetables
from auditor.gate.unloaded import judge_unloaded
from auditor.gate.unregistered import judge_registrations
from auditor.model.code import CallFact, Definition, DefinitionId, lies_in
from auditor.model.gate import BreachReason, GateResult
from auditor.model.route_keys import shape
from auditor.model.usage import Observation, Observations


def judge_registered(case: Case) -> None:
    """Judge what was registered, and the ends that went without another registration."""
    judge_ends(case, judge_registrations(case))


JUDGEMENTS: tuple[Callable[[Case], None], ...] = (
    judge_routes, judge_registered, judge_commands, judge_timetables, judge_unloaded, judge_settings, judge_emptied,
    judge_stranded, judge_dynamic, judge_members, judge_dangling, judge_tables, judge_operations, judge_enums,
)  # fmt: skip
"""What looks at both sides as wholes, in the order of what is found first; `gate.quick` knows all of them."""


def judge_change(
    base: Side,
    head: Side,
    observations: Observations,
    *,
    allow_dormant: bool = False,
    unseen: Iterable[str] = (),
    mentions: Iterable[Mention] = (),
    surviving: Surviving | None = None,
    doubt: Doubt | None = None,
) -> GateResult:
    """Judge every deletion between `base` and `head`.

    Args:
        base: The commit that production runs, or that the change starts from.
        head: The commit with the change.
        observations: Production usage, attributed to the definitions of `base`.
        allow_dormant: Let endpoints go that a sufficiently watched window saw no call of.
        unseen: Sentences on what the change took away without its being code that was analysed.
        mentions: What files of head that are not Python still name, and links to routes, and that base had.
        surviving: Where in head something is shown that is gone; default: on its own line, or the file's last.
        doubt: Why what was observed says nothing of a definition of base, as another version of it ran.

    Returns:
        The result; `undecidable` is set when something deleted needs evidence and there is not enough.
    """
    case = Case(base, head, observations, allow_dormant=allow_dormant, surviving=surviving, doubt=doubt)
    judge_blind_spots(case)
    for sentence in unseen:
        case.cannot_see(sentence)
    for judge in JUDGEMENTS:
        judge(case)
    judge_mentions(case, mentions)
    routed = {route.handler for route in base.analysis.routes}
    for definition in case.fates.deleted.values():
        if definition.id not in routed:
            judge_deleted(case, definition)
        else:
            _judge_other_keys(case, definition)
    return case.result()


def judge_deleted(case: Case, definition: Definition) -> None:
    """Judge a deleted definition that is no handler by what production was seen to do with it."""
    observed = case.observed(definition.id)
    reached = case.base.in_production(definition.id)
    if observed is not None and observed.count and not _goes_by(observed, definition.id, reached=reached):
        successor = _same_registration(case, definition.id)
        if successor is None:
            why: BreachReason = "called" if reached else "contradicted"
            case.breach(definition, why, case.calls(observed, observed.keys, observed.count))
        else:
            case.note(definition.id, f"{successor} is registered in its place")
    elif definition.parent not in case.fates.deleted:
        if reached:
            who = _stopped_referrer(case, definition.id)
            passes = "nothing at head needs it; its referrers are judged"
            case.note(definition.id, f"it goes with {who}, which may not go" if who else passes)
        else:
            case.need(definition.id)
            case.note(definition.id, "nothing reached it at base, and production was not seen to call it")


def _stopped_referrer(case: Case, definition: DefinitionId) -> DefinitionId | None:
    """Return who led to a helper at base, goes as well, and was called; None where nobody such did."""
    queue = [one for one in case.fates.deleted if lies_in(one, definition)]
    seen = set(queue)
    for current in queue:  # which grows
        for source in sorted(case.base.incoming.get(current, ())):
            if source in case.fates.deleted and source not in seen:
                if (source, "called") in case.breaches:
                    return source
                seen.add(source)
                queue.append(source)
    return None


def _goes_by(observed: Observation, definition: DefinitionId, *, reached: bool) -> bool:
    """Return whether only its own name was counted, and code that is judged by itself reaches it: an inner function."""
    own = own_names(definition)
    return reached and all(key in own for key, count in observed.counts.items() if count)


def _judge_other_keys(case: Case, definition: Definition) -> None:
    """Judge a deleted handler by calls under keys that the static table does not know it by."""
    observed = case.observed(definition.id)
    if observed is None or case.breached(definition.id):
        return
    known = {shape(route.key) for route in case.base.analysis.routes if route.handler == definition.id}
    known |= own_names(definition.id) | _taken_over(case, definition.id, observed.counts)
    others = tuple(key for key, count in observed.counts.items() if count and shape(key) not in known)
    if others:
        count = sum(observed.counts[key] for key in others)
        case.breach(definition, "called", case.calls(observed, others, count))


def _taken_over(case: Case, handler: DefinitionId, keys: Iterable[str]) -> set[str]:
    """Return the keys, of a handler that took any method, that new code serves."""
    paths = {shape(route.key).partition(" ")[2] for route in case.base.analysis.routes
             if route.handler == handler and route.method == "ANY"}  # fmt: skip
    served = {shape(route.key) for route in case.head.analysis.routes
              if route.shadowed_by is None and route.handler in case.fates.fresh}  # fmt: skip
    found = {shape(key) for key in keys}
    return {key for key in found if key.partition(" ")[2] in paths and key.replace("HEAD ", "GET ") in served}


def _same_registration(case: Case, definition: DefinitionId) -> DefinitionId | None:
    """Return the new definition of head that carries the same decorator with the same text, as a component's name."""
    wanted = {
        (call.callee.rpartition(".")[2], text) for call in case.base.decorations(definition) if (text := _text(call))
    }
    for module in case.head.facts:
        for call in module.calls:
            if call.decorates in case.fates.fresh and (call.callee.rpartition(".")[2], _text(call)) in wanted:
                return call.decorates
    return None


def _text(call: CallFact) -> str:
    return next((value.text for value in call.args if value.kind == "text"), "")
