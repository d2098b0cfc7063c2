"""The sample that the documentation shows is what the renderers make of its plan today."""

import re

from sample_pages import SAMPLE, rendered

MADE_BY = re.compile(r"auditor \d+\.\d+[\w.+-]*")


def test_the_sample_is_up_to_date() -> None:
    """Where it is not: `scripts/sample_report --render`, and a look at what changed."""
    for name, text in rendered().items():
        stored = (SAMPLE / name).read_text("utf-8")
        assert MADE_BY.sub("auditor", text) == MADE_BY.sub("auditor", stored), name
    assert rendered() == rendered()
