"""Hooks of classes that are registered: a middleware's `process_exception`, a backend's `authenticate`.

In: a `Case`. Out: breaches in it. A hook that a class loses is missed where the class is registered or in use on both
sides, nothing it inherits has the hook, and nothing else of the class changed that could do its work. What frameworks
do well without, as a form's `clean` or a view's `get_queryset`, is never judged.
"""

from collections.abc import Iterable, Mapping

from auditor.gate.ends import done_elsewhere, stop_end
from auditor.gate.findings import Case
from auditor.gate.listed_ends import End
from auditor.gate.registration import Registration
from auditor.gate.sides import Side
from auditor.model.code import DefinitionId

_MIDDLEWARE = ("MIDDLEWARE", "MIDDLEWARE_CLASSES")
_PERMISSIONS = ("REST_FRAMEWORK DEFAULT_PERMISSION_CLASSES", "rest_framework.permissions.BasePermission")
_AUTHENTICATION = ("AUTHENTICATION_BACKENDS", "REST_FRAMEWORK DEFAULT_AUTHENTICATION_CLASSES",
                   "rest_framework.authentication.BaseAuthentication")  # fmt: skip
HOOKS: Mapping[str, tuple[str, ...]] = {
    "process_request": _MIDDLEWARE, "process_response": _MIDDLEWARE, "process_view": _MIDDLEWARE,
    "process_exception": _MIDDLEWARE, "process_template_response": _MIDDLEWARE,
    "__call__": (*_MIDDLEWARE, "middleware"),
    "dispatch": ("middleware",), "authenticate": _AUTHENTICATION, "aauthenticate": _AUTHENTICATION,
    "get_user": _AUTHENTICATION, "has_perm": _AUTHENTICATION, "has_module_perms": _AUTHENTICATION,
    "db_for_read": ("DATABASE_ROUTERS",), "db_for_write": ("DATABASE_ROUTERS",),
    "allow_relation": ("DATABASE_ROUTERS",), "allow_migrate": ("DATABASE_ROUTERS",),
    "has_permission": _PERMISSIONS, "has_object_permission": _PERMISSIONS,
    "allow_request": ("REST_FRAMEWORK DEFAULT_THROTTLE_CLASSES", "rest_framework.throttling.BaseThrottle"),
    "validate": ("AUTH_PASSWORD_VALIDATORS",),
    "emit": ("logging.Handler",), "filter": ("LOGGING filters", "logging.Filter"), "ready": ("django.apps.AppConfig",),
}  # fmt: skip
"""Methods that do nothing unless a class has them -> the sorts of registrations, or the bases, of such classes."""
_SAYING_NOTHING = frozenset({
    "object", "builtins.object", "abc.ABC", "django.utils.deprecation.MiddlewareMixin",
    "django.contrib.auth.backends.BaseBackend", "rest_framework.permissions.BasePermission",
    "rest_framework.authentication.BaseAuthentication", "rest_framework.throttling.BaseThrottle",
    "starlette.middleware.base.BaseHTTPMiddleware", "django.apps.AppConfig", "logging.Handler", "logging.Filter",
})  # fmt: skip
"""Bases that do nothing in these methods, or refuse to."""


def judge_hooks(case: Case, registered: Iterable[Registration]) -> None:
    """Judge every hook that a class lost; `registered` is what head registers."""
    lost = [one for one in case.fates.deleted.values() if one.name in HOOKS and case.lives_on(one.id)]
    if not lost:
        return
    sorts: dict[DefinitionId, set[str]] = {}
    for one in registered:
        sorts.setdefault(one.target, set()).add(one.sort)
    for hook in lost:
        owner = hook.parent or ""
        now = case.fates.now(owner) or ""
        users = _without(case.head, now, hook.name, sorts)
        if not users or not case.base.in_production(owner) or not _same(case, owner, now):
            continue
        if hook.name == "ready" and done_elsewhere(case, hook.id):
            case.note(hook.id, "other code does what it did")
            continue
        how = f"{users[0]} is still registered or in use, and nothing it inherits has .{hook.name}"
        stop_end(case, End(hook.id, ("hook", hook.name), None, how, droppable=False), hook.id)


def _without(head: Side, owner: DefinitionId, name: str, sorts: Mapping[DefinitionId, set[str]]) -> list[DefinitionId]:
    """Return the classes, of one and those below it, that something calls the hook of and that have none."""
    found = []
    for one in (owner, *sorted(head.subclasses.get(owner, ()))):
        above, outside = head.names.lineage(one)
        wanted = {*sorts.get(one, ()), *outside}
        silent = outside <= _SAYING_NOTHING and not (name == "__call__" and outside - {"object", "builtins.object"})
        has = any(name in head.names.members(each) for each in above)
        if silent and not has and not wanted.isdisjoint(HOOKS[name]) and head.in_production(one):
            found.append(one)
    return found


def _same(case: Case, owner: DefinitionId, now: DefinitionId) -> bool:
    """Return whether a class is what it was, apart from what it lost."""
    before, after = case.base.names.members(owner), case.head.names.members(now)
    bases = case.base.definitions[owner].bases == case.head.definitions[now].bases
    return bases and all(
        name in before and case.base.definitions[before[name]].body_hash == case.head.definitions[one].body_hash
        for name, one in after.items()
    )
