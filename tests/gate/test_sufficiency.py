"""Whether the evidence is of the code as it stood: other versions, younger code, keys that lead nowhere, other apps."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.model.gate import GateResult
from tests.changes import CALLS, ROUTES, SHOP, judged, reasons
from tests.production import NOW, Project

MONEY = '@router.get("/money")\ndef money():\n    return in_cents(3)\n'
DORMANT = "\n[gate]\nallow_dormant = true\n"
QUIET = {**CALLS, "GET /api/money": 0}
UNKNOWN = {"shop.api:money": "no_evidence"}


def built(root: Path, files: dict[str, str] = SHOP) -> Project:
    project = Project(root, files)
    project.commit({"auditor.toml": (project.root / "auditor.toml").read_text("utf-8") + DORMANT})
    return project


def without_money(project: Project) -> GateResult:
    return judged(project, {"shop/api.py": SHOP["shop/api.py"].replace(MONEY, "")})


def test_a_quiet_route_of_the_version_that_ran_may_go(tmp_path: Path) -> None:
    project = built(tmp_path)
    project.watch(QUIET, ROUTES, version=project.repository.resolve("HEAD"))
    project.collect()
    result = without_money(project)
    assert result.passed, result.breaches
    assert any("GET /api/money had 0 calls in 14 days" in note for note in result.notes)


def test_what_the_version_that_ran_did_not_have_was_not_observed(tmp_path: Path) -> None:
    files = {**SHOP, "shop/api.py": SHOP["shop/api.py"].replace(MONEY, "")}
    project = built(tmp_path, {**files, "shop/dead.py": "x = 1\n"})
    old = project.repository.resolve("HEAD")
    project.commit({"shop/api.py": SHOP["shop/api.py"], "shop/dead.py": SHOP["shop/dead.py"]}, days_ago=1)
    project.watch(QUIET, ROUTES, version=old[:12])
    project.collect()
    result = without_money(project)
    assert reasons(result) == UNKNOWN
    assert f"version {old[:12]}, which production ran until 2026-11-21, did not have it" in str(result.undecidable)
    project.repository.run("branch", "-D", "change")
    assert reasons(judged(project, {"shop/dead.py": "x = 1\n"})) == {"shop.dead:leftover": "no_evidence"}


def test_a_route_that_nobody_measures_is_not_known(tmp_path: Path) -> None:
    project = built(tmp_path)
    project.watch(
        {key: 3 for key in CALLS if key != "GET /api/money"},
        {key: handler for key, handler in ROUTES.items() if key != "GET /api/money"},
    )
    project.collect()
    result = without_money(project)
    assert reasons(result) == UNKNOWN
    assert "GET /api/money, whose usage is not measured" in str(result.undecidable)


@pytest.mark.parametrize("key", ["GET /money", "GET /v9/api/money"])
def test_a_key_that_leads_nowhere_and_could_be_the_routes_is_named(tmp_path: Path, key: str) -> None:
    project = built(tmp_path)
    project.watch({**QUIET, key: 2}, {**ROUTES, key: "edge.proxy:forward"})
    project.collect()
    result = without_money(project)
    assert reasons(result) == UNKNOWN
    assert f"30 calls of {key} lead to no one definition of base" in result.breaches[0].detail


def test_a_task_that_leads_nowhere_and_has_its_name_is_named(tmp_path: Path) -> None:
    project = built(tmp_path)
    project.watch(CALLS, ROUTES, uses={"tasks": {"other.place.leftover": 2}})
    project.collect()
    result = judged(project, {"shop/dead.py": "x = 1\n"})
    assert reasons(result) == {"shop.dead:leftover": "no_evidence"}
    assert "other.place.leftover" in result.breaches[0].detail


def test_the_ledger_of_another_application_proves_nothing(tmp_path: Path) -> None:
    project = built(tmp_path)
    project.watch({"GET /theirs": 5}, {"GET /theirs": "theirs.web:page"})
    project.collect()
    assert not without_money(project).passed
    project.repository.run("branch", "-D", "change")
    assert not judged(project, {"shop/dead.py": None}).passed


def test_a_route_of_logs_that_is_younger_than_the_window_is_not_known(tmp_path: Path) -> None:
    project = built(tmp_path, {**SHOP, "shop/api.py": SHOP["shop/api.py"].replace(MONEY, "")})
    lines = [
        f'1.2.3.4 - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "GET /api/{path} HTTP/1.1" 200 5 "-" "x"\n'
        for hours in range(24 * 15)
        for moment in (NOW - timedelta(hours=hours),)
        for path in ("export", "orders/3")
    ]
    (tmp_path / "access.log").write_text("".join(reversed(lines)), "utf-8")
    config = f'app = "shop"\n[[usage.sources]]\nname = "edge"\nkind = "access_log"\npath = "{tmp_path}/access.log"\n'
    project.commit({"auditor.toml": f"{config}complete = true\n{DORMANT}"})
    project.commit({"shop/api.py": SHOP["shop/api.py"]}, days_ago=3)
    project.collect()
    result = without_money(project)
    assert reasons(result) == UNKNOWN
    assert "did not exist under this name when the window began" in result.breaches[0].detail
