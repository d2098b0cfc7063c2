"""Names of components, read from the source."""

from pathlib import Path

from auditor.analysis.entries.components import components
from tests.analysis.composing import analyse

PROJECTS = Path(__file__).parent.parent / "projects"


def test_each_name_leads_to_what_it_decorates_or_stands_in() -> None:
    _, facts = analyse(PROJECTS / "component_app")
    assert components(facts) == {
        "above": ("shop.web:above",),
        "below": ("shop.web:below",),
        "block": ("shop.web:report",),
        "export-left": ("shop.web:Export.left",),
        "in-helper": ("shop.web:helper",),
        "left": ("shop.web:left",),
        "shop.web:Export.run": ("shop.web:Export.run",),
        "shop.web:left_as_well": ("shop.web:left_as_well",),
        "shop.web:left_too": ("shop.web:left_too",),
        "shop.web:mail": ("shop.web:mail",),
        "shop.web:report": ("shop.web:report",),
        "used": ("shop.web:session_of",),
    }
