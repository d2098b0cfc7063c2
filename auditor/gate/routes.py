"""Routes: what served a path at base, and what serves it now.

In: a `Case`. Out: breaches and notes in it. A route stands when the same handler serves it, wherever that moved, or
when code that is new in the change took its place. An older handler that takes over, because it was registered on the
same path and never served until now, is other code: the one that production called is gone.
"""

from collections.abc import Iterable, Mapping

from auditor.gate.findings import Case, own_names
from auditor.gate.sides import Side
from auditor.gate.standing import Standing
from auditor.model.code import DefinitionId
from auditor.model.graph import Route
from auditor.model.route_keys import shape
from auditor.model.usage import Observation


def judge_routes(case: Case) -> None:
    """Judge every route of base that its handler does not serve in head."""
    serving, before = _serving(case), _by_shape(case.base)
    gone: dict[DefinitionId, list[tuple[Route, DefinitionId | None]]] = {}
    for route in case.base.analysis.routes:
        if route.shadowed_by is not None or route.handler not in case.base.definitions:
            continue
        now = serving.get(shape(route.key)) or _other_methods(case, serving, route)
        if case.fates.now(route.handler) in now:
            continue
        successor = now[0] if now else None
        if successor is not None and not _takes_over(case, route, successor, before[shape(route.key)]):
            case.note(route.handler, f"{route.key} is served by {successor} now")
            continue
        gone.setdefault(route.handler, []).append((route, successor))
    for handler, routes in gone.items():
        _judge(case, handler, routes, serving)
    _judge_shadowed(case)


def _serving(case: Case) -> dict[str, tuple[DefinitionId, ...]]:
    """Return what serves at head, by shape; what is registered there to no effect serves only as it did at base."""
    before, after = Standing(case.base), Standing(case.head)
    was = {now: one.handler for one in case.base.analysis.routes if (now := case.fates.now(one.handler)) is not None}
    vain = {
        one.handler for one in case.head.analysis.routes
        if after.in_vain(one.handler) and not (one.handler in was and before.in_vain(was[one.handler]))
    }  # fmt: skip
    found: dict[str, tuple[DefinitionId, ...]] = {}
    for key, routes in _by_shape(case.head).items():
        found[key] = tuple(one.handler for one in routes if one.shadowed_by is None and one.handler not in vain)
    return {key: handlers for key, handlers in found.items() if handlers}


def _other_methods(
    case: Case, serving: Mapping[str, tuple[DefinitionId, ...]], route: Route
) -> tuple[DefinitionId, ...]:
    """Return new code that serves a route under other methods: a function that takes any became a class, or back.

    Where another handler stood on the path at base it may be the one that takes over, so that nothing is said of it.
    """
    method, _, path = shape(route.key).partition(" ")
    if any(one.handler != route.handler and shape(one.key).endswith(f" {path}") for one in case.base.analysis.routes):
        return ()
    wanted = {f"ANY {path}"}
    if method == "ANY":
        observed = case.observed(route.handler)
        if observed is None or case.observations.insufficient or route.handler not in case.observations.measured:
            return ()
        called = {shape(key) for key, count in observed.counts.items() if count}
        wanted = {key.replace("HEAD ", "GET ") for key in called if key.endswith(f" {path}")} or {f"GET {path}"}
    handlers = [serving.get(key, ()) for key in sorted(wanted)]
    found = tuple(one for several in handlers for one in several)
    return found if all(handlers) and case.fates.fresh.issuperset(found) else ()


def _by_shape(side: Side) -> dict[str, list[Route]]:
    """Return a side's routes by the shape of their keys, shadowed ones included, in the order of registration."""
    found: dict[str, list[Route]] = {}
    for route in side.analysis.routes:
        found.setdefault(shape(route.key), []).append(route)
    return found


