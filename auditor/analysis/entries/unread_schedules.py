"""Tasks that may be run on a schedule which the analysis cannot read.

In: facts, entry points. Out: `Schedule`s that are not certain. A task whose name stands in a string of production code
may be scheduled there, in whatever way the schedule is put together; where schedules are kept in a database, any task
may. Never doubts a task whose period is known.
"""

from collections.abc import Iterator, Sequence

from auditor.analysis.cron import YEARLY
from auditor.model.code import DefinitionId, ModuleFacts
from auditor.model.graph import EntryPoint, Schedule

_KEPT_IN_A_DATABASE = frozenset({
    "django_celery_beat", "redbeat", "celery_sqlalchemy_scheduler", "sqlalchemy_celery_beat", "celerybeatmongo",
    "djcelery", "celery_redbeat",
})  # fmt: skip


def find(facts: Sequence[ModuleFacts], entries: Sequence[EntryPoint]) -> tuple[Schedule, ...]:
    """Return the first place of a schedule for each task whose period is not known, sorted by task."""
    doubtful: dict[str, set[DefinitionId]] = {}
    for entry in entries:
        if entry.kind == "task" and entry.production and entry.usage_key and entry.period_days is None:
            doubtful.setdefault(entry.usage_key, set()).add(entry.definition)
    found: dict[DefinitionId, Schedule] = {}
    for module in (one for one in facts if doubtful and not one.in_tests):
        for name, line in _named(module):
            of_all = name.partition(".")[0] in _KEPT_IN_A_DATABASE
            tasks = set().union(*doubtful.values()) if of_all else doubtful.get(name, ())
            for identity in tasks:
                found.setdefault(identity, Schedule(identity, YEARLY, module.path, line, certain=False))
    return tuple(found[identity] for identity in sorted(found))


def _named(module: ModuleFacts) -> Iterator[tuple[str, int]]:
    """Yield the names in a file's strings and imports, without the names that decorators give."""
    given = {(call.line, value.text) for call in module.calls if call.decorates for value in call.keywords.values()}
    yield from ((text, line) for text, line, _ in module.strings if (line, text) not in given)
    yield from ((one.target, one.line) for one in module.imports)
