"""Settings: values that a program reads by name of an object that holds all of them, as `settings.PAGE_SIZE`.

In: a `Case`. Out: breaches in it. A setting that code of head still reads by name would be missed. What
a framework or another package reads of settings by itself, it does without: that is configuration, not code.
"""

from collections.abc import Iterator

from auditor.gate.findings import Case
from auditor.model.code import DefinitionId, Reference

_HOLDERS = frozenset({"settings", "conf", "config", "django_settings", "app_settings"})


def judge_settings(case: Case) -> None:
    """Judge settings that went and that no other settings module has."""
    gone = {
        case.base.definitions[one].name: one
        for one in _settings(case)
        if one in case.fates.deleted and not case.base.definitions[one].in_tests
    }
    kept = {definition.name for definition in case.head.definitions.values() if definition.kind == "variable"}
    gone = {name: one for name, one in gone.items() if name not in kept}
    for name, path, one in _readers(case) if gone else ():
        if name in gone:
            detail = f"{path}:{one.line} still reads the setting {name} ({one.source})"
            case.breach_at(gone[name], path, max(1, one.line), "dangling_reference", detail)


def _settings(case: Case) -> Iterator[DefinitionId]:
    for entry in case.base.analysis.entry_points:
        if entry.kind == "hook" and "settings" in entry.detail:
            definition = case.base.definitions[entry.definition]
            if definition.kind == "variable":
                yield entry.definition


def _readers(case: Case) -> Iterator[tuple[str, str, Reference]]:
    """Yield what code that runs in head takes of something that is named as settings are: name, path, reference."""
    for module in case.head.facts:
        for one in module.references:
            holder, _, name = one.target.rpartition(".")
            if holder.rpartition(".")[2] in _HOLDERS and case.head.runs(one.source):
                yield name, module.path, one
