"""Every renderer's output for the sample, byte for byte. `tests/golden/README.md` says how to update."""

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor import __version__
from auditor.report import (
    gate_markdown,
    gate_text,
    github,
    gitlab,
    html,
    json_text,
    junit,
    key_text,
    markdown,
    markdown_plan,
    plan_text,
    sarif,
    stats_text,
    status_text,
    text,
    unused_text,
    usage_text,
)
from tests.report import monitoring_sample, sample

GOLDEN = Path(__file__).parents[1] / "golden" / "report"

OUTPUTS: dict[str, Callable[[], str]] = {
    "scan.txt": lambda: text.scan(sample.SCAN),
    "scan-limited.txt": lambda: text.scan(sample.SCAN, limit=2),
    "scan-held-back.txt": lambda: text.scan(sample.SCAN, show_held=True),
    "scan-clean.txt": lambda: text.scan(sample.CLEAN_SCAN),
    "scan.json": lambda: json_text.scan(sample.SCAN),
    "scan.sarif": lambda: sarif.scan(sample.SCAN),
    "scan.github.txt": lambda: github.scan(sample.SCAN),
    "scan.gitlab.json": lambda: gitlab.scan(sample.SCAN),
    "scan.md": lambda: markdown.scan(sample.SCAN),
    "scan.html": lambda: html.scan(sample.SCAN, external=True),
    "why-alive.txt": lambda: text.explanation(sample.ALIVE),
    "why-unreached.txt": lambda: text.explanation(sample.UNREACHED),
    "routes.txt": lambda: text.routes(sample.ROUTES),
    "routes.json": lambda: json_text.routes(sample.ROUTES),
    "plan.txt": lambda: plan_text.plan(sample.PLAN),
    "plan.json": lambda: json_text.plan(sample.PLAN),
    "plan.md": lambda: markdown_plan.plan(sample.PLAN),
    "plan.html": lambda: html.plan(sample.PLAN, sources=sample.SOURCES, external=True),
    "plan-refused.txt": lambda: plan_text.plan(sample.REFUSED),
    "plan-refused.md": lambda: markdown_plan.plan(sample.REFUSED),
    "plan-refused.html": lambda: html.plan(sample.REFUSED, external=True),
    "gate.txt": lambda: gate_text.gate(sample.GATE),
    "gate-passed.txt": lambda: gate_text.gate(sample.GATE_PASSED),
    "gate-undecidable.txt": lambda: gate_text.gate(sample.GATE_UNDECIDABLE),
    "gate.json": lambda: json_text.gate(sample.GATE),
    "gate.sarif": lambda: sarif.gate(sample.GATE),
    "gate.github.txt": lambda: github.gate(sample.GATE),
    "gate.gitlab.json": lambda: gitlab.gate(sample.GATE),
    "gate.junit.xml": lambda: junit.gate(sample.GATE),
    "scan.junit.xml": lambda: junit.scan(sample.SCAN),
    "gate.md": lambda: gate_markdown.gate(sample.GATE),
    "usage-stats.txt": lambda: stats_text.stats(sample.STATS),
    "usage-stats-measured.txt": lambda: stats_text.stats(monitoring_sample.MEASURED, details=True),
    "usage-stats-limited.txt": lambda: stats_text.stats(monitoring_sample.MEASURED, kind="task", limit=1),
    "usage-scores.txt": lambda: stats_text.scores(monitoring_sample.SCORES),
    "usage-stats-refused.txt": lambda: stats_text.stats(sample.NO_STATS),
    "usage-unused.txt": lambda: unused_text.unused(sample.UNUSED_ROUTES),
    "usage-health.txt": lambda: usage_text.health(sample.HEALTH),
    "usage-show.txt": lambda: key_text.answer(monitoring_sample.KEY, now=sample.END),
    "usage-show-plain.txt": lambda: key_text.answer(monitoring_sample.KEY, now=sample.END, plain=True),
    "usage-show-silent.txt": lambda: key_text.answer(monitoring_sample.SILENT_KEY, now=sample.END),
    "usage-show-several.txt": lambda: key_text.answer(monitoring_sample.SEVERAL_KEYS, now=sample.END),
    "usage-show-unknown.txt": lambda: key_text.answer(monitoring_sample.NO_KEY, now=sample.END),
    "usage-dead-weight.txt": lambda: unused_text.dead_weight(monitoring_sample.DEAD_WEIGHT),
    "usage-dead-weight-refused.txt": lambda: unused_text.dead_weight(monitoring_sample.NO_DEAD_WEIGHT),
    "status.txt": lambda: status_text.status(monitoring_sample.STATUS),
    "status-plain.txt": lambda: status_text.status(monitoring_sample.STATUS, plain=True),
    "status-unknown.txt": lambda: status_text.status(monitoring_sample.NO_STATUS),
    "status-complete.txt": lambda: status_text.status(monitoring_sample.COMPLETE),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_output_is_the_golden_file(name: str) -> None:
    rendered = OUTPUTS[name]().replace(__version__, "{version}")
    path = GOLDEN / name
    if os.environ.get("AUDITOR_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered, encoding="utf-8", newline="\n")
    assert rendered == path.read_bytes().decode("utf-8")


def test_every_golden_file_belongs_to_an_output() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(OUTPUTS)


@pytest.mark.parametrize("name", OUTPUTS)
def test_output_ends_in_one_newline_and_holds_no_control_character(name: str) -> None:
    rendered = OUTPUTS[name]()
    assert rendered.endswith("\n") and not rendered.endswith("\n\n")
    assert not {char for char in rendered if unicodedata.category(char) in ("Cc", "Cf") and char != "\n"}
    assert OUTPUTS[name]() == rendered


@pytest.mark.parametrize("name", [name for name in OUTPUTS if name.endswith(".txt") and ".github." not in name])
def test_text_fits_into_eighty_columns(name: str) -> None:
    from auditor.report.wording import columns

    long = [line for line in OUTPUTS[name]().splitlines() if columns(line) > 80]
    assert [line for line in long if not line.startswith("Next: auditor why ")] == []  # half a command is of no use
