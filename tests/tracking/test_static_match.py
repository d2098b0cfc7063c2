"""The published table of a running application against the static route table of the same sample project.

Keys must be the same, or usage would not meet the code; of a route that both have the handler is the same as well.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor import pipeline
from auditor.config import load

ROOT = Path(__file__).parents[2]
PROJECTS = ROOT / "tests" / "projects"

FLASK = """
import importlib, json, sys
from auditor.tracking.flask_routes import FlaskRoutes
module, _, name = sys.argv[1].partition(":")
print(json.dumps(FlaskRoutes(getattr(importlib.import_module(module), name)).records()))
"""

DJANGO = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[1]
import django
django.setup()
from auditor.tracking.django_routes import DjangoRoutes
routes = DjangoRoutes()
routes.know(None)
assert routes.read()
print(json.dumps(routes.records()))
"""


def published(project: Path, script: str, target: str) -> dict[str, Any]:
    """Return the table that the application publishes."""
    done = subprocess.run(
        [sys.executable, "-c", script, target], cwd=project, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": f"{project}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("name", "script", "target"),
    [
        ("flask_app", FLASK, "wsgi:application"),
        ("django_app", DJANGO, "project.settings"),
        ("django_routes", DJANGO, "desk.settings"),
        ("drf_app", DJANGO, "project.settings"),
    ],
)
def test_published_keys_are_those_of_the_source(name: str, script: str, target: str, tmp_path: Path) -> None:
    project = tmp_path / name
    shutil.copytree(PROJECTS / name, project)
    records = published(project, script, target)
    rows = pipeline.routes(load(project))
    serving: dict[str, set[str]] = {}
    for row in rows:
        if row.shadowed_by is None or row.key in records:  # a pattern may also be shadowed by one that reads otherwise
            serving.setdefault(row.key, set()).add(row.handler)
    assert set(records) == set(serving)
    assert [key for key, record in records.items() if record["handler"] not in serving[key]] == []
    behind = {other["handler"] for record in records.values() for other in record["shadowed"]}
    assert behind <= {row.handler for row in rows if row.shadowed_by is not None}
    for row in rows:
        record = records.get(row.key)
        if record is not None and record["handler"] == row.handler:
            assert (Path(record["file"]).relative_to(project).as_posix(), record["line"]) == (row.path, row.line)
