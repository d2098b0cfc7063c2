"""The project holds itself to what it asks of others."""

from pathlib import Path

from auditor import pipeline
from auditor.config import load

ROOT = Path(__file__).parent.parent


def test_a_scan_of_the_project_itself_reports_nothing_unexplained() -> None:
    result = pipeline.scan(load(ROOT), cache=False)
    assert [(f.path, f.line, f.id, f.status) for f in result.findings] == []
    assert [(p.path, p.line, p.message) for p in result.problems] == []
    assert result.files > 150
