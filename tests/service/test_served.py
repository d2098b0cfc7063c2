"""`auditor serve` as it runs: bursts, ledgers that are locked, old or gone, tokens, proxies, methods."""

import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from auditor.cli.serve import command
from tests.ledger.samples import NOW
from tests.redis_deployments import free_port
from tests.service.conftest import CONFIG, Serve

LEDGER = ".auditor/ledger.db"
TOKEN = {"READ_TOKEN": "a-long-secret"}
SHOP = {"origin": "https://shop.example", "content-type": "text/plain"}


def burst(address: str, paths: list[str]) -> list[tuple[int, str]]:
    """Ask for all paths at once, each over a connection of its own; return status and body of each."""

    async def ask(path: str) -> tuple[int, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        writer.write(f"GET {path} HTTP/1.1\r\nhost: auditor.test\r\nconnection: close\r\n\r\n".encode())
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        return int(head.split()[1]), body

    async def ask_all() -> list[tuple[int, str]]:
        async with asyncio.timeout(60):
            return await asyncio.gather(*map(ask, paths))

    return asyncio.run(ask_all())


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process, and the service that it starts, have a thousand connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_a_burst_of_a_thousand(serve: Serve) -> None:
    address = serve()
    paths = ["/stats?days=14", "/unused?days=7", "/health", *(f"/stats?days={days}" for days in range(1, 8))]
    answers = burst(address, paths * 100)
    assert Counter(status for status, _ in answers) == {200: 1000}
    assert all(json.loads(body)["sources" if path == "/health" else "period_days"]
               for path, (_, body) in zip(paths * 100, answers, strict=True))  # fmt: skip


@pytest.fixture
def locked(project: Path) -> sqlite3.Connection:
    """Return a connection that holds the ledger as a collector does that writes for long."""
    holder = sqlite3.connect(project / LEDGER, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    return holder


def test_a_ledger_that_is_written_to_is_503_for_all_who_ask_and_well_again(
    serve: Serve, locked: sqlite3.Connection
) -> None:
    address = serve()
    (scraped, metrics), *answers = burst(address, ["/metrics", *["/stats", "/health"] * 100])
    assert {status for status, _ in answers} == {503}
    assert all("another program is writing" in json.loads(body)["error"] for _, body in answers)
    assert (scraped, "auditor_ledger_up 0.0" in metrics, "auditor_source" in metrics) == (200, True, False)
    locked.execute("ROLLBACK")
    locked.close()
    assert httpx.get(f"{address}/stats").status_code == 200
    assert "auditor_ledger_up 1.0" in httpx.get(f"{address}/metrics").text


def test_a_collector_that_has_begun_to_write_disturbs_nobody(serve: Serve, project: Path) -> None:
    address = serve()
    with closing(sqlite3.connect(project / LEDGER, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM auditor_routes")
        assert httpx.get(f"{address}/stats").json()["endpoints_registered"] == 2


def test_a_ledger_of_another_version_is_503(serve: Serve, project: Path) -> None:
    address = serve()
    for revision, says in (
        ("0001", "written by an older auditor; run 'auditor collect'"),
        ("9999", "written by a newer auditor (revision '9999'); upgrade auditor"),
    ):
        with closing(sqlite3.connect(project / LEDGER)) as ledger, ledger:
            ledger.execute("UPDATE auditor_revision SET version_num = ?", (revision,))
        for path in ("/stats", "/unused", "/health"):
            answer = httpx.get(address + path)
            assert (answer.status_code, says in answer.json()["error"]) == (503, True)
    (project / LEDGER).unlink()
    assert "no such file; run 'auditor collect' first" in httpx.get(f"{address}/health").json()["error"]


def test_metrics_are_what_prometheus_reads(serve: Serve) -> None:
    address = serve()
    httpx.post(f"{address}/components", content="{", headers=SHOP)
    response = httpx.get(f"{address}/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }
    assert found["auditor_source_healthy", "redis"] == 1
    assert found["auditor_source_watched_ratio", "redis", "endpoint"] > 0.99
    assert found["auditor_component_deliveries_total", "204"] == 0
    assert found["auditor_component_deliveries_total", "400"] == 1
    assert found["auditor_component_spool_bytes",] == 0
    assert ("auditor_build_info", "0.1.0") in found


def test_what_is_read_may_need_a_token(serve: Serve, project: Path) -> None:
    (project / "auditor.toml").write_text(CONFIG + 'read_token = "env:READ_TOKEN"\n')
    address = serve(**TOKEN)
    for path in ("/stats", "/unused", "/metrics", "/"):
        refused = httpx.get(address + path)
        assert (refused.status_code, "service.read_token" in refused.json()["error"]) == (401, True)
        assert refused.headers["www-authenticate"].startswith("Basic")
        assert httpx.get(address + path, headers={"authorization": "Bearer wrong"}).status_code == 401
    bearer = {"authorization": "Bearer a-long-secret"}
    assert httpx.get(f"{address}/stats", headers=bearer).status_code == 200
    assert httpx.get(f"{address}/metrics", auth=("anybody", "a-long-secret")).status_code == 200
    assert httpx.get(f"{address}/metrics", headers={"authorization": "Basic %%%"}).status_code == 401
    assert httpx.get(f"{address}/health").json() == {"status": "ok"}
    assert httpx.get(f"{address}/health", headers=bearer).json()["sources"]
    assert "a-long-secret" not in (project / "serve.log").read_text()


def test_a_token_that_is_configured_and_not_there_opens_no_door(project: Path) -> None:
    (project / "auditor.toml").write_text(CONFIG + 'read_token = "env:READ_TOKEN"\n')
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "serve", "--port", str(free_port())],
        cwd=project, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, "READ_TOKEN is not set" in done.stderr) == (2, True)


@pytest.mark.parametrize("proxy", ["*", "0.0.0.0/0", "::/0", "proxy.example", ""])
def test_only_proxies_that_are_named_may_be_believed(proxy: str) -> None:
    with pytest.raises(click.BadParameter):
        command.make_context("serve", ["--behind-proxy", proxy])


def export() -> str:
    return json.dumps({
        "format_version": 1, "exported_at": NOW.isoformat(), "evidence": "undated", "browser": "b" * 32,
        "origins": [], "undated": {"Old": {"count": 1, "first": None, "last": None}},
    })  # fmt: skip


def deliveries(address: str) -> list[int]:
    """Deliver thrice, each said to come from another address."""
    headers = [SHOP | {"x-forwarded-for": f"198.51.100.{number}"} for number in range(3)]
    return [httpx.post(f"{address}/components", content=export(), headers=each).status_code for each in headers]


def test_what_a_client_says_of_its_address_is_believed_of_proxies_alone(serve: Serve, project: Path) -> None:
    (project / "auditor.toml").write_text(CONFIG + "deliveries_a_minute = 1\n")
    warning = "auditor: whoever reaches this address may read what is used; set service.read_token"
    assert deliveries(serve("--behind-proxy", "127.0.0.0/8")) == [204, 204, 204]
    assert warning not in (project / "serve.log").read_text()
    assert deliveries(serve("--behind-proxy", "192.0.2.1", host="0.0.0.0")) == [204, 429, 429]
    assert warning in (project / "serve.log").read_text()


def test_methods_and_sizes(serve: Serve) -> None:
    address = serve()
    for path in ("/health", "/stats", "/unused", "/metrics"):
        head, get = httpx.head(address + path), httpx.get(address + path)
        assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", get.headers["content-type"])
        for method in ("OPTIONS", "POST", "DELETE"):
            refused = httpx.request(method, address + path)
            assert (refused.status_code, set(refused.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
            assert refused.json()["error"]
    assert httpx.get(f"{address}/components").status_code == 405
    assert httpx.get(f"{address}/health/").status_code == 404
    long = httpx.post(f"{address}/components", content=b"x" * 100_000, headers=SHOP)
    assert (long.status_code, long.headers["access-control-allow-origin"]) == (413, SHOP["origin"])
