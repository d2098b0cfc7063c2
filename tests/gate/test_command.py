"""`auditor gate` as CI runs it: exit codes, formats, places."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.changes import SHOP, build
from tests.production import Project

NOW = "2026-11-21T12:00:00Z"
WITHOUT_MONEY = SHOP["shop/api.py"].replace('@router.get("/money")\ndef money():\n    return in_cents(3)\n', "")


def run(project: Project, *arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "auditor", "gate", "--now", NOW, *arguments]
    return subprocess.run(command, cwd=cwd or project.root, capture_output=True, text=True, check=False)


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    project = build(tmp_path)
    project.branch("used", {"shop/api.py": WITHOUT_MONEY})
    project.branch("dead", {"shop/dead.py": None})
    project.branch("broken", {"shop/views.py": "def broken(:\n"})
    project.branch("both", {"shop/api.py": WITHOUT_MONEY, "shop/views.py": "def broken(:\n"})
    return project


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--head", "dead"), 0),
        (("--head", "used"), 1),
        (("--head", "used", "--exit-zero"), 0),
        (("--head", "broken"), 3),
        (("--head", "broken", "--exit-zero"), 3),
        (("--head", "both"), 1),
        (("--head", "both", "--exit-zero"), 3),
        (("--head", "nowhere"), 2),
        (("--head", "--exit-zero"), 2),
        (("--head", "dead", "--days", "30"), 3),
        (("--head", "dead", "--days", "1"), 0),
    ],
)
def test_exit_codes(shop: Project, arguments: tuple[str, ...], code: int) -> None:
    done = run(shop, "--base", "main", *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_json_is_what_scripts_rely_on(shop: Project) -> None:
    result = json.loads(run(shop, "--base", "main", "--head", "used", "--format", "json").stdout)
    assert (result["format_version"], result["passed"], result["deleted"], result["moved"]) == (1, False, 1, 0)
    assert set(result) >= {"base", "head", "breaches"}
    (breach,) = result["breaches"]
    assert set(breach) >= {"id", "path", "line", "why", "detail", "override"}
    assert (breach["id"], breach["path"], breach["why"], breach["override"]) == (
        "shop.api:money", "shop/api.py", "called", None,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github", "gitlab", "markdown"])
@pytest.mark.parametrize("head", ["used", "broken", "both", "dead"])
def test_every_format_names_what_is_wrong(shop: Project, name: str, head: str) -> None:
    done = run(shop, "--base", "main", "--head", head, "--format", name)
    again = run(shop, "--base", "main", "--head", head, "--format", name)
    assert done.stdout == again.stdout
    if head in ("used", "both"):
        assert "shop.api:money" in done.stdout
    if head in ("broken", "both"):
        assert "shop/views.py" in done.stdout
    if name in ("json", "sarif", "gitlab"):
        json.loads(done.stdout)


def test_a_breach_below_the_top_of_the_repository_is_shown_where_it_is(tmp_path: Path) -> None:
    files = {f"backend/{path}": text for path, text in SHOP.items()}
    project = build(tmp_path, files, watched=False)
    config = (project.root / "auditor.toml").read_text("utf-8")
    project.commit({"auditor.toml": None, "backend/auditor.toml": config})
    project.branch("used", {"backend/shop/api.py": WITHOUT_MONEY.replace("orders.load(", "orders.gone(")})
    project.branch("less", {"backend/shop/orders.py": SHOP["shop/orders.py"].replace("def load", "def other")})
    root = project.root / "backend"
    shown = run(project, "--base", "main", "--head", "less", "--format", "github", cwd=root).stdout
    assert "file=backend/shop/api.py," in shown
    issues = json.loads(run(project, "--base", "main", "--head", "less", "--format", "gitlab", cwd=root).stdout)
    assert {issue["location"]["path"] for issue in issues} == {"backend/shop/api.py"}
    log = json.loads(run(project, "--base", "main", "--head", "less", "--format", "sarif", cwd=root).stdout)
    (result,) = log["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "backend/shop/api.py"
    result = json.loads(run(project, "--base", "main", "--head", "less", "--format", "json", cwd=root).stdout)
    assert result["breaches"][0]["path"] == "shop/api.py"
