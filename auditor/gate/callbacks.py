"""Callbacks: what a call hands over to be called later, as `app.add_middleware(Timing)` and `atexit.register(flush)`.

In: a `Side`. Out: its `Registration`s; those that decorators make are among them, for they can take the place of calls.
Never judges.
"""

from collections.abc import Iterator

from auditor.gate.registration import Registration
from auditor.gate.sides import Side
from auditor.model.code import CallFact, Definition, DefinitionId, ModuleFacts, Value, dotted

SORTS = {
    "add_middleware": "middleware", "middleware": "middleware", "middlewares": "middleware",
    "register_middleware": "middleware", "add_exception_handler": "errors",
    "exception_handler": "errors", "exception_handlers": "errors", "errorhandler": "errors",
    "app_errorhandler": "errors", "register_error_handler": "errors", "dependencies": "dependencies",
    "lifespan": "lifecycle", "on_startup": "lifecycle", "on_shutdown": "lifecycle", "on_cleanup": "lifecycle",
    "cleanup_ctx": "lifecycle", "add_event_handler": "lifecycle", "on_event": "lifecycle",
    "register_listener": "lifecycle", "listener": "lifecycle",
    "before_request": "before requests", "before_app_request": "before requests",
    "after_request": "after requests", "after_app_request": "after requests",
    "teardown_request": "after requests", "teardown_app_request": "after requests",
    "teardown_appcontext": "after requests", "context_processor": "context", "app_context_processor": "context",
    "receiver": "receiver", "add_command": "command",
    **{one: one for one in (
        "user_loader", "request_loader", "unauthorized_handler", "needs_refresh_handler", "url_value_preprocessor",
        "app_url_value_preprocessor", "url_defaults", "app_url_defaults", "shell_context_processor",
    )},
}  # fmt: skip
"""Last part of a call, or its keyword -> the sort of what it registers; other forms of one sort take its place."""
_EXACT = {
    "atexit.register": "exit", "signal.signal": "signal", "add_signal_handler": "signal",
    "sqlalchemy.event.listen": "event", "sqlalchemy.event.listens_for": "event",
    "django.contrib.admin.site.register": "admin", "django.contrib.admin.register": "admin",
    "django.core.checks.register": "checks",
}  # fmt: skip
_PLACES = {
    "listen": 2, "add_exception_handler": 1, "register_error_handler": 1, "signal": 1, "add_signal_handler": 1,
    "add_event_handler": 1, "django.contrib.admin.site.register": 1,
}  # fmt: skip
"""Which argument of a call it is that is called later, where it is not the first; the last one where there are less."""
_KEYWORDS = frozenset({
    "handler", "func", "function", "fn", "f", "receiver", "dispatch", "admin_class", "middleware_class",
})  # fmt: skip
_DEPTH = 5
_EACH_REQUEST = frozenset({"middleware", "before requests", "after requests"})
_DECORATING = {"connect": "receiver", "command": "command", "group": "command"}
_GATHERING = frozenset({"command", "group"})
"""Decorators of commands that a group of the tree gathers; those of a library only make a command."""
_LISTS = frozenset({"on_startup", "on_shutdown", "on_cleanup", "cleanup_ctx", "middlewares"})
"""Attributes of applications to which statements add callbacks."""


def callbacks(side: Side) -> Iterator[Registration]:
    """Yield what calls and decorators of production code register."""
    signals = _signals(side)
    for module in side.facts:
        if module.in_tests:
            continue
        for call in module.calls:
            sort = _sort(side, module, call, signals)
            if sort and call.decorates is not None:
                yield _made(module, call, sort, call.decorates, decorated=True)
            for its_sort, value in _handed(call, sort):
                whole = call.keywords.get("lifespan") is value
                yield from (
                    _made(module, call, its_sort, one, whole=whole) for one in _meant(side, module.module, value)
                )
        yield from _appended(side, module)


def sort_of(callee: str) -> str:
    """Return the sort of what a decorator registers by the name it is written with; empty where it is of none."""
    last = callee.rpartition(".")[2]
    return SORTS.get(last) or _EXACT.get(callee) or _DECORATING.get(last, "")


