"""Where execution starts: everything that something outside the code calls.

In: facts, the symbol table, framework rules, project metadata, configuration, routes. Out: `EntryPoint`s, sorted. Never
decides what they reach. A handler on a router that no application includes is not an entry point, nor is one that
another route shadows: nothing calls them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase

from auditor.analysis.entries import entry_routes, entry_tests, public_api, url_configurations
from auditor.analysis.entries.entry_rules import RuleMatcher
from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.globs import Globs
from auditor.analysis.outside import outside_entries
from auditor.analysis.outside.project_metadata import ProjectMetadata
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.analysis.routing import routes as route_stage
from auditor.analysis.routing.route_tree import RouteTable
from auditor.config import AuditConfig
from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted, module_id
from auditor.model.framework import EntryPointKind, FrameworkRule
from auditor.model.graph import EntryPoint, Route

_APPS = (
    "fastapi.FastAPI",
    "fastapi.applications.FastAPI",
    "starlette.applications.Starlette",
    "flask.Flask",
    "flask.app.Flask",
    "celery.Celery",
    "celery.app.base.Celery",
    "connexion.*App",
    "sanic.Sanic",
    "aiohttp.web.Application",
    "bottle.Bottle",
    "falcon.*App",
    "litestar.Litestar",
    "quart.Quart",
    "tornado.web.Application",
    "socketio.ASGIApp",
    "django.core.wsgi.get_wsgi_application",
    "django.core.asgi.get_asgi_application",
)
"""Globs of what makes an application that a server imports."""
_TOOL_FILES: dict[str, tuple[str, ...]] = {
    "setup.py": (),
    "sitecustomize.py": (),
    "usercustomize.py": (),
    "manage.py": (),
    "noxfile.py": ("*",),
    "tasks.py": (),
    "fabfile.py": ("*",),
    "dodo.py": ("*",),
    "locustfile.py": ("*",),
    "hatch_build.py": ("*",),
    "gunicorn.conf.py": ("*",),
    "gunicorn_conf.py": ("*",),
    "gunicorn_config.py": ("*",),
    "uwsgi.py": (),
    "conf.py": ("*",),
    "conanfile.py": ("*",),
    "pavement.py": ("*",),
    "pre_prompt.py": ("*",),
    "pre_gen_project.py": ("*",),
    "post_gen_project.py": ("*",),
    "lambda_function.py": ("lambda_handler",),
    "function_app.py": ("*",),
    "wsgi.py": ("application", "app"),
    "asgi.py": ("application", "app"),
}
"""Files that a tool runs or imports by name, and the names in them that it reads."""
_SHOWN = frozenset({"examples", "example", "samples", "docs_src"})
_LOOSE = _SHOWN | {"docs", "doc", "benchmarks", "benchmark", "bench"}
_COPIED = frozenset({"project_template", "app_template", "plugin_template", "addon_template", "skeleton"})
"""Directories whose files a program copies to start something new with."""
_LOOSE_OUTSIDE_PACKAGES = frozenset({"scripts", "tools", "hack", "bin"})
"""Directories whose files are run one by one, or read: then whatever stands in them is there to be seen."""


def find(
    facts: Sequence[ModuleFacts],
    symbols: SymbolTable,
    rules: Sequence[FrameworkRule],
    metadata: ProjectMetadata,
    config: AuditConfig,
    routes: Sequence[Route],
    today: date | None = None,
) -> tuple[EntryPoint, ...]:
    """Return every entry point, sorted by path, line and definition; the same definition may have several.

    `today` (UTC) tells which keep entries still hold; without it all do.
    """
    active = route_stage.active_rules(facts, rules)
    known = Registrations(facts, symbols)
    table = route_stage.read(facts, symbols, rules)
    declared = tuple(outside_entries.find(facts, symbols, metadata))
    started = [*declared, *_run(facts), *_applications(known, table)]
    found = [
        *started,
        *entry_routes.find(known, routes, table, {one.definition for one in started}),
        *url_configurations.find(known, table),
        *_settings(known, active),
        *RuleMatcher(known, active, table, [one.definition for one in declared], metadata.test_names.fixtures).find(),
        *_tool_files(facts),
        *_loose_scripts(facts, symbols),
        *_fixtures(known),
        *_kept(facts, config, today),
        *entry_tests.find(facts, symbols, metadata.test_names),
    ]
    if metadata.kind == "library":
        found += public_api.find(facts, symbols, exports_only=config.scan.public_api == "exports")
    return _distinct(found)


def _distinct(found: Iterable[EntryPoint]) -> tuple[EntryPoint, ...]:
    """Return entry points sorted, without repetitions of the same reason for the same definition."""
    kept: dict[tuple[DefinitionId, str, str], EntryPoint] = {}
    for one in found:
        key = (one.definition, one.kind, one.usage_key)
        before = kept.get(key)
        if before is None or (before.period_days or 0) < (one.period_days or 0):
            kept[key] = one
    return tuple(sorted(kept.values(), key=lambda one: (one.path, one.line, one.definition, one.kind, one.usage_key)))


def _entry(definition: Definition, kind: EntryPointKind, why: str, *, key: str = "") -> EntryPoint:
    return EntryPoint(definition.id, kind, not definition.in_tests, why, definition.path, definition.line, key)


def _run(facts: Sequence[ModuleFacts]) -> Iterator[EntryPoint]:
    """Yield modules that run as programs."""
    for module in facts:
        whole = module.definitions[0] if module.definitions else None
        if whole is None:
            continue
        if module.module.rpartition(".")[2] == "__main__":
            yield _entry(whole, "main", f"{module.path} is run by python -m")
        elif module.has_main_guard:
            yield _entry(whole, "main", f'{module.path} has an if __name__ == "__main__"')
        elif module.is_program:
            yield _entry(whole, "main", f"{module.path} does a program's work when it is run: it has no main guard")


def _applications(known: Registrations, table: RouteTable) -> Iterator[EntryPoint]:
    """Yield module-level application objects (a server imports them) and functions that make one."""
    wanted = Globs((one, None) for one in _APPS)
    judged: dict[str, bool] = {}
    for name, built in known.built.items():
        if built.facts.in_tests:
            continue
        made = judged.get(built.constructor)
        if made is None:
            made = judged[built.constructor] = _is_application(known, built.constructor, table, wanted)
        if not made:
            continue
        short = built.constructor.rpartition(".")[2]
        where = f"{built.facts.path}:{built.call.line}"
        function, is_local, _ = name.partition(".<locals>.")
        definition = known.definition(function if is_local else name)
        if definition is None or definition.in_tests:
            continue
        if is_local and "app" not in definition.name.lower() and "celery" not in definition.name.lower():
            continue
        yield _entry(definition, "script", f"{where} builds a {short} application that a server imports")
        whole = known.symbols.by_id.get(module_id(definition.module))
        if whole is not None and not is_local:
            yield _entry(whole, "script", f"{where} builds a {short} application that a server imports")


def _is_application(known: Registrations, constructor: str, table: RouteTable, wanted: Globs[None]) -> bool:
    """Return whether a call makes an application: its class, or a factory that holds one."""
    if known.makes(constructor, wanted):
        return True
    definition = known.definition(constructor.replace("()", ""))
    if definition is not None and definition.id in table.factories:
        return True
    if definition is None or definition.kind != "function" or "app" not in definition.name.lower():
        return False
    prefix = f"{dotted(definition.id)}.<locals>."
    inside = (built for name, built in known.built.items() if name.startswith(prefix))
    return any(known.makes(built.constructor, wanted) for built in inside)


def _settings(known: Registrations, active: Sequence[FrameworkRule]) -> Iterator[EntryPoint]:
    """Yield settings modules, with every setting in them: those a program names, and those that read like one."""
    for facts, call in known.calls("setdefault"):
        texts = [value.text for value in call.args if value.kind == "text"]
        if len(texts) == 2 and texts[0] == "DJANGO_SETTINGS_MODULE":
            why = f"{facts.path}:{call.line} names it as the settings module"
            yield from _settings_of(known.symbols.module(texts[1]), why)
    if any(rule.name == "django" for rule in active):
        for name in sorted(known.settings_modules()):
            yield from _settings_of(known.symbols.module(name), "django reads its settings when it is told to")


def _settings_of(module: ModuleFacts | None, why: str) -> Iterator[EntryPoint]:
    for definition in module.definitions if module is not None else ():
        if not definition.qualified_name or (definition.qualified_name.isupper() and definition.kind != "import"):
            yield _entry(definition, "hook", why)


def _tool_files(facts: Sequence[ModuleFacts]) -> Iterator[EntryPoint]:
    for module in facts:
        name = module.path.rpartition("/")[2]
        names = _TOOL_FILES.get(name)
        if (
            names is None
            or (name == "tasks.py" and "/" in module.path)
            or (name == "conf.py" and "doc" not in module.path)
        ):
            continue
        for definition in module.definitions:
            top = "." not in definition.qualified_name and definition.kind != "import"
            if not definition.qualified_name or (top and ("*" in names or definition.name in names)):
                yield _entry(definition, "script", f"{module.path} is read by the tool it is named for")


def _loose_scripts(facts: Sequence[ModuleFacts], symbols: SymbolTable) -> Iterator[EntryPoint]:
    """Yield files in directories of examples and tools: each may be run or read by itself."""
    for module in facts:
        if module.module.startswith("/"):  # no Python: a template, which its readers lead to
            continue
        template = next((one for one in module.path.split("/")[:-1] if one in _COPIED), "")
        if template:
            yield from (_entry(one, "script", f"files in {template}/ are copied") for one in module.definitions)
            continue
        packaged = module.is_package or symbols.module(module.module.rpartition(".")[0]) is not None
        if "{" in module.path or not (packaged or all(map(str.isidentifier, module.module.split(".")))):
            for definition in module.definitions if "{" in module.path else module.definitions[:1]:
                why = f"{module.path} is no module's path: it can only be run, read or rendered as a file"
                yield _entry(definition, "script", why)
            continue
        for part in module.path.split("/")[:-1]:
            if part in _LOOSE or (part in _LOOSE_OUTSIDE_PACKAGES and not packaged):
                for definition in module.definitions if part in _SHOWN else module.definitions[:1]:
                    if "." not in definition.qualified_name and definition.kind != "import":
                        yield _entry(definition, "script", f"a file in {part}/ may be run or read by itself")
                break


def _fixtures(known: Registrations) -> Iterator[EntryPoint]:
    """Yield variables that a plugin of pytest makes fixtures of."""
    for name, built in known.built.items():
        definition = known.definition(name) if built.constructor.startswith("pytest_docker_tools.") else None
        if definition is not None and definition.kind == "variable":
            yield EntryPoint(definition.id, "fixture", False, "pytest_docker_tools makes it a fixture",
                             definition.path, definition.line)  # fmt: skip


def _kept(facts: Sequence[ModuleFacts], config: AuditConfig, today: date | None) -> Iterator[EntryPoint]:
    """Yield what the keep-list or a comment in the source keeps."""
    entries = [one for one in config.keep if today is None or one.until is None or today <= one.until]
    for module in facts:
        for definition in module.definitions if entries else ():
            for entry in entries:
                if fnmatchcase(definition.id, entry.definition):
                    until = f" until {entry.until.isoformat()}" if entry.until is not None else ""
                    yield _entry(definition, "keep", f"kept by {entry.owner}{until}: {entry.reason}")
        for line in module.keeps:
            kept = kept_at(module, line)
            if kept is not None:
                yield _entry(kept, "keep", f"kept by the comment on {module.path}:{line}")


def kept_at(module: ModuleFacts, line: int) -> Definition | None:
    """Return the innermost definition that starts below a comment on its own line, or that contains the line."""
    named = [one for one in module.definitions if one.qualified_name and one.kind != "import"]
    on = [one for one in named if one.line <= line <= one.end_line]
    innermost = max(on, key=lambda one: (one.line, -one.end_line), default=None)
    if innermost is not None and innermost.line == line:
        return innermost
    below = [one for one in named if one.line == line + 1]
    if below:
        return max(below, key=lambda one: one.end_line)
    return innermost or next(iter(module.definitions), None)
