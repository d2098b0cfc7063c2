"""Which methods a Django view answers, and who answers each. In: what a URL pattern calls. Out: methods, handlers.

Looks through decorators, `as_view` and REST framework's view sets. A function that nothing restricts answers to `ANY`.
Names views as the source does: a class for its methods, a view set's extra action for itself. Calls no view.
"""

from types import FunctionType
from typing import Any

from auditor.tracking.handlers import wrappings
from auditor.tracking.route_table import ANY
from auditor.tracking.view_routes import Answers, view_class

_OWN = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
_ADDED = ("HEAD", "OPTIONS")
"""Methods that the framework answers by itself, as far as nothing else is answered."""
_ACTIONS = ("list", "create", "retrieve", "update", "partial_update", "destroy")


def answers(view: object) -> Answers:
    """Return the methods of a view with who answers them, at least one."""
    cls = view_class(view)
    if cls is None:
        *_, target = wrappings(view)
        return tuple((method, target) for method in _listed(_required(view)) or (ANY,))
    if cls.__qualname__.endswith("WrappedAPIView"):  # what `api_view` makes of a function
        return tuple((method, _wrapped_function(cls)) for method in _listed(_of_class(cls)) or (ANY,))
    actions = _attribute(view, "actions")
    if isinstance(actions, dict) and actions:
        return _of_actions(cls, actions)
    return tuple((method, cls) for method in _listed(_of_class(cls) - {"OPTIONS"}) or (ANY,))


def answers_head(view: object) -> bool:
    """Return whether a view that answers GET answers HEAD as well."""
    cls = view_class(view)
    return "head" in _names(cls) if cls is not None else "HEAD" in _required(view)


def _of_actions(cls: type, actions: dict[str, str]) -> Answers:
    allowed = {verb: action for verb, action in actions.items() if verb in _names(cls) and hasattr(cls, action)}
    found = {verb.upper(): cls if action in _ACTIONS else getattr(cls, action) for verb, action in allowed.items()}
    return tuple((method, found[method]) for method in _listed(set(found))) or ((ANY, cls),)


def _of_class(cls: Any) -> set[str]:  # noqa: ANN401 - a view of whatever framework
    return {name.upper() for name in _names(cls) if hasattr(cls, name)}


def _names(cls: Any) -> list[str]:  # noqa: ANN401 - see above
    return list(getattr(cls, "http_method_names", ()))


def _listed(methods: set[str]) -> tuple[str, ...]:
    """Return the methods that have keys of their own, in a fixed order."""
    own = tuple(method for method in _OWN if method in methods)
    return own or tuple(method for method in _ADDED if method in methods)


def _attribute(view: object, name: str) -> object:
    return next((found for one in wrappings(view) if (found := getattr(one, name, None))), None)


def _required(view: object) -> set[str]:
    """Return the methods that `require_http_methods` keeps in the closure of the function it makes."""
    for one in wrappings(view):
        listed = _enclosed(one, "request_method_list")
        if listed:
            return {str(method) for method in listed}
    return set()


def _wrapped_function(cls: type) -> object:
    """Return the function that `api_view` wrapped, the class where it cannot be seen."""
    handlers = (getattr(cls, method.lower(), None) for method in _OWN)
    return next((found for one in handlers if (found := _enclosed(one, "func")) is not None), cls)


def _enclosed(function: object, name: str) -> Any:  # noqa: ANN401 - whatever a closure holds
    """Return what a function's closure holds under a name."""
    if isinstance(function, FunctionType) and function.__closure__ and name in function.__code__.co_freevars:
        return function.__closure__[function.__code__.co_freevars.index(name)].cell_contents
    return None