def _sort(side: Side, module: ModuleFacts, call: CallFact, signals: frozenset[str]) -> str:
    last = call.callee.rpartition(".")[2]
    sort = SORTS.get(last) or _EXACT.get(call.callee) or _EXACT.get(last, "")
    if sort or (last != "connect" and last not in _GATHERING):
        return sort
    trail = side.names.resolve(module.module, call.callee.rpartition(".")[0]).trail
    if last == "connect":
        return "receiver" if "signal" in call.callee.lower() or not signals.isdisjoint(trail[-1:]) else ""
    return "command" if trail and call.decorates is not None else ""


def _signals(side: Side) -> frozenset[DefinitionId]:
    """Return the variables that hold a signal: `paid = Signal()`, `paid = namespace.signal("paid")`."""
    return frozenset(
        found
        for module in side.facts
        for call in module.calls
        if call.assigned_to is not None and call.callee.rpartition(".")[2].lower() in ("signal", "namedsignal")
        for found in side.names.resolve("", call.assigned_to).trail[-1:]
    )


def _handed(call: CallFact, sort: str) -> Iterator[tuple[str, Value]]:
    """Yield what a call registers by its arguments, each with its sort."""
    if sort and call.decorates is None:
        last = call.callee.rpartition(".")[2]
        place = min(_PLACES.get(call.callee, _PLACES.get(last, 0)), max(len(call.args) - 1, 0))
        given = [*call.args[place : place + 1], *(value for key, value in call.keywords.items() if key in _KEYWORDS)]
        yield from ((sort, value) for value in given)
    elif not sort:
        yield from ((SORTS[keyword], value) for keyword, value in call.keywords.items() if keyword in SORTS)


def _meant(side: Side, module: str, value: Value, depth: int = 0) -> Iterator[str]:
    """Yield the definitions that a value hands over, names where they lie outside of the tree; variables are followed.

    `Middleware(Timing)`, `Depends(user)` and `Timing()` hand over what they are made of.
    """
    if value.kind == "name" or (value.kind == "call" and value.text and value.text[0] not in "*<."):
        found = side.names.resolve(module, value.text)
        inside = bool(found.trail) and not found.rest and not found.outside
        identity = found.trail[-1] if inside else value.text
        definition = side.definitions.get(identity)
        if definition is not None and definition.kind == "variable" and depth < _DEPTH:
            yield from _held(side, definition, depth)
        elif value.kind == "name" or definition is not None:
            yield identity
    for inner in (*value.values, *value.keywords.values()):
        yield from _meant(side, module, inner, depth)


def _held(side: Side, variable: Definition, depth: int) -> Iterator[str]:
    """Yield what a variable hands over: the elements of its list, what its value was made by."""
    module, name = side.by_module[variable.module], dotted(variable.id)
    values = [one.value for one in module.assignments if one.target == name]
    values += [Value("call", one.callee, one.args) for one in module.calls if one.assigned_to == name]
    for value in values:
        yield from _meant(side, module.module, value, depth + 1)
    if not values:
        yield variable.id


def _appended(side: Side, module: ModuleFacts) -> Iterator[Registration]:
    """Yield what statements add to an application's lists: `app.on_startup.append(warm)`."""
    for one in module.assignments:
        owner, _, last = one.target.rpartition(".")
        if one.augmented and last in _LISTS:
            for target in _meant(side, module.module, one.value):
                how = f"{last} of {module.path}:{one.line} lists it, to be called later"
                yield Registration(SORTS[last], target, owner, how)


def _made(
    module: ModuleFacts, call: CallFact, sort: str, target: str, *, decorated: bool = False, whole: bool = False
) -> Registration:  # fmt: skip
    owner = call.assigned_to or call.callee.rpartition(".")[0]
    how = f"{call.callee} of {module.path}:{call.line} registers it, to be called later"
    each = sort in _EACH_REQUEST and call.decorates is None
    return Registration(
        sort, target, owner, how, decorated=decorated, each_request=each, source=call.source, whole=whole
    )
