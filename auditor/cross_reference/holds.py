"""Why a finding may not be planned although its verdict would allow it.

In: a definition that is DEAD, TEST_ONLY or DORMANT, and `HoldInputs`. Out: `HeldBack` values, one a reason; each
detail says what would release it. Also checks the keep-list: an expired or unmatched entry is an error, not silence.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase

import msgspec

from auditor.config import KeepEntry
from auditor.cross_reference import hold_reasons
from auditor.cross_reference.sentences import days_text
from auditor.cross_reference.standing import Standing
from auditor.errors import ConfigError
from auditor.model.code import Definition, DefinitionId, module_id
from auditor.model.graph import Analysis, Edge
from auditor.model.usage import Observations
from auditor.model.verdict import EarlierBodies, HeldBack

_REGISTERING = frozenset((
    "get", "post", "put", "patch", "delete", "head", "options", "trace", "route", "websocket", "api_route",
    "websocket_route", "add_route", "task", "shared_task", "periodic_task", "command", "group", "callback", "receiver",
    "register", "on_event", "exception_handler", "middleware", "listens_for", "handler", "subscribe", "event",
    "hookimpl", "errorhandler", "before_request", "after_request", "teardown_request", "cli_command", "tool", "job",
    "cron", "scheduled_job", "connect", "action", "simple_tag", "filter", "tag", "inclusion_tag", "fixture",
))  # fmt: skip
"""Last name parts of decorators that are known to register what they decorate."""

_PLAIN_PREFIXES = (
    "functools.", "contextlib.", "abc.", "typing.", "typing_extensions.", "dataclasses.", "enum.", "attr.", "attrs.",
    "warnings.", "unittest.mock.", "builtins.",
)  # fmt: skip
_PLAIN_NAMES = frozenset(("property", "staticmethod", "classmethod", "override", "overload"))
_PROPERTY_PARTS = frozenset(("setter", "getter", "deleter"))


class HoldInputs(msgspec.Struct, frozen=True):
    """What the reasons are judged by.

    `bodies_at_start` maps each definition to its body hash at the commit live when the window began; None where there
    is no such commit. `contradicted_scopes` maps the module, class or function around each contradicted definition to
    it. `uncommitted` are paths relative to the audited root. `long_period` maps what a schedule with a
    period longer than the window reaches to the sentence that says so. `generated` maps the paths of files that a
    program writes to the words in them that say so.
    """

    analysis: Analysis
    observations: Observations
    standing: Standing
    bodies_at_start: Mapping[DefinitionId, str] | None
    keep: tuple[KeepEntry, ...]
    uncommitted: frozenset[str]
    public_api: frozenset[DefinitionId]
    contradicted_scopes: Mapping[DefinitionId, DefinitionId]
    long_period: Mapping[DefinitionId, str]
    generated: Mapping[str, str] = {}
    linked: Mapping[DefinitionId, Edge] = {}
    left: Mapping[DefinitionId, tuple[Edge, ...]] = {}
    """Functions that referred to a definition when the window began; nothing does today."""
    versions: tuple[EarlierBodies, ...] = ()
    """The versions that production ran in the window."""
    computed: Mapping[DefinitionId, str] = {}
    """What code that runs could reach by a computed name, with the sentence that says so (see `computed_names`)."""


def check_keep(keep: Iterable[KeepEntry], definitions: Iterable[DefinitionId], today: date) -> None:
    """Reject keep entries that have expired (`until` is inclusive) or that match no definition.

    Raises:
        ConfigError: Names the entry and what to do about it.
    """
    known = tuple(definitions)
    for entry in keep:
        name = f"tool.auditor.keep: definition = {entry.definition!r} (owner {entry.owner})"
        if entry.until is not None and entry.until < today:
            raise ConfigError(f"{name} expired on {entry.until}; renew `until` or remove the entry")
        if not any(fnmatchcase(definition, entry.definition) for definition in known):
            raise ConfigError(f"{name} matches no definition; correct the glob ('pkg.mod:name') or remove the entry")


def held_back(definition: Definition, inputs: HoldInputs) -> tuple[HeldBack, ...]:
    """Return every reason to hold `definition` back, in the order of `_RULES`."""
    return tuple(held for rule in _RULES if (held := rule(definition, inputs)) is not None)


def plain_decorator(decorator: str) -> bool:
    """Return whether a decorator is known to return what it decorates and to keep no note of it."""
    last = decorator.rpartition(".")[2]
    return (
        last in _PROPERTY_PARTS or last in _PLAIN_NAMES or decorator.startswith(_PLAIN_PREFIXES) or decorator == "cache"
    )


def registering_decorators(definition: Definition) -> tuple[str, ...]:
    """Return the decorators of `definition` that are known to register it, or may do so."""
    return tuple(decorator for decorator in definition.decorators if not plain_decorator(decorator))


def _changed(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    bodies, window = inputs.bodies_at_start, inputs.observations.window
    if bodies is None:
        return hold_reasons.without_history()
    if (other := _other_version(definition, inputs)) is not None:
        return other
    if definition.id not in bodies:
        return hold_reasons.younger("it did not exist under this name", window)
    if bodies[definition.id] != definition.body_hash:
        return hold_reasons.changed("its code", window)
    return None


def _other_version(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    """Return why it is held back where a version that ran in the window had other code, or none, for it."""
    wait = f"wait until this code has been watched for {days_text(inputs.observations.window.days)}"
    for ran in sorted(inputs.versions, key=lambda one: (one.last, one.version), reverse=True):
        if (body := ran.bodies.get(definition.id)) == definition.body_hash:
            continue
        had = "did not have it" if body is None else "had other code for it"
        return HeldBack(
            "younger_than_window" if body is None else "changed_in_window",
            f"version `{ran.version}`, which production ran until {ran.last:%Y-%m-%d}, {had}; {wait}",
        )
    return None


def _left(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    """Hold back what code that runs today used until some time in the window."""
    used = next((edge for edge in inputs.left.get(definition.id, ()) if edge.source in inputs.standing.awake), None)
    if used is None:
        return None
    return HeldBack(
        "left_in_window",
        f"`{used.source}` used it when the window began and does so no longer, so it was in use for a part of the "
        f"window; wait until production has been watched without it for {days_text(inputs.observations.window.days)}",
    )


def _long_period(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    sentence = inputs.long_period.get(definition.id)
    return HeldBack("period_longer_than_window", sentence) if sentence else None


def _dynamic(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    graph = inputs.analysis.graph
    note = (
        inputs.computed.get(definition.id)
        or inputs.analysis.reachability.possible.get(definition.id)
        or graph.dynamic_notes.get(definition.id)
    )
    if note is not None:
        return HeldBack("dynamic_access", note)
    if definition.module in graph.opaque:
        return HeldBack(
            "dynamic_access",
            f"`{definition.module}` uses names in ways that cannot be read from its source; make the access explicit",
        )
    return None


def _public(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    library = inputs.analysis.project_kind == "library" and not inputs.analysis.exports_only
    if definition.id in inputs.public_api or (library and _is_public(definition)):
        return HeldBack(
            "public_api",
            "it is public API of a library, whose users are not observed here; deprecate it first, or set "
            '`project = "application"` if nobody else imports this code',
        )
    return None


def _kept(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    return hold_reasons.kept_by(inputs.keep, definition.id)


def _registered(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    found = registering_decorators(definition)
    if not found or definition.id in inputs.observations.measured or not _decorators_run(definition, inputs):
        return None
    names = ", ".join(f"`@{name}`" for name in found)
    return HeldBack(
        "registering_decorator",
        f"{names} may register it where the analysis cannot see, and production did not measure it; it is released "
        "once a tracker publishes it and counts zero calls, or the decorator is taken away",
    )


def _decorators_run(definition: Definition, inputs: HoldInputs) -> bool:
    """Return whether its decorators may matter: known to register, or executed because their scope is."""
    parent = inputs.analysis.graph.definitions.get(definition.parent or "")
    if "<locals>" in definition.id and parent is not None:
        return inputs.standing.row(parent.id) == "production"
    known = any(name.rpartition(".")[2] in _REGISTERING for name in registering_decorators(definition))
    return known or inputs.standing.row(module_id(definition.module)) == "production"


def _contradicted_neighbour(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    """Hold back what the analysis may be blind to as well: what stands in the same scope, and what is in that.

    Who calls a method of a class that nobody was seen to use knows the class, or its methods; that says nothing of
    functions beside the class, nor of the methods of other classes that live.
    """
    current = definition
    while (above := inputs.analysis.graph.definitions.get(current.parent or "")) is not None:
        if above.id in inputs.standing.awake or inputs.standing.row(above.id) == "production":
            break
        current = above
    other = inputs.contradicted_scopes.get(current.parent or current.id)
    if other is None:
        return None
    return HeldBack(
        "contradiction_in_module",
        f"production ran `{other}` beside it although the analysis found no way to it; "
        "explain that call (or name it in the keep-list) before deleting its neighbours",
    )


def _uncommitted(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    return hold_reasons.uncommitted(definition.path) if definition.path in inputs.uncommitted else None


def _linked(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    edge = inputs.linked.get(definition.id)
    if edge is None:
        return None
    source = inputs.analysis.graph.definitions.get(edge.source)
    place = f" ({source.path}:{edge.line})" if source else ""
    return HeldBack(
        "linked_to",
        f"`{edge.source}`{place} makes links to it by the name of its route, and would fail without it; "
        "take the link away first",
    )


def _migration(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    revision = f"{definition.module}:down_revision" in inputs.analysis.graph.definitions
    if "migrations" not in definition.path.split("/")[:-1] and not revision:
        return None
    return HeldBack(
        "migration",
        f"{definition.path} belongs to the history of the database's schema, which is run from its beginning for every "
        "new database; squash the migrations, or remove it by hand",
    )


def _generated(definition: Definition, inputs: HoldInputs) -> HeldBack | None:
    mark = inputs.generated.get(definition.path)
    if mark is None:
        return None
    return HeldBack(
        "generated_code",
        f"{definition.path} is written by a program ({mark}), which would write it again; "
        "change what it is made from, or name the path in `exclude`",
    )


def _is_public(definition: Definition) -> bool:
    if "<locals>" in definition.id:
        return False
    names = (*definition.module.split("."), *definition.qualified_name.split("."))
    return not any(name.startswith("_") and not name.startswith("__") for name in names)


_RULES: Sequence[Callable[[Definition, HoldInputs], HeldBack | None]] = (
    _kept,
    _contradicted_neighbour,
    _changed,
    _left,
    _long_period,
    _dynamic,
    _registered,
    _linked,
    _migration,
    _generated,
    _public,
    _uncommitted,
)
