"""The words every format uses for the same thing: verdicts, reasons, rules, figures, and hostile text made printable.

In: plain values. Out: strings. Never decides anything about code; never emits a character that a terminal acts on.
"""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

from auditor.model.code import DefinitionId
from auditor.model.verdict import Evidence, HoldReason, Verdict

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

VERDICT_MEANING: dict[Verdict, str] = {
    Verdict.LIVE: "reached from production entry points, and nothing shows it unused",
    Verdict.DORMANT: "reached only through entry points that nobody called in the watched window",
    Verdict.DEAD: "nothing reaches it, and production did not use it in the watched window",
    Verdict.TEST_ONLY: "reached from tests only, and production did not use it in the watched window",
    Verdict.CONTRADICTED: "nothing in production code reaches it, yet production used it: a blind spot of the scan",
    Verdict.UNDECIDED: "not enough was watched to conclude anything",
}

DISPROOF: dict[Verdict, str] = {
    Verdict.DEAD: "One call in production; a reference the scan cannot see, such as a name put together at run time "
    "or a caller outside this repository; or a change of its body since the plan was made.",
    Verdict.TEST_ONLY: "One call in production; a use by hand, from a script or a console, or by a caller outside this "
    "repository; or a change of its body since the plan was made.",
    Verdict.DORMANT: "One call of any of the endpoints it hangs on; a rare but real use, such as a yearly job; or a "
    "change of its body since the plan was made.",
    Verdict.CONTRADICTED: "Nothing needs to disprove a call that was counted: find the reference the scan missed.",
    Verdict.UNDECIDED: "Nothing was concluded, so there is nothing to disprove: let the tracker run longer.",
    Verdict.LIVE: "Nothing is claimed.",
}

HOLD_LABEL: dict[HoldReason, str] = {
    "changed_in_window": "Changed within the window",
    "younger_than_window": "Younger than the window",
    "period_longer_than_window": "Runs more rarely than the window is long",
    "dynamic_access": "A name built at run time could mean it",
    "public_api": "Public interface",
    "keep_list": "On the keep-list",
    "contradiction_in_module": "Production contradicts the scan beside it",
    "insufficient_evidence": "Not enough evidence",
    "still_referenced": "Still referred to",
    "registering_decorator": "Its decorator may register it",
    "oversize": "Does not fit into one batch",
    "uneditable": "Cannot be edited safely",
    "uncommitted_changes": "Uncommitted changes in its file",
    "migration": "Part of the database's migrations",
    "generated_code": "Written by a program",
    "linked_to": "Living code makes links to it",
    "left_in_window": "Came out of use within the window",
    "taken_back": "Removed once, and taken back",
    "breaks_tests": "Tests failed without it",
}

HOLD_RELEASE: dict[HoldReason, str] = {
    "changed_in_window": "Released once the new body has been watched for a whole window.",
    "younger_than_window": "Released once it has existed for a whole window.",
    "period_longer_than_window": "Released by a window longer than its period, or by its owner's word.",
    "dynamic_access": "Released by narrowing the dynamic access, or by removing it.",
    "public_api": "Released by taking it out of the public names, after a deprecation.",
    "keep_list": "Released when its keep-list entry ends or is removed.",
    "contradiction_in_module": "Released when the contradiction beside it is explained.",
    "insufficient_evidence": "Released when enough of the window has been watched.",
    "still_referenced": "Released when what refers to it is gone.",
    "registering_decorator": "Released by evidence that what it registers is never called.",
    "oversize": "Released by cutting one of the references that tie it to the others.",
    "uneditable": "Released by an edit by hand.",
    "uncommitted_changes": "Released by committing or dropping the changes.",
    "migration": "Released by squashing the migrations it belongs to.",
    "generated_code": "Released by changing what it is made from.",
    "linked_to": "Released when nothing that runs makes links to it any more.",
    "left_in_window": "Released once a whole window has been watched without what used it.",
    "taken_back": "Released by planning the batch that was taken back again: auditor plan --replan N.",
    "breaks_tests": "Released by changing it, or the tests that failed.",
}


