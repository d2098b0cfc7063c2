"""Overrides: what people answer for although the gate would stop it.

In: the gate's result, what people said in commits and in the configuration, what each commit defines. Out: the result
with every use of an override in it, and a breach for each that is not in order. An override never speaks for what it
does not name: a source that is sick stays sick for everything else.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

import msgspec

from auditor.gate import symbols
from auditor.model.code import DefinitionId
from auditor.model.gate import Breach, BreachReason, GateResult, Override, concluded

LONGEST_DAYS = 366
"""How many days ahead an override may end: one that never ends is an entry of the keep-list."""

_SOON_DAYS = 7
_NEVER: tuple[BreachReason, ...] = ("bad_override", "new_finding", "fixed_finding")
"""What no override lets pass: each has a mend of its own."""

_BY_NAME_ALONE: tuple[BreachReason, ...] = ("dangling_reference",)
"""What only an override lets pass that names exactly this definition: who writes a pattern did not look at the line."""


class Claim(msgspec.Struct, frozen=True):
    """An override as somebody wrote it, and the place where it is shown.

    `fault` is what is wrong with its form, `waiting` why it is not in force, each empty where nothing is. `stays`: it
    is what the change brings or leaves there, so that a fault of it is the change's.
    """

    override: Override
    path: str
    line: int
    fault: str = ""
    waiting: str = ""
    stays: bool = True


class Known(msgspec.Struct, frozen=True):
    """What the commits define: `base`, `head`, and the paths of the scripts of `head`."""

    base: Collection[DefinitionId]
    head: Collection[DefinitionId]
    paths: Collection[str] = ()


def fault_of(symbol: str, reason: str, until: date | None, today: date) -> str:
    """Return what is wrong with an override's form in one sentence, empty where nothing is."""
    if fault := symbols.wrong(symbol):
        return fault
    if not reason.strip():
        return "it gives no reason"
    if until is None:
        return "it does not say until when; write a date, as in 2027-05-31"
    if until < today:
        return f"it expired: its last day was {until.isoformat()}"
    if until - today > timedelta(days=LONGEST_DAYS):
        return f"its last day, {until.isoformat()}, is more than {LONGEST_DAYS} days ahead"
    return ""


def overridden(result: GateResult, claims: Sequence[Claim], known: Known, today: date) -> GateResult:
    """Return the result as the overrides leave it; `today` is the UTC day."""
    if not claims:
        return result
    claims = [_narrow(claim, known) for claim in claims]
    used: dict[int, list[DefinitionId]] = {}
    breaches = []
    for breach in result.breaches:
        index = next((n for n, one in enumerate(claims) if _lets_pass(one, breach)), None)
        if index is not None:
            used.setdefault(index, []).append(breach.id)
            breach = msgspec.structs.replace(breach, override=_said(claims[index].override))
        breaches.append(breach)
    listed = []
    for n, claim in enumerate(claims):
        problem = claim.fault or (_idle(claim, result, known) if claim.stays and n not in used else "")
        if problem and claim.stays:
            detail = f"{_named(claim.override)} is not in order: {problem}"
            breaches.append(Breach(claim.override.symbol, claim.path, claim.line, "bad_override", detail))
        problem = problem or claim.waiting
        listed.append(msgspec.structs.replace(claim.override, used_for=tuple(used.get(n, ())), problem=problem))
    return concluded(
        msgspec.structs.replace(
            result,
            breaches=tuple(breaches),
            overrides=tuple(listed),
            notes=(*result.notes, *_spent(claims, known), *_ending(claims, today)),
        )
    )


def _narrow(claim: Claim, known: Known) -> Claim:
    """Return a claim, with a fault where its pattern covers everything."""
    symbol = claim.override.symbol
    if claim.fault or "*" not in symbol or not known.base or any(not symbols.covers(symbol, one) for one in known.base):
        return claim
    return msgspec.structs.replace(claim, fault="its symbol covers all code there is")


def _lets_pass(claim: Claim, breach: Breach) -> bool:
    if claim.waiting or claim.fault or breach.why in _NEVER or breach.override is not None:
        return False
    says = symbols.names if breach.why in _BY_NAME_ALONE else symbols.covers
    return says(claim.override.symbol, breach.id)


def _idle(claim: Claim, result: GateResult, known: Known) -> str:
    """Return why an override can let nothing pass, now or later; empty where it can."""
    symbol = claim.override.symbol
    if claim.override.kind == "trailer":
        head = frozenset(known.head)
        gone = (one for one in known.base if one not in head)
        stopped = (breach.id for breach in result.breaches)
        is_about = any(symbols.covers(symbol, one) for one in (*stopped, *gone))
        return "" if is_about else "the change takes nothing of that name away"
    if _exists(symbol, known.head, known.paths) or _exists(symbol, known.base, ()):
        return ""
    return "nothing has that name; correct it, or take the entry out"


def _exists(symbol: str, definitions: Iterable[DefinitionId], paths: Collection[str]) -> bool:
    if "/" in symbol:
        definitions = (*definitions, *paths)
    return any(symbols.covers(symbol, one) for one in definitions)


def _spent(claims: Iterable[Claim], known: Known) -> Iterable[str]:
    """Say which entries name nothing after the change: they stop the next one."""
    for claim in claims:
        symbol = claim.override.symbol
        is_entry = claim.stays and not claim.fault and claim.override.kind == "allow"
        if is_entry and _exists(symbol, known.base, ()) and not _exists(symbol, known.head, known.paths):
            yield f"{_named(claim.override)} names nothing after this change; take it out, or it stops the next one"


def _ending(claims: Iterable[Claim], today: date) -> Iterable[str]:
    for claim in claims:
        until = claim.override.until
        if until is not None and claim.stays and not claim.fault and claim.override.kind == "allow":
            left = (until - today).days
            if left <= _SOON_DAYS:
                yield f"{_named(claim.override)} ends on {until.isoformat()}; take it out or renew it before"


def _named(override: Override) -> str:
    kind = "the trailer" if override.kind == "trailer" else "the gate.allow entry"
    return f"{kind} for {override.symbol or 'nothing'} ({override.where})"


def _said(override: Override) -> str:
    until = f", until {override.until.isoformat()}" if override.until is not None else ""
    owner = f"{override.owner}{until}; " if override.owner else f"{until.removeprefix(', ')}; "
    return f"{override.reason} ({owner}{override.kind}, {override.where})"