def _takes_over(case: Case, route: Route, successor: DefinitionId, same: Iterable[Route]) -> bool:
    """Return whether a route's new handler is one that was registered behind it at base, renamed ones included.

    `same` are base's routes of the same shape.
    """
    rivals = {one.handler for one in same if one.shadowed_by is not None or one.handler != route.handler}
    if any(case.fates.now(rival) == successor for rival in rivals):
        return True
    home = successor.partition(":")[0]
    lost = {rival.partition(":")[0] for rival in rivals if rival in case.fates.deleted}
    return home in lost and home != route.handler.partition(":")[0] and successor in case.fates.fresh


def _judge(
    case: Case, handler: DefinitionId, routes: list[tuple[Route, DefinitionId | None]],
    serving: Mapping[str, tuple[DefinitionId, ...]],
) -> None:  # fmt: skip
    """Judge the routes that one handler lost, by what production called."""
    definition = case.base.definitions[handler]
    observed = case.observed(handler)
    keys = tuple(route.key for route, _ in routes)
    takeover = "".join(
        f"; {route.key} would then be served by {now}, which did not serve it until now" for route, now in routes if now
    )
    still = {one for found in serving.values() for one in found}
    whole = len(routes) == sum(1 for r in case.base.analysis.routes if r.handler == handler and r.shadowed_by is None)
    count, called = _counted(observed, keys, every=whole and case.fates.now(handler) not in still)
    if observed is not None and count:
        gone = "" if handler in case.fates.deleted else "no longer served; "
        case.breach(definition, "called", f"{gone}{case.calls(observed, called, count)}{takeover}")
        return
    if not case.absent(handler, end=True):
        return
    shown = ", ".join(keys)
    days = f"{case.observations.window.days:g} days"
    if observed is None or handler not in case.observations.measured or not _measures(observed, keys):
        case.breach(definition, "no_evidence", f"it handled {shown}, whose usage is not measured{takeover}")
    elif case.allow_dormant:
        case.note(handler, f"{shown} had 0 calls in {days}")
    else:
        case.breach(
            definition, "reachable",
            f"handled {shown}: 0 calls in {days}, but an end that can be called{takeover}; "
            "set gate.allow_dormant to let such endpoints go",
        )  # fmt: skip


def _judge_shadowed(case: Case) -> None:
    """Judge deleted handlers whose every route is shadowed: they never served, unless production says they did."""
    serving = {route.handler for route in case.base.analysis.routes if route.shadowed_by is None}
    for route in case.base.analysis.routes:
        if route.shadowed_by is None or route.handler in serving or route.handler not in case.fates.deleted:
            continue
        observed = case.observed(route.handler)
        if observed is not None and observed.count:
            detail = (
                f"{case.calls(observed, observed.keys, observed.count)}, although {route.shadowed_by} seemed to serve"
            )
            case.breach(case.base.definitions[route.handler], "contradicted", detail)
            continue
        case.need(route.handler)
        case.note(route.handler, f"its route is shadowed by {route.shadowed_by}, it never served")


def _counted(observed: Observation | None, keys: Iterable[str], *, every: bool) -> tuple[int, tuple[str, ...]]:
    """Return how often production called a handler by these keys, spelled in any way, and by which.

    `every`: the handler serves nothing any more, so it is missed under whatever key production knew it by.
    """
    if observed is None:
        return 0, ()
    wanted = {shape(key) for key in keys}
    wanted |= {f"HEAD{key[3:]}" for key in wanted if key.startswith("GET ")}
    told = {key: count for key, count in observed.counts.items() if every or shape(key) in wanted}
    own = own_names(observed.definition)
    if any(key not in own for key in told):  # what counted the route knows better than what saw the function run
        told = {key: count for key, count in told.items() if key not in own}
    found = {key: count for key, count in told.items() if count}
    return sum(found.values()), tuple(sorted(found))


def _measures(observed: Observation, keys: Iterable[str]) -> bool:
    seen = {shape(key) for key in observed.keys}
    return all(shape(key) in seen for key in keys)
