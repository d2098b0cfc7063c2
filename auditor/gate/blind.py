"""What cannot be seen on one of the two sides, and makes the answer unknown.

In: a `Case`. Out: sentences in it. A file that head cannot parse has lost its definitions and its references: nothing
that it no longer seems to refer to may pass, and nothing that it no longer seems to define is thereby deleted.
"""

from auditor.gate.findings import Case
from auditor.gate.members import common_names
from auditor.model.code import ModuleFacts


def judge_blind_spots(case: Case) -> None:
    """Note what was not read on either side, as far as the change could have touched it."""
    _judge_unread(case)
    for path, before in case.base.by_path.items():
        after = case.head.by_path.get(path)
        if not before.parsed and not before.in_tests and after != before:
            case.cannot_see(f"what the change takes from {path} cannot be known: at base it {_why(before)}")
        elif after is not None and not after.parsed and before.parsed and not before.in_tests:
            case.cannot_see(f"what {path} defines and uses cannot be known: at head it {_why(after)}")
    _judge_names(case)


def _judge_unread(case: Case) -> None:
    """Note code that could not be read: on neither side, and unchanged, it may still use what goes."""
    before, after = ({(one.path, one.message) for one in side.analysis.problems} for side in (case.base, case.head))
    for side, when in ((case.base, "base"), (case.head, "head")):
        for problem in side.analysis.problems:
            if not problem.path.strip("'\"").endswith(".py") or problem.path in side.by_path:
                continue
            if (problem.path, problem.message) not in before & after or case.fates.deleted:
                case.cannot_see(f"{problem.path} could not be read at {when}: {problem.message}")


def _judge_names(case: Case) -> None:
    """Note files that head cannot parse and that name what the change deletes; other things may have such a name."""
    names = {definition.name: definition.id for definition in case.fates.deleted.values()}
    names = {name: one for name, one in names.items() if not (name.startswith("__") and name.endswith("__"))}
    unparsed = [module for module in case.head.facts if not module.parsed]
    common = common_names(case.head) if unparsed and names else frozenset()
    for module in unparsed:
        named = sorted((names.keys() - common) & module.identifiers)
        if named:
            case.cannot_see(f"{module.path} {_why(module)}, and names {named[0]}: it may use {names[named[0]]}")


def _why(module: ModuleFacts) -> str:
    message = module.problems[0].message if module.problems else "cannot be parsed"
    return message.partition(";")[0]
