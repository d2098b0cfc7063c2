"""Ends that went: what something outside the code called by a name that head does not answer to any more.

In: a `Case`. Out: breaches in it. An end stands as long as head answers to the same outside name, whatever code does.
Nothing of the code says whether an end is used, so one that vanishes is stopped. Routes are judged elsewhere.
"""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from auditor.gate.callbacks import sort_of
from auditor.gate.findings import Case
from auditor.gate.listed_ends import End, ends_of
from auditor.gate.sides import is_module
from auditor.gate.tags import is_for_templates, judge_tag
from auditor.model.code import DefinitionId, dotted
from auditor.model.graph import public_detail
from auditor.model.usage import Observation

_CALLED_AS = (
    "handle", "run", "__call__", "main", "dispatch", "get", "post", "put", "patch", "delete", "head", "options",
    "on_get", "on_post", "on_put", "on_patch", "on_delete",
)  # fmt: skip
"""Methods by which a framework runs a command, a task or a view that is a class."""
_NAMES_OF_APPS = frozenset({"name", "verbose_name", "default_auto_field", "default"})
_IMPORTED = " imports modules named "
"""What the details of entries say of modules that a framework imports from packages it is told of."""


def judge_ends(case: Case, standing: AbstractSet[DefinitionId]) -> None:
    """Judge every end of base that head does not have under the same name.

    `standing` are those of what decorators registered that head registers in another form.
    """
    ends = {
        case.base: [one for one in ends_of(case.base) if not _is_among(one, standing)],
        case.head: list(ends_of(case.head, unreached=True)),
    }
    answering = _Answering(case, ends[case.base], ends[case.head])
    unnamed = Counter(
        end.sort for end in ends[case.head] if end.name is None and end.definition in case.fates.fresh
    )  # fmt: skip
    named = {(end.definition, end.sort, end.name is None and end.is_computed) for end in ends[case.head]}
    gone: list[End] = []
    for end in ends[case.base]:
        now = case.fates.now(end.definition)
        if end.name is not None and answering.to(end):
            continue
        if end.sort[0] == "application":
            if not case.head.leads_somewhere(dotted(end.definition)):
                stop_end(case, end, end.definition)
            continue
        if end.table and not case.head.leads_somewhere(end.table):
            continue
        if now is not None and _stays(case, end, now, named):
            continue
        if end.name is None and unnamed[end.sort] and not _renamed_tag(case, end, ends[case.head]):
            unnamed[end.sort] -= 1
            continue
        if (reason := _done_without(case, end)) is not None:
            case.note(end.definition, reason)
        elif is_for_templates(end.detail):
            judge_tag(case, end.definition, end.name or "", end.detail)
        elif now is None and end.hook:
            gone.append(end)
        elif now is None or end.droppable:
            stop_end(case, end, end.definition)
    _breach_hooks(case, gone)


def _is_among(end: End, standing: AbstractSet[DefinitionId]) -> bool:
    return end.definition in standing and end.detail.startswith("@") and bool(sort_of(end.detail[1:].split()[0]))


def _stays(case: Case, end: End, now: DefinitionId, named: set[tuple[DefinitionId, tuple[str, ...], bool]]) -> bool:
    """Return whether an end has the same sort at head, and no other name as far as can be told."""
    if (now, end.sort, True) in named:
        if end.name is not None:
            case.note(end.definition, "it is registered as before, under a name that cannot be told from the code now")
        return True
    if end.sort == ("task",) and end.name == dotted(end.definition) and (now, end.sort, False) in named:
        observed = observed_end(case, end.definition)
        if observed is None or not observed.count:
            case.note(end.definition, "its name goes by its place; nobody was seen to queue the task by the old one")
            return True
    same_file = case.base.definitions[end.definition].path == case.head.definitions[now].path
    return (end.name is None or (end.sort == ("main",) and same_file)) and (now, end.sort, False) in named


def _renamed_tag(case: Case, end: End, after: Iterable[End]) -> bool:
    """Return whether templates knew an end by its function's name, which no new one of head has."""
    name = case.base.definitions[end.definition].name
    fresh = (case.head.definitions[one.definition] for one in after if one.sort == end.sort)
    return is_for_templates(end.detail) and not any(one.name == name and one.id in case.fates.fresh for one in fresh)


class _Answering:
    """What answers to the outside names of ends at head. One that answered by itself at base takes no other's place."""

    def __init__(self, case: Case, before: Iterable[End], after: Iterable[End]) -> None:
        self._now = case.fates.now
        self._answers: dict[tuple[tuple[str, ...], str | None], set[DefinitionId]] = {}
        self._old: dict[tuple[tuple[str, ...], str | None], set[DefinitionId | None]] = {}
        for end in after:
            self._answers.setdefault((end.sort, end.name), set()).add(end.definition)
        for end in before:
            self._old.setdefault((end.sort, end.name), set()).add(self._now(end.definition))

    def to(self, end: End) -> bool:
        """Return whether an end of base stands, or something answers to its name that did not at base."""
        answers = self._answers.get((end.sort, end.name), set())
        return self._now(end.definition) in answers or bool(answers - self._old[end.sort, end.name])


