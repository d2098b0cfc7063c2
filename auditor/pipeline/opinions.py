"""Findings with other tools' opinions and without what is suppressed.

In: a loaded configuration, the static side, reports named by hand. Out: a `Judged`. Runs Knip where the configuration
asks for it; otherwise only reads files. Never prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig, OpinionSource
from auditor.model.code import Problem

if TYPE_CHECKING:
    from auditor.analysis.opinions.opinion_values import Opinion, OpinionReport
    from auditor.model.report import ScanFinding, SuppressedFinding
    from auditor.pipeline.static import Static


class Judged(msgspec.Struct, frozen=True):
    """The findings that stay, what was suppressed, problems of reports, and the opinions that we do not share."""

    findings: tuple[ScanFinding, ...]
    suppressed: tuple[SuppressedFinding, ...]
    problems: tuple[Problem, ...]
    others: tuple[str, ...]


def judge(
    loaded: LoadedConfig, static: Static, reports: Sequence[OpinionSource] = (), *, today: date | None = None
) -> Judged:
    """Return all findings of a scan.

    Raises:
        ConfigError: A report cannot be read, or is not what a known version of its tool writes.
    """
    from auditor.analysis.findings import findings, idle_suppressions, name_lists, suppressions
    from auditor.analysis.opinions import agreement

    opinions, foreign, problems = gather(loaded, static, reports)
    own = findings.scan_findings(static.analysis, static.facts)
    agreed = (*agreement.with_agreement(own, opinions), *foreign)
    lists = name_lists.read_name_lists(loaded.root, static.facts)
    definitions = static.analysis.graph.definitions
    outcome = suppressions.suppress(agreed, static.facts, definitions, lists.entries)
    where = loaded.path.name if loaded.path is not None else "auditor.toml"
    held, holding, idle = idle_suppressions.held(static.analysis, static.facts, loaded.config.keep, today, where)
    idle = (
        *idle,
        *idle_suppressions.idle_comments(static.facts, outcome, holding),
        *idle_suppressions.idle_names(static.facts, lists.entries, outcome),
    )
    return Judged(
        idle_suppressions.sorted_findings((*outcome.findings, *idle)),
        tuple(sorted({*outcome.suppressed, *held}, key=lambda one: (one.path, one.line, one.id, one.by))),
        (*lists.problems, *problems),
        tuple(_others(static, agreed, opinions)),
    )


def gather(
    loaded: LoadedConfig, static: Static, reports: Sequence[OpinionSource], *, name: str = ""
) -> tuple[list[Opinion], list[ScanFinding], list[Problem]]:
    """Return opinions on Python, finished findings of other languages, and what is wrong with reports.

    With `name`, vulture is asked of nothing that has another name.
    """
    from auditor.analysis.opinions import agreement, opinion_reports

    opinions = _of_vulture(loaded, static, name)
    foreign: list[ScanFinding] = []
    problems: list[Problem] = []
    paths = [one.path for one in static.facts]
    for source in (*loaded.config.scan.reports, *reports):
        report = opinion_reports.read_report(source.tool, loaded.root / source.path, source.path)
        placed = agreement.place(report.opinions, source.path, paths, _lines_of(loaded))
        opinions += placed.opinions
        foreign += report.findings
        problems += (*report.problems, *placed.problems)
    ran = _run_knip(loaded)
    problems += ran.problems
    return opinions, _distinct((*foreign, *ran.findings)), problems


def of_knip(loaded: LoadedConfig) -> tuple[list[ScanFinding], list[Problem]]:
    """Return what Knip reports, in the reports that the configuration names and when run, and what is wrong with that.

    Raises:
        ConfigError: A report cannot be read, or is not what a known version of Knip writes.
    """
    from auditor.analysis.opinions import opinion_reports

    named = [one for one in loaded.config.scan.reports if one.tool == "knip"]
    reports = [opinion_reports.read_report(one.tool, loaded.root / one.path, one.path) for one in named]
    reports.append(_run_knip(loaded))
    return (
        _distinct(finding for report in reports for finding in report.findings),
        [problem for report in reports for problem in report.problems],
    )


def _run_knip(loaded: LoadedConfig) -> OpinionReport:
    from auditor.analysis.opinions import knip_run, opinion_values

    return knip_run.run_knip(loaded.root) if loaded.config.scan.knip else opinion_values.OpinionReport()


def _distinct(findings: Iterable[ScanFinding]) -> list[ScanFinding]:
    return list({(one.id, one.rule): one for one in findings}.values())


def _of_vulture(loaded: LoadedConfig, static: Static, name: str) -> list[Opinion]:
    """Return what vulture reports; it is loaded only where it has something to say of a file.

    It reports no name that any file uses.
    """
    if not any(one.vulture for one in static.facts) or any(name in one.used_names for one in static.facts if name):
        return []
    from auditor.analysis.opinions.opinion_values import Opinion
    from auditor.analysis.opinions.vulture import VultureSettings, vulture_report

    said = vulture_report(static.facts, loaded.root.resolve(), VultureSettings())
    return [Opinion("vulture", one.path, one.item.line, one.item.name, one.item.kind) for one in said]


def _lines_of(loaded: LoadedConfig) -> Callable[[str], Sequence[str] | None]:
    read: dict[str, Sequence[str] | None] = {}

    def lines(path: str) -> Sequence[str] | None:
        if path not in read:
            try:
                read[path] = (loaded.root / path).read_text("utf-8", "replace").split("\n")
            except OSError:
                read[path] = None
        return read[path]

    return lines


def opinions_on(loaded: LoadedConfig, static: Static, identity: str) -> tuple[str, ...]:
    """Return what other tools say of one definition: one sentence a tool."""
    from auditor.analysis.opinions import agreement

    definition = static.analysis.graph.definitions[identity]
    scan = msgspec.structs.replace(loaded.config.scan, knip=False)
    quiet = msgspec.structs.replace(loaded, config=msgspec.structs.replace(loaded.config, scan=scan))
    opinions, _, _ = gather(quiet, static, (), name=definition.name)
    return tuple(agreement.sentences(definition, opinions))


def _others(static: Static, findings: Sequence[ScanFinding], opinions: Sequence[Opinion]) -> Iterator[str]:
    """Yield each opinion that is no finding of ours, with our reason."""
    from auditor.analysis.opinions import agreement

    yield from agreement.others(static.analysis, findings, opinions)
