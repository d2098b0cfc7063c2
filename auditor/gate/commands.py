"""Commands that people and machines type: `manage.py tidy`, `shop drop`, subcommands of argparse.

In: a `Case`. Out: breaches in it. A command stands as long as head answers to its name, whatever code does. Those of
click are judged as the other ends that decorators make.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from auditor.gate.ends import stop_end
from auditor.gate.findings import Case
from auditor.gate.listed_ends import End
from auditor.gate.sides import Side, management_command
from auditor.model.code import CallFact, DefinitionId, ModuleFacts, dotted
from auditor.model.graph import Analysis, EntryPoint

_MANAGE = "manage.py"
_ARGPARSE = "argparse"
_CALLING = ("call_command", "run_command", "invoke")
"""Last parts of calls by which code runs a command by its name."""


class Command(msgspec.Struct, frozen=True):
    """A command: what runs it (`manage.py`, `argparse`, `click`), its name, the code that does it, why it is one.

    `source` is the code that says so, where that is not the same.
    """

    group: str
    name: str
    definition: DefinitionId
    detail: str
    source: DefinitionId = ""


def judge_commands(case: Case) -> None:
    """Judge every command of base whose name head does not answer to, and code of head that calls one by name."""
    before, after = (list(_judged(side)) for side in (case.base, case.head))
    old = {(one.group, one.name, case.fates.now(one.source)) for one in before}
    lost = [one for one in before if not _stands(case, one, after, old)]
    for one in lost:
        identity = one.definition if one.definition in case.fates.gone else one.source
        end = End(one.definition, ("command", one.group), one.name, one.detail)
        stop_end(case, end, identity)
    _judge_calls(case, lost)


def _stands(case: Case, one: Command, after: Iterable[Command], old: set[tuple[str, str, DefinitionId | None]]) -> bool:
    """Return whether a command is where it was, or something new answers to its name."""
    alike = [other.source for other in after if (other.group, other.name) == (one.group, one.name)]
    return case.fates.now(one.source) in alike or any((one.group, one.name, other) not in old for other in alike)


def _judge_calls(case: Case, lost: Sequence[Command]) -> None:
    names = {one.name: one.definition for one in lost if one.group == _MANAGE}
    for module in case.head.facts if names else ():
        for call in () if module.in_tests else module.calls:
            text = call.args[0].text if call.args and call.args[0].kind == "text" else ""
            if text in names and call.callee.rpartition(".")[2] in _CALLING and case.head.runs(call.source):
                detail = f"{module.path}:{call.line} still calls the command {text!r} by its name ({call.source})"
                case.breach_at(names[text], module.path, call.line, "dangling_reference", detail)


def _judged(side: Side) -> Iterator[Command]:
    """Yield the commands of one side that are no ends yet, where production runs them."""
    yield from _managed(side.analysis.entry_points)
    for module in side.facts:
        for one in () if module.in_tests else parsed_commands(module):
            if side.in_production(one.source):
                yield one


def typed(analysis: Analysis, facts: Sequence[ModuleFacts]) -> Iterator[Command]:
    """Yield every command of a tree that is typed by its name, those of click included."""
    yield from _managed(analysis.entry_points)
    decorations = {call.decorates: call for module in facts for call in module.calls if call.decorates is not None}
    for entry in analysis.entry_points:
        call = decorations.get(entry.definition)
        if entry.production and entry.kind == "command" and call is not None:
            for name in _names_of(entry, call):
                yield Command("click", name, entry.definition, entry.detail, entry.definition)
    for module in facts:
        if not module.in_tests:
            yield from parsed_commands(module)


def _managed(entries: Iterable[EntryPoint]) -> Iterator[Command]:
    """Yield the management commands of Django."""
    for entry in entries:
        name = management_command(entry.definition)
        if name and entry.production:
            yield Command(_MANAGE, name, entry.definition, f"manage.py runs it as {name!r}", entry.definition)


def _names_of(entry: EntryPoint, call: CallFact) -> tuple[str, ...]:
    given = (*call.args[:1], *(call.keywords[key] for key in ("name",) if key in call.keywords))
    texts = tuple(one.text for one in given if one.kind == "text")
    own = dotted(entry.definition).rpartition(".")[2]
    return texts or (own, own.replace("_", "-"))


def parsed_commands(module: ModuleFacts) -> Iterator[Command]:
    """Yield the subcommands that a file gives to argparse, each with the function that is set for it."""
    adding = [call for call in module.calls if call.callee.endswith(".add_parser") and call.args]
    setting = [call for call in module.calls if call.callee.endswith(".set_defaults")] if adding else []
    setting.sort(key=lambda call: call.line)  # one variable may hold one after the other
    for call in adding:
        if call.args[0].kind == "text":
            name = call.args[0].text
            done_by = next((done for one in setting if (done := _set_for(call, one, module))), call.source)
            yield Command(_ARGPARSE, name, done_by, f"add_parser offers it as the command {name!r}", call.source)


def _set_for(adding: CallFact, setting: CallFact, module: ModuleFacts) -> DefinitionId:
    """Return the function that `b.set_defaults(func=drop)` sets where `b` is what a call added, `""` elsewhere."""
    receiver = setting.callee.removesuffix(".set_defaults")
    chained = receiver.endswith(".add_parser()") and (setting.source, setting.line) == (adding.source, adding.line)
    held = adding.assigned_to == receiver and setting.source == adding.source and setting.line >= adding.line
    if not (chained or held):
        return ""
    names = {one.text for one in setting.keywords.values() if one.kind == "name"}
    return next((one.id for one in module.definitions if dotted(one.id) in names), "")
