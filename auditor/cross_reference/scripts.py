"""JavaScript and TypeScript: what Knip reports unused, crossed with the components that browsers rendered.

In: findings of Knip, what is known of their files, `Observations`. Out: `Finding`s with a verdict, as for Python. Use
of components proves that a file lives; that nothing of it was rendered says something only where browsers were heard of
on every full day of the window. Never reads a file.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from auditor.config import KeepEntry
from auditor.cross_reference import hold_reasons
from auditor.cross_reference.sentences import listed, moment, times, watched_text
from auditor.model.code import Definition
from auditor.model.report import ScanFinding
from auditor.model.usage import Observations
from auditor.model.verdict import Evidence, Finding, HeldBack, Verdict
from auditor.model.window import Window

_PLANNED = frozenset(("AUD020", "AUD021", "AUD022"))
"""Files, exports, types: what can be deleted as a file or by `knip --fix`."""


class ScriptFile(msgspec.Struct, frozen=True):
    """What is known of a file that Knip speaks of.

    `digest` tells its content, `digest_at_start` the one it had at the commit live when the window began: empty where
    it was not there, None where there is no such commit. `components` are names under which browsers may count it; of
    the names in `shared`, other files could be meant as well. `importers` are (path, line) of scripts that seem to
    import it, `mentions` those of other files that name it.
    """

    path: str
    lines: int
    digest: str
    digest_at_start: str | None
    components: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    importers: tuple[tuple[str, int], ...] = ()
    mentions: tuple[tuple[str, int], ...] = ()


def script_findings(
    found: Sequence[ScanFinding],
    files: Mapping[str, ScriptFile],
    observations: Observations,
    *,
    keep: Sequence[KeepEntry] = (),
    uncommitted: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Return a finding for each of Knip's files, exports and types, by path, line and id.

    Exports of a file that goes whole are left out, and so is what lies in no file of `files`.
    """
    whole = {one.path for one in found if one.kind == "file"}
    chosen = [
        one
        for one in found
        if one.rule in _PLANNED and one.path in files and (one.kind == "file" or one.path not in whole)
    ]
    judged = [
        _finding(one, files[one.path], observations, keep, uncommitted)
        for one in sorted(chosen, key=lambda one: (one.path, one.line, one.id))
    ]
    return tuple(_together(_imported_by_what_stays(judged, files)))


def _imported_by_what_stays(findings: Sequence[Finding], files: Mapping[str, ScriptFile]) -> list[Finding]:
    """Return the findings; a file goes only where all that imports it goes."""
    found = {one.definition.id: one for one in findings}
    changed = True
    while changed:
        going = {one.definition.path for one in found.values() if one.definition.kind == "file" and one.plannable}
        changed = False
        for path in sorted(going):
            staying = [place for place in files[path].importers if place[0] not in going]
            if staying:
                found[path] = found[path].held(_still_named(staying, "imports"))
                changed = True
    return list(found.values())


def _together(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings; `knip --fix` takes all exports out of a file at once, so they go together or stay."""
    staying = {
        one.definition.path: one.definition.id
        for one in findings
        if one.definition.kind == "export" and not one.plannable
    }
    for one in findings:
        other = staying.get(one.definition.path)
        if one.definition.kind != "export" or other is None or not one.plannable:
            yield one
        else:
            detail = f"`knip --fix` takes out all unused exports of a file, and `{other}` has to stay; edit it by hand"
            yield one.held(HeldBack("uneditable", detail))


def _still_named(places: Sequence[tuple[str, int]], does: str) -> HeldBack:
    more = f" and {len(places) - 1} more places" if len(places) > 1 else ""
    where = f"{places[0][0]}:{places[0][1]}{more}"
    return HeldBack(
        "still_referenced",
        f"{where} {does} it, which Knip's report says nothing of; take that away, or run Knip again",
    )


def _finding(
    one: ScanFinding,
    file: ScriptFile,
    observations: Observations,
    keep: Sequence[KeepEntry],
    uncommitted: frozenset[str],
) -> Finding:
    is_file = one.kind == "file"
    definition = Definition(
        one.id, "file" if is_file else "export", one.path, one.line, file.lines if is_file else one.end_line,
        body_hash=file.digest,
    )  # fmt: skip
    names = file.components if is_file else frozenset((one.id.rpartition(":")[2],))
    seen = {name: count for name, count in observations.components.counts.items() if name in names and count > 0}
    own = {name: count for name, count in seen.items() if name not in file.shared}
    silent = observations.components.silence(observations.window)
    if own:
        name = max(own, key=lambda key: (own[key], key))
        last = moment(observations.components.last_seen.get(name))
        detail = (
            f"browsers rendered `{name}` {times(own[name])} in the window, last {last}, although Knip finds no use of "
            "it: this is a blind spot of the analysis, and it must not be deleted"
        )
        return Finding(
            definition, Verdict.CONTRADICTED, (Evidence("runtime_use", "alive", detail, one.path, one.line),
                                               *one.evidence)
        )  # fmt: skip
    if observations.insufficient is not None or silent:
        held = hold_reasons.insufficient(observations.insufficient or silent)
        return Finding(definition, Verdict.UNDECIDED, one.evidence, (held,))
    reasons = (
        hold_reasons.kept_by(keep, one.id, one.path),
        _flux(file, observations.window),
        *_doubts(file, seen),
        hold_reasons.uncommitted(file.path) if file.path in uncommitted else None,
    )
    evidence = (*one.evidence, _zero(names, observations))
    return Finding(definition, Verdict.DEAD, evidence, tuple(held for held in reasons if held is not None))


def _zero(names: frozenset[str], observations: Observations) -> Evidence:
    total = sum(observations.components.counts.values())
    whose = listed(sorted(names)) or "it"
    return Evidence(
        "runtime_zero",
        "dead",
        f"no browser rendered {whose} in {watched_text(observations)}, while "
        f"{len(observations.components.counts):,} components were rendered {times(total)}",
    )


def _flux(file: ScriptFile, window: Window) -> HeldBack | None:
    if file.digest_at_start is None:
        return hold_reasons.without_history()
    if not file.digest_at_start:
        return hold_reasons.younger(f"{file.path} did not exist", window)
    return hold_reasons.changed(file.path, window) if file.digest_at_start != file.digest else None


def _doubts(file: ScriptFile, seen: Mapping[str, int]) -> list[HeldBack]:
    held = []
    if seen:
        name = max(seen, key=lambda key: (seen[key], key))
        held.append(HeldBack(
            "insufficient_evidence",
            f"`{name}` was rendered {times(seen[name])}, and it may be this file's or another's of the same name; "
            "track the two under names of their own",
        ))  # fmt: skip
    return [*held, _still_named(file.mentions, "names")] if file.mentions else held
