"""What settings of Django name: middleware, backends, applications, and what else it loads by a dotted name.

In: a `Side`. Out: its `Registration`s. A settings module has what it takes of others by `import *` as well. Settings
for developers and tests are left out where there are others. Never judges, and never reads settings that are the
project's own: who reads them by name is judged.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from auditor.gate.registration import Registration
from auditor.gate.sides import Side, is_module
from auditor.model.code import Assignment, DefinitionId, ModuleFacts, Value, dotted, module_id

_DEPTH = 6
_REQUESTS = frozenset({"MIDDLEWARE", "MIDDLEWARE_CLASSES"})
_APPS = "INSTALLED_APPS"
_NAMING = _REQUESTS | {
    _APPS, "AUTHENTICATION_BACKENDS", "TEMPLATES", "TEMPLATE_CONTEXT_PROCESSORS", "TEMPLATE_LOADERS",
    "DATABASE_ROUTERS", "DATABASES", "LOGGING", "PASSWORD_HASHERS", "AUTH_PASSWORD_VALIDATORS", "CACHES",
    "REST_FRAMEWORK", "EMAIL_BACKEND", "DEFAULT_FILE_STORAGE", "STATICFILES_STORAGE", "STATICFILES_FINDERS", "STORAGES",
    "FILE_UPLOAD_HANDLERS", "SESSION_ENGINE", "SESSION_SERIALIZER", "MESSAGE_STORAGE", "FORM_RENDERER",
    "CSRF_FAILURE_VIEW", "DEFAULT_EXCEPTION_REPORTER", "DEFAULT_EXCEPTION_REPORTER_FILTER", "SERIALIZATION_MODULES",
    "SIGNING_BACKEND", "CHANNEL_LAYERS", "HAYSTACK_SIGNAL_PROCESSOR", "HAYSTACK_CONNECTIONS", "SOCIAL_AUTH_PIPELINE",
    "ACCOUNT_ADAPTER", "SOCIALACCOUNT_ADAPTER", "SPECTACULAR_SETTINGS", "GRAPHENE", "OAUTH2_PROVIDER",
    "handler400", "handler403", "handler404", "handler500",
}  # fmt: skip
"""Settings whose texts name code that Django, or a well-known application for it, loads by itself."""
_BY_KEY = {"REST_FRAMEWORK": 0, "LOGGING": 0, "TEMPLATES": 1}
"""Settings whose keys tell sorts apart, with the place of the telling one on the way to a text."""
_DEVELOPING = re.compile(
    r"(?:^|_)(?:dev|devel|develop|development|local|tests?|testing|ci|debug|docs|examples?)(?:_|$)"
)
_SETTINGS = (" names it as the settings module", "django reads its settings when it is told to")
_URLS = (" loads this URL configuration", " of this URL configuration")

Named = tuple[tuple[str, ...], Value]
"""The keys on the way to a value that names something, and the value."""


def settings_modules(side: Side) -> tuple[str, ...]:
    """Return the modules from which Django reads names: settings that production may use, and URL configurations."""
    found = [one for one in _modules(side, _SETTINGS) if not one.in_tests]
    serious = [one for one in found if not _DEVELOPING.search(one.module.rpartition(".")[2])]
    addresses = [one for one in _modules(side, _URLS) if not one.in_tests]
    return tuple(dict.fromkeys(one.module for one in (*(serious or found), *addresses)))


def spare_modules(side: Side, modules: tuple[str, ...]) -> frozenset[str]:
    """Return the settings modules that are not among those that production may use."""
    return frozenset(one.module for one in _modules(side, _SETTINGS)) - set(modules)


def _modules(side: Side, details: tuple[str, ...]) -> Iterator[ModuleFacts]:
    for entry in side.analysis.entry_points:
        if entry.kind == "hook" and is_module(entry.definition) and entry.detail.endswith(details):
            module = side.by_module.get(entry.definition[:-1])
            if module is not None:
                yield module


def final_modules(side: Side) -> tuple[str, ...]:
    """Return those of the settings modules that no other one takes everything of."""
    modules = settings_modules(side)
    taken = {star for name in modules for star in side.by_module[name].star_imports}
    return tuple(name for name in modules if name not in taken)


def setting_entries(side: Side, modules: tuple[str, ...]) -> Iterator[Registration]:
    """Yield what these settings modules name, each with what it takes of others."""
    reader = _Reader(side)
    for name in modules:
        for setting, path, one in reader.assigned(name):
            for keys, value in reader.said(path, one):
                target = reader.target(value)
                if target and (setting == _APPS or "." in value.text):
                    how = f"{setting} of {path.path}:{one.line} names it"
                    app = reader.package(target) if setting == _APPS else ""
                    sort = _sort(setting, keys)
                    yield Registration(sort, app or target, name, how, each_request=setting in _REQUESTS, app=bool(app))


def _sort(setting: str, keys: tuple[str, ...]) -> str:
    place = _BY_KEY.get(setting)
    return f"{setting} {keys[place]}" if place is not None and place < len(keys) else setting


class _Reader:
    """Reads the settings of one side."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._assigned: dict[str, dict[str, list[Assignment]]] = {}

    def assigned(self, module: str, depth: int = 0) -> Iterator[tuple[str, ModuleFacts, Assignment]]:
        """Yield what a settings module assigns: setting, file, assignment; what it takes of others after its own."""
        facts = self._side.by_module.get(module)
        if facts is None or depth > _DEPTH:
            return
        own = self._own(facts)
        whole = {
            name for name, several in own.items() if name in _NAMING
            and any(not one.augmented and not one.conditional and not _extends(one, name) for one in several)
        }  # fmt: skip
        for name, several in own.items():
            if name in _NAMING:
                yield from ((name, facts, one) for one in several)
        taken = {(one.target.rpartition(".")[0], one.name) for one in facts.imports if one.name in _NAMING}
        for other in dict.fromkeys((*facts.star_imports, *(place for place, _ in sorted(taken)))):
            for name, path, one in self.assigned(other, depth + 1):
                if name not in whole and (other in facts.star_imports or (other, name) in taken):
                    yield name, path, one

    def _own(self, facts: ModuleFacts) -> Mapping[str, list[Assignment]]:
        """Return the assignments of a file by the last part of what they assign to."""
        if facts.module not in self._assigned:
            found: dict[str, list[Assignment]] = {}
            for one in (*facts.assignments, *_unread(facts)):
                found.setdefault(one.target.rpartition(".")[2], []).append(one)
            self._assigned[facts.module] = found
        return self._assigned[facts.module]

    def said(self, facts: ModuleFacts, one: Assignment, depth: int = 0) -> Iterator[Named]:
        """Yield what an assignment names; where its value cannot be read, every text in its lines and what they use."""
        yield from self.named(facts.module, one.value, depth)
        if _is_known(one.value) or depth > _DEPTH:
            return
        ends = [found.end_line for found in facts.definitions if found.line == one.line and found.kind == "variable"]
        lines = range(one.line, max(ends, default=one.line) + 1)
        yield from _texts(text for text, line, _ in facts.strings if line in lines)
        for reference in facts.references:
            if reference.line in lines and reference.target != one.target:
                yield from self._used(facts.module, reference.target, depth)

    def _used(self, module: str, name: str, depth: int) -> Iterator[Named]:
        """Yield what a variable, or the body of a function, names."""
        trail = self._side.names.resolve(module, name.replace("()", "")).trail
        found = self._side.definitions.get(trail[-1]) if trail else None
        if found is not None and found.kind == "variable":
            yield from self._followed(module, Value("name", name), depth + 1)
        elif found is not None and found.kind == "function":
            strings = self._side.by_module[found.module].strings
            yield from _texts(text for text, _, source in strings if source == found.id)

    def named(self, module: str, value: Value, depth: int = 0) -> Iterator[Named]:
        """Yield the texts and names in a value; names of lists and dictionaries are followed."""
        if depth > _DEPTH:
            return
        if value.kind == "text":
            yield (), value
        elif value.kind == "dict":
            for key, inner in zip(value.keys, value.values, strict=True):
                for keys, found in self.named(module, inner, depth + 1):
                    yield (key, *keys), found
        elif value.kind == "name":
            yield from self._followed(module, value, depth)
        else:
            for inner in (*value.values, *value.keywords.values()):
                yield from self.named(module, inner, depth + 1)

    def _followed(self, module: str, value: Value, depth: int) -> Iterator[Named]:
        trail = self._side.names.resolve(module, value.text).trail
        found = self._side.definitions.get(trail[-1]) if trail else None
        if found is None or found.kind != "variable":
            yield (), value
            return
        facts = self._side.by_module[found.module]
        for one in self._own(facts).get(found.name, ()):
            if one.target == dotted(found.id):
                yield from self.said(facts, one, depth + 1)

    def target(self, value: Value) -> str:
        """Return the definition that a text or name leads to, the name itself where it lies outside, else nothing."""
        name = value.text.replace(":", ".", 1)
        if not re.fullmatch(r"\w+(?:\.\w+)*", name):
            return ""
        found = self._side.names.resolve("", name)
        if found.trail and not found.rest and not found.outside:
            return found.trail[-1]
        return name if "." in name and not found.trail else ""

    def package(self, target: DefinitionId) -> DefinitionId:
        """Return the package of an installed application, which a text names by itself or by its configuration."""
        definition = self._side.definitions.get(target)
        if definition is None or is_module(target):
            return target
        for one in self._own(self._side.by_module[definition.module]).get("name", ()):
            if one.target == f"{dotted(target)}.name" and one.value.kind == "text":
                return module_id(one.value.text)
        return module_id(definition.module.rpartition(".")[0])


def _unread(facts: ModuleFacts) -> Iterator[Assignment]:
    """Yield assignments of which nothing is recorded, as that of a call's result, and what is put into lists."""
    known = {one.target for one in facts.assignments}
    for found in facts.definitions:
        if found.kind == "variable" and dotted(found.id) not in known:
            yield Assignment(dotted(found.id), Value("unknown"), found.line)
    for reference in facts.references:
        target, _, method = reference.target.rpartition(".")
        if method == "insert" and target.rpartition(".")[2] in _NAMING:
            yield Assignment(target, Value("unknown"), reference.line, augmented=True)


def _texts(texts: Iterable[str]) -> Iterator[Named]:
    return (((), Value("text", text)) for text in texts)


def _is_known(value: Value) -> bool:
    inner = (*value.values, *value.keywords.values())
    return value.kind != "unknown" and all(map(_is_known, inner))


def _extends(one: Assignment, name: str) -> bool:
    """Return whether a list is made of what it was: `MIDDLEWARE = [*MIDDLEWARE, …]`."""
    queue = [one.value]
    for value in queue:  # which grows
        if value.kind == "name" and value.text.rpartition(".")[2] == name:
            return True
        queue.extend((*value.values, *value.keywords.values()))
    return False
