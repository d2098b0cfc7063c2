"""What exists in this process, used or not: components, tasks, commands. In: names. Out: records to publish.

Registering costs a dictionary entry, as it happens while the application is imported; where something was written is
looked up by the flushing thread. Starts nothing, connects to nothing.
"""

from auditor.tracking import layout
from auditor.tracking.handlers import describe

_MOST_NAMES = 20_000
_targets: dict[tuple[str, str], object] = {}


def register(kind: str, name: str, target: object) -> None:
    """Note that a name of a kind exists; `target` is the function or class that was written for it."""
    if len(_targets) < _MOST_NAMES:
        _targets[kind, name] = target


def forget() -> None:
    """Forget all names."""
    _targets.clear()


def records() -> dict[str, dict[str, object]]:
    """Return `layout.registered_field(…)` -> `layout.route_record(…)` of all names, times and version still empty."""
    found: dict[str, dict[str, object]] = {}
    for (kind, name), target in tuple(_targets.items()):
        place = describe(target)
        field = layout.registered_field(kind, name)
        found[field] = layout.route_record(place.name, place.file, place.line, "", [], 0.0, 0.0)
    return found


def count() -> int:
    """Return how many names there are: a number that changes when one is added."""
    return len(_targets)
