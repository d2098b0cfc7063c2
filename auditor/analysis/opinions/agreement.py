"""Which of our findings other tools agree on, and what they say of what we know to be alive.

In: findings, opinions, the names that files define, a way to read a line. Out: findings with `agreed_by` and one piece
of evidence for each tool; problems for reports made from another version of the code. An opinion never makes a finding
of Python code.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from auditor.analysis.opinions.opinion_values import Opinion, ToolName
from auditor.model.code import Definition, Problem
from auditor.model.graph import Analysis
from auditor.model.report import ScanFinding
from auditor.model.verdict import Evidence

_SAYS = {"vulture": "vulture finds its name used in no file", "deadcode": "deadcode calls it unused",
         "skylos": "skylos calls it unused"}  # fmt: skip
_STARTS = re.compile(r"\s*(?:@|(?:async\s+)?def\b|class\b|from\b|import\b|with\b)")
_REACH = 40
Lines = Callable[[str], Sequence[str] | None]


class Placed(NamedTuple):
    """Opinions that fit the code, with their paths relative to the audited root, and what did not fit."""

    opinions: tuple[Opinion, ...]
    problems: tuple[Problem, ...]


def place(opinions: Sequence[Opinion], report: str, paths: Iterable[str], lines: Lines) -> Placed:
    """Find the audited file of each opinion; those whose line no longer has the name are left out, and said.

    Args:
        opinions: What one report says.
        report: How messages call the report.
        paths: All audited files, relative, with `/`.
        lines: A file's lines; None where it is not there.
    """
    known = set(paths)
    ends: dict[str, list[str]] = {}
    for path in known:
        ends.setdefault(path.rpartition("/")[2], []).append(path)
    fitting, stale, foreign = [], [], []
    for one in opinions:
        audited = _audited(one.path, known, ends)
        if audited is None:
            foreign.append(one)
        elif _has_name(lines(audited) or (), one):
            fitting.append(_bound_as(one._replace(path=audited), lines(audited) or ()))
        else:
            stale.append(one._replace(path=audited))
    problems = []
    if stale:
        what = "was made from another version of the code: "
        problems.append(_odd(report, what, stale, len(opinions), "names what its line no longer has; make it again"))
    if foreign:
        problems.append(_odd(report, "", foreign, len(opinions), "lies in a file that is not audited here"))
    return Placed(tuple(fitting), tuple(problems))


def _odd(report: str, what: str, odd: Sequence[Opinion], total: int, why: str) -> Problem:
    first = odd[0]
    share = f"{len(odd)} of its {total} entries" if len(odd) > 1 else f"one of its {total} entries"
    return Problem(report, 0, f"{what}{share} {why} (first {first.path}:{first.line} {first.name})")


def _audited(path: str, known: set[str], ends: Mapping[str, Sequence[str]]) -> str | None:
    plain = path.replace("\\", "/").removeprefix("./")
    if plain in known:
        return plain
    longer = [one for one in ends.get(plain.rpartition("/")[2], ()) if plain.endswith(f"/{one}")]
    return max(longer, key=len, default=None)


def _has_name(lines: Sequence[str], one: Opinion) -> bool:
    """Return whether a line has the name, or starts a statement that does: decorators, imports, long signatures."""
    if not 1 <= one.line <= len(lines):
        return False
    word = re.compile(rf"(?<!\w){re.escape(one.name)}(?!\w)")
    first = lines[one.line - 1]
    if word.search(first):
        return True
    return _STARTS.match(first) is not None and any(word.search(line) for line in lines[one.line : one.line + _REACH])


def _bound_as(one: Opinion, lines: Sequence[str]) -> Opinion:
    """Return an opinion on an import under the name that the import binds: `z` for `from json import dumps as z`."""
    if one.kind != "import":
        return one
    bound = re.search(rf"\b{re.escape(one.name)}\s+as\s+(\w+)", "\n".join(lines[one.line - 1 : one.line + _REACH]))
    return one._replace(name=bound[1]) if bound else one


def with_agreement(findings: Sequence[ScanFinding], opinions: Iterable[Opinion]) -> tuple[ScanFinding, ...]:
    """Return the findings, each with the tools that call the same thing unused."""
    said: dict[tuple[str, str], list[Opinion]] = {}
    for one in opinions:
        said.setdefault((one.path, one.name), []).append(one)
    inner = _starts(findings)
    found = []
    for finding in findings:
        near = said.get((finding.path, _name(finding)), ()) if finding.kind not in ("module", "unreachable") else ()
        tools = {one.tool for one in near if _is_same(finding, one, inner)}
        found.append(_agreed(finding, sorted(tools)) if tools else finding)
    return tuple(found)


def _agreed(finding: ScanFinding, tools: Sequence[ToolName]) -> ScanFinding:
    said = [Evidence("second_opinion", "dead", _SAYS[tool], finding.path, finding.line) for tool in tools]
    return msgspec.structs.replace(
        finding, agreed_by=tuple(sorted({*finding.agreed_by, *tools})), evidence=(*finding.evidence, *said)
    )


def _name(finding: ScanFinding) -> str:
    return finding.id.rpartition(":")[2].rpartition(".")[2]


def _starts(findings: Iterable[ScanFinding]) -> dict[tuple[str, str], list[int]]:
    """Return the first lines of findings of the same name, so that an inner one is not taken for its outer one."""
    starts: dict[tuple[str, str], list[int]] = {}
    for one in findings:
        starts.setdefault((one.path, _name(one)), []).append(one.line)
    return starts


def _is_same(finding: ScanFinding, one: Opinion, starts: Mapping[tuple[str, str], Sequence[int]]) -> bool:
    if not finding.line <= one.line <= finding.end_line or (finding.kind == "import") != (one.kind == "import"):
        return False
    return not any(finding.line < other <= one.line for other in starts[finding.path, _name(finding)])


def sentences(definition: Definition, opinions: Iterable[Opinion]) -> Iterator[str]:
    """Yield what each tool says of a definition."""
    tools = {one.tool for one in opinions if one.path == definition.path and one.name == definition.name
             and definition.line <= one.line <= definition.line + len(definition.decorators)}  # fmt: skip
    for tool in sorted(tools):
        yield f"{tool} calls it unused"


def others(analysis: Analysis, findings: Sequence[ScanFinding], opinions: Sequence[Opinion]) -> Iterator[str]:
    """Yield each opinion that no finding of ours shares, with our reason, by path and line."""
    ours = {(one.path, line, _name(one)) for one in findings for line in range(one.line, one.line + 3)}
    known: dict[tuple[str, str], list[Definition]] = {(one.path, one.name): [] for one in opinions}
    for definition in analysis.graph.definitions.values() if known else ():
        place = (definition.path, definition.name)
        if place in known:
            known[place].append(definition)
    for one in sorted(opinions, key=lambda one: (one.path, one.line, one.name, one.tool)):
        if (one.path, one.line, one.name) not in ours and one.kind != "unreachable_code":
            near = [d for d in known.get((one.path, one.name), ()) if d.line <= one.line <= d.end_line]
            reason = (
                _reason(analysis, max(near, key=lambda d: d.line)) if near else "it is read, or no definition of ours"
            )
            yield f"{one.path}:{one.line} {one.kind} {one.name}: {one.tool} calls it unused; {reason}"


def _reason(analysis: Analysis, definition: Definition) -> str:
    reached = analysis.reachability
    if definition.id in reached.production:
        return "it is reached in production"
    if definition.id in reached.tests:
        return "tests reach it"
    note = reached.possible.get(definition.id)
    return note if note else "it lies inside a finding, or its file is opaque"
