"""Every format that is named can be written, and loads nothing that it does not need."""

import subprocess
import sys

import pytest

from auditor.errors import ConfigError
from auditor.report import formats, html, markdown_plan, text
from tests.report import sample


@pytest.mark.parametrize("name", formats.SCAN_FORMATS)
def test_every_scan_format_is_written(name: str) -> None:
    assert "handle_refund_v1" in formats.scan(sample.SCAN, name)


@pytest.mark.parametrize("name", formats.GATE_FORMATS)
def test_every_gate_format_is_written(name: str) -> None:
    assert "pam_simple" in formats.gate(sample.GATE, name)


@pytest.mark.parametrize("name", formats.PLAN_FORMATS)
def test_every_plan_format_is_written(name: str) -> None:
    assert "2026-11-21-3f9c" in formats.plan(sample.PLAN, name)


def test_options_reach_the_renderer() -> None:
    assert formats.scan(sample.SCAN, "text", limit=1) == text.scan(sample.SCAN, limit=1)
    assert formats.plan(sample.PLAN, "html", sources=sample.SOURCES) == html.plan(sample.PLAN, sources=sample.SOURCES)
    assert formats.plan(sample.PLAN, "markdown") == markdown_plan.plan(sample.PLAN)


def test_an_unknown_format_is_named_with_what_there_is() -> None:
    with pytest.raises(ConfigError, match="--format 'pdf': a gate is written as text, json"):
        formats.gate(sample.GATE, "pdf")
    with pytest.raises(ConfigError):
        formats.scan(sample.SCAN, "pdf")
    with pytest.raises(ConfigError):
        formats.plan(sample.PLAN, "sarif")


def test_nothing_heavy_is_loaded_for_text() -> None:
    code = (
        "import sys; from auditor.report import formats, text, markdown, markdown_plan, json_text; "
        "print([m for m in ('jinja2', 'rich', 'click') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
