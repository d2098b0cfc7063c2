"""Values to JSON as published: same value, same bytes; keys sorted, indented, one newline at the end.

In: frozen results. Out: JSON text; and for `plan.json` back again, checked. Never reads a file or a clock.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from auditor.errors import ConfigError
from auditor.model.baseline import BASELINE_FORMAT_VERSION, Baseline
from auditor.model.gate import GateResult
from auditor.model.graph import Route
from auditor.model.keeping import LedgerState
from auditor.model.monitoring import MonitoringStatus
from auditor.model.plan import PLAN_FORMAT_VERSION, Plan
from auditor.model.report import Explanation, ScanResult
from auditor.report import wording


def scan(result: ScanResult) -> str:
    """Return a scan in the published form, `format_version` 1."""
    return document(result)


def routes(table: tuple[Route, ...]) -> str:
    """Return the route table as a list, one object a method; `id` is the handler."""
    return document([{"id" if k == "handler" else k: v for k, v in msgspec.structs.asdict(r).items()} for r in table])


def explanation(value: Explanation) -> str:
    """Return the answer of `why`: the chain from an entry point, or who refers to it."""
    return document(value)


def plan(plan: Plan) -> str:
    """Return the contents of `plan.json`, `format_version` 1."""
    return document(plan)


def gate(result: GateResult) -> str:
    """Return the gate's answer in the published form, `format_version` 1."""
    return document(result)


def monitoring(found: MonitoringStatus) -> str:
    """Return how the monitoring goes, `format_version` 1."""
    return document({"format_version": 1, **msgspec.structs.asdict(found)})


def ledger_state(found: LedgerState) -> str:
    """Return the state of the ledger, `format_version` 1."""
    return document({"format_version": 1, **msgspec.structs.asdict(found)})


def document(value: object) -> str:
    """Return any value made of structs, mappings, sequences, times and numbers as JSON text.

    Text that is not valid Unicode (undecodable file names) is written with backslash escapes. Characters that a
    terminal would act on stand as JSON escapes.
    """
    plain = msgspec.to_builtins(value, str_keys=True)
    try:
        encoded = msgspec.json.encode(plain, order="sorted")
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_valid(plain), order="sorted")
    text = msgspec.json.format(encoded, indent=2).decode()
    return (text if text.isascii() else "".join(map(_escaped, text))) + "\n"


def in_order(value: object) -> str:
    """Return a value as JSON text, its keys in the order that they have."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _escaped(char: str) -> str:
    """Return a character as it stands in JSON: one that a terminal would act on or hide as an escape."""
    if char == "\n" or wording.printable(char) == char:
        return char
    units = char.encode("utf-16-be")
    return "".join(f"\\u{int.from_bytes(units[at : at + 2]):04x}" for at in range(0, len(units), 2))


def _valid(value: Any) -> Any:  # noqa: ANN401 -- any JSON value
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_valid(key): _valid(item) for key, item in value.items()}
    return [_valid(item) for item in value] if isinstance(value, (list, tuple)) else value


class _Version(msgspec.Struct, frozen=True):
    format_version: int


def read_plan(content: bytes, *, name: str = "plan.json") -> Plan:
    """Return the plan that `plan` wrote. Fields it does not know are ignored; everything else must fit exactly.

    Args:
        content: The file's bytes.
        name: How to call the file in errors.

    Raises:
        ConfigError: It is not JSON, of another format version, or says something impossible.
    """
    mend = "remove it and run `auditor plan`, or begin a new plan with `auditor plan --fresh`"
    try:
        version = msgspec.json.decode(content, type=_Version).format_version
        if version != PLAN_FORMAT_VERSION:
            raise ConfigError(
                f"{name}: format_version {version} is not {PLAN_FORMAT_VERSION}, which is read here; {mend}"
            )
        plan = msgspec.json.decode(content, type=Plan)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        key = where.rstrip("`").lstrip(".") or "(top)"
        raise ConfigError(f"{name}: {key}: {what[:1].lower()}{what[1:]}; {mend}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: not valid JSON: {error}; {mend}") from error
    for key, wrong in _impossible(plan):
        raise ConfigError(f"{name}: {key}: {wrong}; {mend}")
    return plan


def baseline(value: Baseline) -> str:
    """Return the contents of the baseline's file, `format_version` 1: one finding a line, so that changes merge."""
    return document(value)


def read_baseline(content: bytes, *, name: str) -> Baseline:
    """Return what `baseline` wrote; `name` is how to call the file in errors.

    Raises:
        ConfigError: It is not JSON, of another format version, or holds something else than texts.
    """
    mend = "write it anew with 'auditor baseline'"
    try:
        found = msgspec.json.decode(content, type=Baseline)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: not a baseline: {error}; {mend}") from error
    if found.format_version != BASELINE_FORMAT_VERSION:
        known = f"is not {BASELINE_FORMAT_VERSION}, which is read here"
        raise ConfigError(f"{name}: format_version {found.format_version} {known}; {mend}")
    return found


def _impossible(plan: Plan) -> list[tuple[str, str]]:
    """Return (key, what is wrong) for what has the right types and still cannot be a plan."""
    wrong: list[tuple[str, str]] = []
    start, end = plan.window.start, plan.window.end
    if start.tzinfo is None or end.tzinfo is None:
        wrong.append(("window", "its times lack a time zone"))
    elif start >= end:
        wrong.append(("window", "it ends before it starts"))
    numbers = [batch.number for batch in plan.known_batches]
    if len(set(numbers)) != len(numbers) or any(n < 1 for n in numbers):
        wrong.append(("batches", f"their numbers {numbers} are not distinct and positive"))
    for batch in (*plan.batches, *plan.waiting):
        unknown = sorted(set(batch.depends_on) - {n for n in numbers if n < batch.number})
        if unknown:
            wrong.append((f"batch {batch.number}", f"depends on {unknown}, which are not earlier batches"))
    for finding in plan.findings:
        if finding.batch is not None and finding.batch not in numbers:
            wrong.append((f"finding {finding.id!r}", f"its batch {finding.batch} is not in the plan"))
    if plan.refusal is not None and plan.batches:
        wrong.append(("refusal", "a refused plan has no batches"))
    return wrong
