"""The ratchet: no new unused code, and what is mended leaves the baseline for good.

In: the findings of two commits, what each commit's baseline lists, what moved between them. Out: breaches and notes.
New is what base does not have, so that a change cannot list its own findings. Where a file cannot be read nothing is
taken for mended. Never looks at usage.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from auditor.model.baseline import BASELINE_FILE
from auditor.model.code import DefinitionId
from auditor.model.gate import Breach
from auditor.model.listing import listed
from auditor.model.report import RULES, ScanFinding

_LINE = re.compile(r"<line \d+>")
_RULES = frozenset({"AUD001", "AUD002", "AUD003", "AUD010", "AUD011", "AUD012", "AUD013"})
_MOST_NAMED = 5
_MEND = "use it, delete it, or put it on the keep-list"
_RENEW = f"run 'auditor baseline' and commit {BASELINE_FILE}"


class UnreadFile(msgspec.Struct, frozen=True):
    """A file that nothing is known of, and the digest of its content: with another one it is news."""

    path: str
    digest: str


class Unused(msgspec.Struct, frozen=True):
    """The unused code of one commit.

    `findings` are by key, those inside others included; `outer` are the keys that a baseline lists. `unread` are the
    modules that could not be read, with their files.
    """

    findings: Mapping[str, ScanFinding]
    outer: frozenset[str]
    unread: Mapping[str, UnreadFile]


class Ratcheted(msgspec.Struct, frozen=True):
    """What the ratchet found: breaches, notes, and what makes the answer unknown."""

    breaches: tuple[Breach, ...] = ()
    notes: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()


def unused(findings: Iterable[ScanFinding], unread: Mapping[str, UnreadFile]) -> Unused:
    """Return the findings of one commit by key: those of Python that say that something is not used."""
    counted: dict[str, int] = {}
    keyed: dict[str, ScanFinding] = {}
    for one in sorted(findings, key=lambda f: (f.path, f.line, f.id)):
        if one.rule in _RULES and one.language == "python":
            plain = _plain_key(one)
            counted[plain] = counted.get(plain, 0) + 1
            keyed[plain if counted[plain] == 1 else f"{plain} #{counted[plain]}"] = one
    ids = {one.id for one in keyed.values()}
    outer = frozenset(key for key, one in keyed.items() if one.inside not in ids)
    return Unused(keyed, outer, unread)


def _plain_key(finding: ScanFinding) -> str:
    """Return rule and id; what only tests reach has the key of what nothing reaches, so that a test is no news."""
    rule = finding.rule
    if rule == "AUD003":
        rule = "AUD002" if finding.kind == "module" else "AUD001"
    identity = _LINE.sub("<statement>", finding.id).encode("utf-8", "backslashreplace").decode()
    return f"{rule} {identity}"


def module_of(key: str) -> str:
    """Return the module that a key's finding lies in."""
    return key.partition(" ")[2].partition(":")[0]


def ratchet(
    base: Unused,
    head: Unused,
    listed_at_base: Collection[str] | None,
    listed_at_head: Sequence[str],
    moved: Mapping[DefinitionId, DefinitionId],
) -> Ratcheted:
    """Judge what is unused at head.

    Args:
        base: The unused code of base.
        head: That of head.
        listed_at_base: The keys of base's baseline, None where it has none.
        listed_at_head: The keys of head's baseline, in the file's order.
        moved: Ids of head, of definitions and of modules, by what they are at base under another one.
    """
    known, listed = frozenset(listed_at_base or ()), frozenset(listed_at_head)
    had = {*base.findings, *(key for key in known if module_of(key) in base.unread)}
    fresh: list[Breach] = []
    moves: list[str] = []
    unlisted: list[str] = []
    for key in sorted(head.outer):
        before = _before(key, moved)
        if key not in had and before not in had:
            fresh.append(_new(head.findings[key], key in listed))
        elif key in known and key not in listed:
            fresh.append(_taken_out(head.findings[key]))
        elif key not in listed:
            (moves if before in had and before != key else unlisted).append(key)
    gone = known & {_before(key, moved) for key in head.findings}
    stale = [(number, key) for number, key in enumerate(listed_at_head)
             if key not in head.findings and key not in gone and module_of(key) not in head.unread]  # fmt: skip
    before_this = {key for _, key in stale if key in known and key not in had}
    fixed = [_fixed(key, number) for number, key in stale if key not in before_this]
    notes = tuple(_notes(len(moves), unlisted, len(before_this)))
    return Ratcheted((*fresh, *fixed), notes, tuple(_unknowns(base, head)))


def placed(found: Ratcheted, text: str) -> Ratcheted:
    """Return it with the lines of the baseline's file, of which `text` is the content, instead of positions in it."""
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line.strip().startswith('"AUD')]

    def line_of(breach: Breach) -> int:
        return lines[breach.line - 1] if breach.line <= len(lines) else 1

    return msgspec.structs.replace(
        found,
        breaches=tuple(
            msgspec.structs.replace(one, line=line_of(one)) if one.why == "fixed_finding" else one
            for one in found.breaches
        ),
    )


def _before(key: str, moved: Mapping[DefinitionId, DefinitionId]) -> str:
    """Return the key that a finding of head had at base, where what it lies in has moved; else the key itself."""
    rule, _, identity = key.partition(" ")
    end = len(identity)
    while end > 0:
        old = moved.get(identity[:end])
        if old is not None:
            return f"{rule} {old}{identity[end:]}"
        end = max(identity.rfind(".", 0, end), identity.rfind(":", 0, end - 1) + 1, identity.rfind(" #", 0, end))
    return key


def _new(finding: ScanFinding, is_listed: bool) -> Breach:
    listed = "; that the change lists it in the baseline does not count" if is_listed else ""
    detail = f"{finding.rule}, {RULES[finding.rule]}: unused since this change{listed}; {_MEND}"
    return Breach(finding.id, finding.path, max(1, finding.line), "new_finding", detail)


def _taken_out(finding: ScanFinding) -> Breach:
    detail = f"{finding.rule}, {RULES[finding.rule]}: the change takes it out of the baseline, and it is not mended"
    return Breach(finding.id, finding.path, max(1, finding.line), "new_finding", f"{detail}; {_RENEW}")


def _fixed(key: str, number: int) -> Breach:
    identity = key.partition(" ")[2]
    detail = f"the baseline lists it as {key.partition(' ')[0]}, and it is unused no more; {_RENEW}"
    return Breach(identity, BASELINE_FILE, number + 1, "fixed_finding", detail)


def _notes(moves: int, unlisted: Sequence[str], earlier: int) -> Iterator[str]:
    if unlisted:
        named = listed([key.partition(" ")[2] for key in unlisted], _MOST_NAMED)
        yield f"base has unused code that no baseline lists: {named}; {_RENEW}"
    if moves:
        yield f"unused code moved, and the baseline knows it by its old place ({moves}); {_RENEW}"
    if earlier:
        yield f"the baseline lists what was mended before this change ({earlier}); {_RENEW}"


def _unknowns(base: Unused, head: Unused) -> Iterator[str]:
    for module, file in sorted(head.unread.items()):
        if base.unread.get(module) != file:
            yield f"what is unused cannot be known: {file.path} could not be read at head"
