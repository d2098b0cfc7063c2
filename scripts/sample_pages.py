"""The sample of a report: a demonstration's plan, the code it shows, and the documents made of these two.

In: a demonstration's directory, or none to render the stored sample again. Out: the files of reports/sample.
"""

import json
import sys
from pathlib import Path

from auditor.config import load
from auditor.pipeline.diffs import batch_diffs
from auditor.pipeline.excerpts import excerpts
from auditor.report import html, markdown_plan
from auditor.report.json_text import read_plan

SAMPLE = Path(__file__).parents[1] / "reports" / "sample"


def take(shop: Path) -> None:
    """Copy the plan of a demonstration, with the code that its page shows: the shop itself is thrown away."""
    content = (shop / "reports" / "plan.json").read_bytes()
    plan, loaded = read_plan(content), load(shop)
    diffs = {str(number): patch for number, patch in batch_diffs(loaded, plan).items()}
    code = {"sources": excerpts(loaded, plan), "diffs": diffs}
    SAMPLE.mkdir(parents=True, exist_ok=True)
    (SAMPLE / "plan.json").write_bytes(content)
    (SAMPLE / "code.json").write_text(json.dumps(code, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def rendered() -> dict[str, str]:
    """Return name -> content of the documents that the stored plan makes."""
    plan = read_plan((SAMPLE / "plan.json").read_bytes())
    code = json.loads((SAMPLE / "code.json").read_text("utf-8"))
    diffs = {int(number): patch for number, patch in code["diffs"].items()}
    return {"plan.md": markdown_plan.plan(plan), "plan.html": html.plan(plan, sources=code["sources"], diffs=diffs)}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        take(Path(sys.argv[1]))
    for name, text in rendered().items():
        (SAMPLE / name).write_text(text, "utf-8")
