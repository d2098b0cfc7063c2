"""Suppressions that silence nothing: comments, keep entries, names of whitelists.

In: what was silenced, facts, the analysis. Out: findings of rule AUD014, and what keep comments and entries hold.
Judged is only what is ours to judge: our own comments, vulture's codes and names, and F401 or F841 on a line that has
nothing they could be about. A plain `# noqa` is never called unused.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase

from auditor.analysis.entries.entry_points import kept_at
from auditor.analysis.findings.suppressions import NameEntry, Outcome
from auditor.analysis.reachability import reach
from auditor.config import KeepEntry
from auditor.model.code import DefinitionId, ModuleFacts
from auditor.model.graph import Analysis
from auditor.model.report import ScanFinding, SuppressedFinding
from auditor.model.verdict import Evidence

_VULTURE = {"V101": "attribute", "V102": "class", "V103": "function", "V104": "import", "V105": "method",
            "V106": "property", "V107": "variable", "V201": "unreachable_code"}  # fmt: skip
_AS_VULTURE = {"F401": "import", "F841": "variable"}


class Kept:
    """What stays alive only because a comment or a keep entry says so."""

    def __init__(self, analysis: Analysis) -> None:
        self.definitions = analysis.graph.definitions
        others = [one for one in analysis.entry_points if one.kind != "keep"]
        without = len(others) < len(analysis.entry_points)
        self.reached = reach(analysis.graph, tuple(others)) if without else analysis.reachability

    def needs(self, identity: DefinitionId) -> bool:
        """Return whether nothing but the suppression keeps a definition."""
        definition = self.definitions[identity]
        if identity in self.reached.tests and definition.in_tests:
            return False
        return identity not in self.reached.production


def held(
    analysis: Analysis, facts: Sequence[ModuleFacts], keep: Sequence[KeepEntry], today: date | None, where: str
) -> tuple[tuple[SuppressedFinding, ...], set[tuple[str, int]], tuple[ScanFinding, ...]]:
    """Return what keep comments and entries hold, the comments that do, and findings for entries that hold nothing.

    `where` is the configuration file, relative to the audited root; entries that have expired are not judged here.
    """
    if not keep and not any(one.keeps for one in facts):
        return (), set(), ()
    kept = Kept(analysis)
    gone, used = [], set()
    for one in facts:
        for line in one.keeps:
            definition = kept_at(one, line)
            if definition is not None and kept.needs(definition.id):
                used.add((one.path, line))
                said = [c.reason for c in one.comments if c.line == line and c.reason]
                reason = f"# auditor: keep — {said[0]}" if said else "# auditor: keep"
                gone.append(_gone(kept, definition.id, "keep", reason, one.path, line))
    idle = []
    for place, entry in enumerate(keep):
        if today is not None and entry.until is not None and entry.until < today:
            continue
        matched = [key for key in kept.definitions if fnmatchcase(key, entry.definition)]
        needed = [key for key in matched if kept.needs(key)]
        gone += [_gone(kept, key, "keep_list", f"kept by {entry.owner}: {entry.reason}", where, 0) for key in needed]
        if not needed:
            why = "what it names is alive anyway" if matched else "nothing has this name"
            idle.append(_idle(f"{where}:keep[{place}]", where, 1, f"keep entry {entry.definition}: {why}"))
    return tuple(gone), used, tuple(idle)


def _gone(kept: Kept, identity: DefinitionId, by: str, reason: str, path: str, line: int) -> SuppressedFinding:
    one = kept.definitions[identity]
    rule = "AUD002" if one.kind == "module" else "AUD001"
    return SuppressedFinding(identity, one.kind, one.path, one.line, rule, by, reason, path, line)


def idle_comments(
    facts: Sequence[ModuleFacts], outcome: Outcome, holding: set[tuple[str, int]]
) -> Iterator[ScanFinding]:
    """Yield comments that silence nothing; `holding` are the keep comments that keep something alive."""
    asked = any(one.used_names for one in facts)
    needed = _needed(facts) if asked else frozenset()
    for one in facts:
        for comment in one.comments:
            place = (one.path, comment.line)
            identity = f"{one.module}:<suppression line {comment.line}>"
            if comment.kind == "keep" and place not in outcome.comments and place not in holding:
                yield _idle(identity, *place, "# auditor: keep on what is alive anyway")
            elif comment.kind == "noqa":
                idle = [code for code in comment.codes if code in comment.idle or (
                    asked and code in _VULTURE and (*place, _VULTURE[code]) not in needed
                    and place not in outcome.comments)]  # fmt: skip
                idle = [code for code in idle if (*place, _AS_VULTURE.get(code, "")) not in needed]
                if idle:
                    yield _idle(identity, *place, f"# noqa: {', '.join(idle)} on a line that has nothing of the kind")


def _needed(facts: Sequence[ModuleFacts]) -> frozenset[tuple[str, int, str]]:
    """Return what vulture would report without its comments; only a scan that asked vulture loads it."""
    from auditor.analysis.opinions.vulture import vulture_silenced

    return vulture_silenced(facts)


def idle_names(facts: Sequence[ModuleFacts], entries: Sequence[NameEntry], outcome: Outcome) -> Iterator[ScanFinding]:
    """Yield names of lists that no finding of ours and nothing unused in a file has."""
    lists = {one.path for one in facts if one.whitelist}
    others = [one for one in facts if one.path not in lists]
    used = frozenset().union(*(one.used_names for one in others)) if others else frozenset()
    if not used:
        return
    unused = {item.name for one in others for item in one.vulture if item.name not in used}
    decorated = {name for one in others for item in one.vulture if item.name not in used for name in item.decorators}
    for entry in entries:
        if entry in outcome.entries or any(e.pattern == entry.pattern and e.by == entry.by for e in outcome.entries):
            continue
        if any(fnmatchcase(name, entry.pattern) for name in (decorated if entry.by == "ignore_decorators" else unused)):
            continue
        identity = f"{entry.path}:<{entry.by} {entry.pattern}>"
        yield _idle(
            identity, entry.path, entry.line, f"{entry.by} has {entry.pattern}, and nothing unused has that name"
        )


def _idle(identity: str, path: str, line: int, detail: str) -> ScanFinding:
    evidence = Evidence("local", "dead", detail, path, line)
    return ScanFinding(identity, "suppression", "python", path, line, line, 1, "local", "AUD014", (), (evidence,))


def sorted_findings(findings: Sequence[ScanFinding]) -> tuple[ScanFinding, ...]:
    """Return findings in the published order: by path and line, outermost first."""
    return tuple(sorted(findings, key=lambda one: (one.path, one.line, -one.end_line, one.id, one.rule)))
