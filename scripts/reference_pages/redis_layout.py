"""redis-layout.md: every key that the tracker writes, from the functions that name them."""

import inspect
from collections.abc import Callable
from datetime import date

from auditor.tracking import layout, redis_sink
from reference_pages import markdown
from reference_pages.markdown import code, quoted, table

_DAY = date(2026, 11, 8)
_LEAD = (
    f"What `auditor.tracking` writes and `auditor collect` reads, format version {layout.FORMAT_VERSION}. All "
    "keys of an app share the hash tag in braces, so they lie in one slot of a Redis Cluster. Days and minutes "
    f"are UTC. Every key expires {layout.RETENTION_DAYS} days (`keep_days`) after it was last written; the key "
    f"of an instance that ended in good order expires {redis_sink.CLOSED_SECONDS // 60} minutes after. "
    "Templates are stored, never raw paths; no request, no parameter and no user can be read out of it."
)
_FIELDS: tuple[Callable[..., str], ...] = (
    layout.call_field, layout.outcome_field, layout.duration_field, layout.registered_field,
)  # fmt: skip
_WATCHED_KINDS = layout.watched_key("APP", _DAY, "KIND").replace(_DAY.isoformat(), "YYYY-MM-DD")
_RECORDS = (layout.route_record, layout.instance_record)


def page() -> str:
    """Return the page."""
    keys = [one for name, one in inspect.getmembers(layout, inspect.isfunction) if name.endswith("_key")]
    in_order = sorted(keys, key=lambda one: one.__code__.co_firstlineno)
    fields = [[_example(one), _said(one)] for one in _FIELDS]
    records = [
        part
        for one in _RECORDS
        for part in (
            f"**{one.__name__.replace('_', ' ').capitalize()}.** {_said(one)}",
            code("{" + ", ".join(f'"{name}": …' for name in inspect.signature(one).parameters) + "}"),
        )
    ]
    return markdown.page(
        "Redis layout",
        _LEAD,
        "## Keys",
        table(["key", "holds"], [[quoted(_key(one)), _said(one)] for one in in_order]),
        f"{quoted(_WATCHED_KINDS)} are the same bitmaps for uses of other kinds than calls.",
        f"Kinds of counts are {', '.join(map(quoted, layout.KINDS))}. Requests that match no route are counted under "
        f"{quoted(layout.UNMATCHED)}.",
        "## Fields of the hashes",
        table(["field", "holds"], fields),
        *records,
        "## The file sink",
        "The same counts where there is no Redis: one file an instance and UTC day.",
        code(_file_sink()),
    )


def _key(named: Callable[..., str]) -> str:
    """Return a key with words in place of what varies."""
    given: dict[str, object] = {}
    for name, parameter in inspect.signature(named).parameters.items():
        given[name] = _DAY if parameter.annotation is date else {"app": "APP"}.get(name, name.upper())
    if named is layout.watched_key:
        given["kind"] = layout.CALLS
    return named(**given).replace(_DAY.isoformat(), "YYYY-MM-DD")


def _example(named: Callable[..., str]) -> str:
    words = {
        "key": "GET /users/{id}", "status": "2xx", "kind": "tasks", "name": "shop.mail", "outcome": "failed",
        "bucket": 97,
    }  # fmt: skip
    return quoted(named(*(words[name] for name in inspect.signature(named).parameters)))


def _said(of: Callable[..., object]) -> str:
    text = " ".join(inspect.cleandoc(of.__doc__ or "").split()).removeprefix("Return ")
    return f"{text[:1].upper()}{text[1:]}"


def _file_sink() -> str:
    source = inspect.getsource(layout)
    _, _, comment = source.partition("# The file sink: ")
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in comment.split("\n") if line).rstrip()
