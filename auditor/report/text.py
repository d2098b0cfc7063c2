"""Values to text for a terminal: at most 80 columns, no colours, nothing in it that a terminal would act on.

In: frozen results. Out: text that ends in one newline, its last line the summary. Never prints, never reads a clock.
Names too long for their column lose their middle; sentences are wrapped. `cli` may colour what it gets.
"""

import shlex
from collections import Counter
from itertools import groupby

from auditor.model.graph import Route
from auditor.model.listing import listed
from auditor.model.report import RULES, ChainStep, Explanation, Island, ScanFinding, ScanResult
from auditor.report import held, wording
from auditor.report.layout import Style, command, finished, fitted, led, padded, room_beside, styled, width, wrapped
from auditor.report.wording import columns, count, number, place, printable

_ISLANDS = 5
"""Islands listed by a scan, and (below) tests named of each."""
_TESTS = 3
_SCREENFUL = 10
"""Findings from which on the summary stands above them as well."""
_AROUND = len("  12345  unreachable ") + len("  1,234 lines  AUD001 +vulture")
"""Columns of a finding's line beside its name."""


def scan(result: ScanResult, *, limit: int | None = None, show_held: bool = False) -> str:
    """Return the findings grouped by file, what could not be read, the rules met, and the summary.

    Args:
        result: The scan.
        limit: List at most this many findings, those inside others not counted; None lists all.
        show_held: Also list what is held back, each with the access that could reach it.
    """
    lines = wrapped(
        f"auditor {result.tool.version} scanned {result.root} at {wording.short_commit(result.commit)}: "
        f"{count(result.files, 'file')}, {count(result.lines, 'line')}, {count(result.definitions, 'definition')}, "
        f"{count(result.routes, 'route')}; {'an application' if result.project == 'application' else 'a library'}."
    )
    ids = {finding.id for finding in result.findings}
    outer = [finding for finding in result.findings if finding.inside not in ids]
    inside = Counter(finding.inside for finding in result.findings if finding.inside in ids)
    shown = outer if limit is None else outer[:limit]
    if len(shown) > _SCREENFUL:
        lines += _scan_summary(result)
    room = room_beside(_AROUND, (printable(wording.name_in_module(finding.id)) for finding in shown))
    for path, group in groupby(shown, key=lambda f: f.path):
        lines += ["", styled(fitted(printable(path), width()), "strong")]
        for finding in group:
            lines += _finding(finding, inside[finding.id], room)
    if len(shown) < len(outer):
        lines += ["", f"… and {number(len(outer) - len(shown))} more; --format json lists all."]
    lines += _islands(result.islands)
    if result.problems:
        lines += ["", f"Could not be read as meant ({number(len(result.problems))}):"]
        for problem in result.problems:
            lines += wrapped(f"{place(problem.path, problem.line)}  {problem.message}", "  ", "      ")
    lines += _held(result, show=show_held)
    for title, told in (("Suppressed", _suppressed(result)), ("Called unused by others, not by us", result.opinions)):
        if told:
            lines += ["", f"{title} ({number(len(told))}):"]
            for one in told:
                lines += wrapped(printable(one), "  ", "      ")
    lines += ["", *_rules(result.findings), ""] if result.findings else [""]
    if outer:
        most = max(outer, key=lambda finding: (finding.status != "local", finding.lines))
        target = printable(place(most.path, most.line))
        target = f"./{target}" if target.startswith("-") else target
        lines += [command("Next", f"auditor why {shlex.quote(target)}"), ""]
    lines += _scan_summary(result)
    return finished(lines)


def _finding(finding: ScanFinding, inside: int, room: int) -> list[str]:
    size = "" if finding.lines == 1 else f"{number(finding.lines)} lines"
    several = len(finding.agreed_by) > 1
    agreed = f" +{len(finding.agreed_by)} tools" if several else "".join(f" +{tool}" for tool in finding.agreed_by)
    right = f"  {size:>11}  {finding.rule}{printable(agreed)}"
    left = f"  {finding.line:>5}  {finding.kind:<11} "
    name = fitted(printable(wording.name_in_module(finding.id)), room)
    lines = [fitted(left + padded(name, room) + right, width())]
    if several:
        lines += wrapped(f"{', '.join(map(printable, finding.agreed_by))} agree", " " * 9, " " * 13)
    if inside:
        lines.append(f"{'':9}with {count(inside, 'finding')} inside it")
    for evidence in finding.evidence:
        if evidence.supports == "alive":
            lines += wrapped(f"but {wording.sentence(evidence, finding.path, finding.line)}", " " * 9, " " * 13)
    return lines


def _islands(islands: tuple[Island, ...]) -> list[str]:
    if not islands:
        return []
    lines = ["", f"Islands, which refer only to themselves ({number(len(islands))}):"]
    for island in islands[:_ISLANDS]:
        size = f"{count(len(island.members), 'definition')}, {count(island.lines, 'line')}"
        lines += wrapped(f"{size}: {island.detail}", "  ", "      ")
        if island.tests:
            named = listed([wording.name_in_module(test) for test in island.tests], _TESTS)
            lines += wrapped(f"{count(len(island.tests), 'test')} would go with it: {named}", "      ", "      ")
    if len(islands) > _ISLANDS:
        lines.append(f"  … and {number(len(islands) - _ISLANDS)} smaller ones; --format json lists all.")
    return lines