def _done_without(case: Case, end: End) -> str | None:
    """Return why what called an end does without it, None where that is not so."""
    if end.hook and case.lives_on(end.definition):
        return "a framework called it by itself, and its class lives on without it"
    if end.hook and _only_names(case, end.definition):
        return "head does without it: Django tells an application from its package, and other code does what it did"
    if _IMPORTED in end.detail and _package_gone(case, end.definition):
        return f"{end.detail}, and its package went as a whole; what it registered is judged"
    return None


def _only_names(case: Case, identity: DefinitionId) -> bool:
    """Return whether something is a configuration of an application that head does without, or its file."""
    side, found = case.base, case.base.definitions[identity]
    inside = [one for one in side.definitions.values() if one.parent == identity and one.kind != "import"]
    if found.kind == "module":
        return found.name == "apps" and bool(inside) and all(_only_names(case, one.id) for one in inside)
    return found.bases == ("django.apps.AppConfig",) and all(
        one.name in _NAMES_OF_APPS or (one.name == "ready" and done_elsewhere(case, one.id)) for one in inside
    )


def done_elsewhere(case: Case, hook: DefinitionId) -> bool:
    """Return whether new code of head is the same as a hook, or running code of head uses all of the tree it used."""
    base, head = case.base, case.head
    lost = base.definitions[hook]
    fresh = (head.definitions[one] for one in case.fates.fresh if head.runs(one))
    if any(one.name == lost.name and one.body_hash == lost.body_hash and not one.in_tests for one in fresh):
        return True
    used = {edge.target for edge in base.edges.get(hook, ()) if edge.target in base.definitions}
    used -= {lost.parent, hook}
    return bool(used) and all(
        any(
            head.runs(source) and not head.definitions[source].in_tests
            for source in head.incoming.get(case.fates.now(one) or "", ())
            if source.partition(":")[0] != one.partition(":")[0]
        )
        for one in used
    )


def _package_gone(case: Case, definition: DefinitionId) -> bool:
    """Return whether nothing of a module's package is left in head: nobody tells a framework of it then.

    A folder without `__init__.py` is no package of which a framework is told: Alembic runs what lies there as files.
    """
    package = definition.partition(":")[0].rpartition(".")[0]
    left = (one.module for one in case.head.facts if not one.in_tests)
    told = is_module(definition) and package in case.base.by_module
    return told and not any(f"{one}.".startswith(f"{package}.") for one in left)


def _breach_hooks(case: Case, gone: Iterable[End]) -> None:
    """Judge hooks that went, those of one class or file that went together as one."""
    together: dict[DefinitionId, list[End]] = {}
    for end in gone:
        together.setdefault(case.outermost(end.definition), []).append(end)
    for outer, ends in together.items():
        used = [end for end in ends if (seen := observed_end(case, end.definition)) is not None and seen.count]
        stop_end(case, (used or ends)[0], outer if len({end.definition for end in ends}) > 1 else ends[0].definition)


def stop_end(case: Case, end: End, identity: DefinitionId, kept: str = ", and head has no such end any more") -> None:
    """Stop that an end goes, by the name of `identity`, unless it was measured, never called, and may go as dormant.

    `kept` says what became of an end whose code stays.
    """
    definition = case.base.definitions[identity]
    observed = observed_end(case, end.definition)
    kept = "" if case.fates.now(end.definition) is None else kept
    if observed is not None and observed.count:
        case.breach(definition, "called", f"{case.calls(observed, observed.keys, observed.count)}{kept}")
    elif observed is not None and observed.definition in case.observations.measured:
        case.dormant(definition, f"{end.detail}{kept}")
    else:
        mend = "; nothing measures whether it is called"
        if end.sort[0] == "public_api":
            mend = '; its users are not seen here: set project = "application" if nobody else imports this code'
        case.breach(definition, "reachable", f"{end.detail}{kept}{mend}")


def stop_public(case: Case, identity: DefinitionId) -> None:
    """Stop that something goes that is nothing but part of a library's public face."""
    detail = public_detail(identity)
    stop_end(case, End(identity, ("public_api", detail), identity, detail, droppable=False), identity)


def observed_end(case: Case, definition: DefinitionId) -> Observation | None:
    """Return the observation of an end; of a class that is called by its methods, as commands are, the telling one."""
    own = case.observed(definition)
    methods = [one for name in _CALLED_AS if (one := f"{definition}.{name}") in case.base.definitions]
    if own is not None or not methods:
        return own
    seen = [case.observed(one) for one in methods]
    called = next((one for one in seen if one is not None and one.count), None)
    return called or (seen[0] if all(one in case.observations.measured for one in methods) else None)