def printable(text: str) -> str:
    r"""Return `text` with control, format, surrogate and unassigned characters as `\x1b`, `\u202e` and so on."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(c) if unicodedata.category(c) in _UNPRINTABLE else c for c in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def inert(line: str, width: int | None = None) -> str:
    """Return a printable line that no CI service takes for a command: `::x::` at its start, `##` anywhere in it.

    Where that makes it longer than `width` columns, its middle is left out.
    """
    indent = len(line) - len(line.lstrip())
    if line.startswith("::", indent):
        line = f"{line[:indent]}\\x3a{line[indent + 1 :]}"
    line = line.replace("##", "#\\x23")
    return line if width is None else elided(line, width)


def columns(text: str) -> int:
    """Return how many terminal columns a printable text takes: wide characters count two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def elided(text: str, width: int) -> str:
    """Return a printable text that takes at most `width` columns, its middle replaced by `…` where it is longer."""
    if columns(text) <= width:
        return text
    tail_room = (width - 1) * 2 // 3
    tail = _fitting(reversed(text), tail_room)[::-1]
    return _fitting(iter(text), width - 1 - columns(tail)) + "…" + tail


def _fitting(characters: Iterable[str], room: int) -> str:
    taken: list[str] = []
    for char in characters:
        room -= columns(char)
        if room < 0:
            break
        taken.append(char)
    return "".join(taken)


def number(value: int) -> str:
    """Return `1234567` as `1,234,567`."""
    return f"{value:,}"


def count(value: int, singular: str, plural: str = "") -> str:
    """Return `1 file`, `2 files`, `1,204 files`."""
    return f"{number(value)} {singular if value == 1 else plural or singular + 's'}"


def percent(share: float) -> str:
    """Return a share (0 to 1) as a percentage that never rounds up to 100 nor down to 0."""
    if share >= 1:
        return "100 %"
    if share <= 0:
        return "0 %"
    return f"{min(99.9, max(0.1, share * 100)):.1f} %"


def milliseconds(value: float) -> str:
    """Return a duration in the unit that suits it: `0.8 ms`, `12 ms`, `3.4 s`, `2.1 min`."""
    if value < 10:
        return f"{value:.1f} ms"
    if value < 1000:
        return f"{value:,.0f} ms"
    return f"{value / 1000:.1f} s" if value < 120_000 else f"{value / 60_000:,.1f} min"


def moment(when: datetime | None) -> str:
    """Return an aware time as `2026-11-21 08:15 UTC`, `never` for None."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if when else "never"


def place(path: str, line: int) -> str:
    """Return `path:line`, or the path alone where the line is 0."""
    return f"{path}:{line}" if line else path


def short_commit(commit: str | None) -> str:
    """Return the first 12 characters of a commit, `no commit` for None or nothing."""
    return commit[:12] if commit else "no commit"


def verdict_name(verdict: Verdict) -> str:
    """Return a verdict as people read it: `TEST_ONLY` -> `TEST ONLY`."""
    return verdict.value.replace("_", " ")


def name_in_module(definition: DefinitionId) -> str:
    """Return the name inside the module; `(whole module)` for the module itself."""
    module, colon, qualified = definition.partition(":")
    if not colon:
        return module
    return qualified or "(whole module)"


def elsewhere(evidence: Evidence, path: str, line: int) -> str:
    """Return where a piece of evidence lies, empty where that is the finding's own place or not known."""
    where = place(evidence.path, evidence.line) if evidence.path else ""
    return "" if where in (place(path, line), path) else where


def sentence(evidence: Evidence, path: str = "", line: int = 0) -> str:
    """Return one piece of evidence, without a full stop, with its location where that is not `path` and `line`."""
    where = elsewhere(evidence, path, line)
    detail = evidence.detail.rstrip().rstrip(".")
    return f"{detail} ({where})" if where and where not in detail else detail


def because(evidence: Iterable[Evidence], path: str = "", line: int = 0) -> str:
    """Return all evidence as one sentence: what speaks against deletion after a `but`."""
    found = [("but " if e.supports == "alive" else "") + sentence(e, path, line) for e in evidence]
    return capitalised("; ".join(found)) + "." if found else ""


def capitalised(text: str) -> str:
    """Return text whose first letter is a capital, left alone where it begins with a name or a mark."""
    first, _, _ = text.partition(" ")
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def fragments(text: str) -> list[tuple[bool, str]]:
    """Cut a sentence at its back-quotes: (is it code, text); a quote without a partner stays text."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        parts[-2:] = [f"{parts[-2]}`{parts[-1]}"]
    return [(index % 2 == 1, part) for index, part in enumerate(parts) if part]
