"""The service inside an application of FastAPI: it works under any prefix and leaves the application alone."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from auditor.asgi import create_service
from auditor.config import load
from auditor.errors import ConfigError
from tests.service.conftest import CONFIG

PREFIX = "/api/v1/usage-tracking"
Host = Callable[[Any], str]


@pytest.fixture
def application() -> FastAPI:
    started: list[str] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        started.append("begun")
        yield
        started.append("ended")

    made = FastAPI(lifespan=lifespan)
    made.state.started = started

    @made.get("/own")
    def own() -> dict[str, bool]:
        return {"own": True}

    return made


def test_under_a_prefix_all_pages_answer(application: FastAPI, project: Path, host: Host) -> None:
    application.mount(PREFIX, create_service(project / "auditor.toml"))
    (project / "reports").mkdir()
    (project / "reports" / "plan.html").write_text("<p>plan")
    address = host(application)
    assert httpx.get(f"{address}{PREFIX}/health").json()["status"] == "ok"
    assert httpx.get(f"{address}{PREFIX}/stats?days=14").json()["stats"]["GET:/used"]["calls"] == 7
    assert [row["key"] for row in httpx.get(f"{address}{PREFIX}/unused").json()["unused"]] == ["GET /silent"]
    assert "auditor_ledger_up 1.0" in httpx.get(f"{address}{PREFIX}/metrics").text
    assert httpx.get(f"{address}{PREFIX}/").text == "<p>plan"
    assert httpx.get(f"{address}{PREFIX}", follow_redirects=True).text == "<p>plan"
    (project / ".auditor" / "ledger.db").unlink()
    down = httpx.get(f"{address}{PREFIX}/health")
    assert (down.status_code, down.json()["status"]) == (503, "down")
    missing = httpx.get(f"{address}{PREFIX}/other")
    assert (missing.status_code, "/health" in missing.json()["error"]) == (404, True)


def test_the_application_around_it_stays_as_it_was(application: FastAPI, project: Path, host: Host) -> None:
    application.mount("/usage", create_service(load(project)))
    address = host(application)
    own = httpx.get(f"{address}/own")
    assert (own.json(), "content-security-policy" in own.headers) == ({"own": True}, False)
    assert httpx.get(f"{address}/docs").status_code == 200
    assert httpx.get(f"{address}/usage/health").headers["x-content-type-options"] == "nosniff"
    assert "/usage" not in httpx.get(f"{address}/openapi.json").json()["paths"]
    assert application.state.started == ["begun"]


def test_a_ledger_that_is_locked_takes_no_thread_of_the_application(
    application: FastAPI, project: Path, host: Host
) -> None:
    application.mount("/usage", create_service(project / "auditor.toml"))
    address = host(application)
    holder = sqlite3.connect(project / ".auditor" / "ledger.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(60) as threads:
        waiting = [threads.submit(httpx.get, f"{address}/usage/stats?days={n}", timeout=60) for n in range(1, 61)]
        assert httpx.get(f"{address}/own").json() == {"own": True}
        assert not all(each.done() for each in waiting)
        holder.execute("ROLLBACK")
        assert {each.result().status_code for each in waiting} <= {200, 503}
    holder.close()


def test_a_page_may_deliver_to_it(application: FastAPI, project: Path, host: Host) -> None:
    (project / "auditor.toml").write_text(CONFIG + 'token = "env:PAGE_TOKEN"\n')
    application.mount("/usage", create_service(project / "auditor.toml", environment={"PAGE_TOKEN": "shown"}))
    address = host(application)
    page = {"origin": "https://shop.example"}
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    assert httpx.options(f"{address}/usage/components", headers=page | asked).status_code == 204
    refused = httpx.post(f"{address}/usage/components", json={}, headers=page)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, page["origin"])
    taken = httpx.post(f"{address}/usage/components", json={"token": "shown"}, headers=page)
    assert (taken.status_code, "no export" in taken.json()["error"]) == (400, True)


def test_a_wrong_configuration_is_told_when_it_is_mounted(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        create_service(tmp_path / "none.toml")
    (project / "auditor.toml").write_text(CONFIG + 'token = "env:PAGE_TOKEN"\n')
    with pytest.raises(ConfigError, match="PAGE_TOKEN is not set"):
        create_service(environment={"AUDITOR_CONFIG": str(project / "auditor.toml")})
    monkeypatch.chdir(project)
    assert create_service(environment={"PAGE_TOKEN": "x"})