def _held(result: ScanResult, *, show: bool) -> list[str]:
    """Return how many are held back, and which where that is wanted."""
    if not result.held_back:
        return []
    size = number(len(result.held_back))
    head = f"Held back: {size} that nothing is seen to reach, but that a computed name or code outside could"
    if not show:
        return ["", *wrapped(f"{head}; --show-held-back lists them.")]
    return ["", *wrapped(f"{head}:"), *held.lines(result.held_back)]


def _suppressed(result: ScanResult) -> list[str]:
    return [f"{place(one.path, one.line)}  {one.kind} {wording.name_in_module(one.id)}: {one.reason} "
            f"({place(one.where, one.at)})" for one in result.suppressions]  # fmt: skip


def _rules(findings: tuple[ScanFinding, ...]) -> list[str]:
    met = Counter(finding.rule for finding in findings)
    return [f"{rule}  {met[rule]:>6,}  {printable(RULES.get(rule, ''))}" for rule in sorted(met)]


def _scan_summary(result: ScanResult) -> list[str]:
    if not result.findings:
        read = f", {count(len(result.problems), 'problem')}" if result.problems else ""
        return led(
            "good",
            "Nothing found",
            wrapped(f"Nothing found in {count(result.files, 'file')}{read}{_silenced(result)}."),
        )
    ids = {finding.id for finding in result.findings}
    status = Counter(finding.status for finding in result.findings)
    size = sum(f.lines for f in result.findings if f.inside not in ids and f.status != "local")
    files = len({finding.path for finding in result.findings})
    return wrapped(
        f"{count(len(result.findings), 'finding')} in {number(files)} of {count(result.files, 'file')}: "
        f"{number(status['unreached'])} unreached, {number(status['test_only'])} reached from tests only, "
        f"{number(status['local'])} within one file; {count(size, 'line')} to look at{_silenced(result)}."
    )


def _silenced(result: ScanResult) -> str:
    if not result.suppressed:
        return ""
    return f"; {number(result.suppressed)} suppressed{'' if result.suppressions else ' (--show-suppressed lists them)'}"


def explanation(value: Explanation) -> str:
    """Return why a definition is alive, as the chain that leads to it, or why it is not."""
    heading = {"production": "Reached", "test_only": "Reached from tests only", "unreached": "Not reached"}
    style: Style = "good" if value.status == "production" else "doubtful"
    said = heading[value.status]
    lines = [
        styled(f"{said}: {fitted(printable(value.id), width() - 25)}", style, said),
        f"  {fitted(printable(place(value.path, value.line)), width() - 2)}",
        "",
        *wrapped(wording.capitalised(value.sentence)),
    ]
    if value.chain:
        lines += ["", "How it is reached:", *_steps(value.chain)]
    if value.referred_by:
        lines += ["", "Who refers to it:", *_steps(value.referred_by)]
    if len(value.because) > 1:
        lines += ["", "Where that ends:", *_steps(value.because)]
    for opinion in value.opinions:
        lines += ["", *wrapped(wording.capitalised(printable(opinion)) + ".")]
    if value.would_change:
        lines += ["", *wrapped(f"What would change that: {value.would_change}")]
    return finished(lines)


def _steps(steps: tuple[ChainStep, ...]) -> list[str]:
    lines: list[str] = []
    for step_number, step in enumerate(steps, 1):
        lines.append(f"{step_number:>3}. {fitted(printable(step.id), width() - 5)}")
        where = fitted(printable(place(step.path, step.line)), width() - 5)
        together = f"{where}  {printable(step.how)}"
        if columns(together) <= width() - 5:
            lines.append(f"     {together}")
        else:
            lines += [f"     {where}", *wrapped(step.how, "     ", "     ")]
    return lines


def routes(table: tuple[Route, ...]) -> str:
    """Return the route table, shadowed routes marked with the handler that serves instead."""
    if not table:
        return "No routes found.\n"
    method_room = max(len(fitted(printable(r.method), 9)) for r in table)
    room = width() - method_room - 2
    template_room = min(max(columns(printable(route.template)) for route in table), room // 2)
    lines: list[str] = []
    for route in table:
        template = fitted(printable(route.template), template_room)
        handler = fitted(printable(route.handler), room - template_room - 2)
        method = padded(fitted(printable(route.method), 9), method_room)
        lines.append(f"{method}  {padded(template, template_room)}  {handler}")
        where = printable(f"{place(route.path, route.line)}  {route.framework}")
        lines.append(f"{'':{method_room + 2}}{fitted(where, room)}")
        if route.shadowed_by:
            told = f"SHADOWED: never serves, because {route.shadowed_by} is matched first"
            lines += led("doubtful", "SHADOWED", wrapped(told, " " * (method_room + 2), " " * (method_room + 4)))
    shadowed = sum(1 for route in table if route.shadowed_by)
    return finished([*lines, "", f"{count(len(table), 'route')}, {number(shadowed)} shadowed."])
