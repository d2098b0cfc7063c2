"""Over HTTP: the ledger's answers, the report, and never an error with status 200."""

import asyncio
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from auditor.ledger.store import Ledger
from auditor.service.app import create_app
from auditor.service.spool import ComponentSpool
from tests.ledger.samples import NOW, all_day, collection, route, sample

URL = "sqlite:///.auditor/ledger.db"


class Client:
    """A client of an app in the same process."""

    def __init__(self, app: Starlette) -> None:
        self.app = app

    def get(self, path: str, method: str = "GET") -> httpx.Response:
        return asyncio.run(self._request(method, path))

    async def _request(self, method: str, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://auditor.test") as client:
            return await client.request(method, path)


class Clock:
    """A clock that a test sets."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def spool(directory: Path) -> ComponentSpool:
    return ComponentSpool(directory / "components", 1000)


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Client:
    return Client(create_app(lambda: Ledger.read_only(URL, tmp_path), clock, tmp_path / "reports", spool(tmp_path)))


@pytest.fixture
def collected(tmp_path: Path) -> None:
    given = collection(
        watched=all_day(),
        routes=(route("GET /silent", "shop.a:silent"), route("POST /api/v1/pam/chat")),
        samples=(sample("POST /api/v1/pam/chat", 812, errors=2, by_status={"2xx": 810, "5xx": 2}, last_seen=NOW),),
    )
    with Ledger.open(URL, tmp_path) as ledger:
        ledger.record([given], now=NOW)


@pytest.mark.usefixtures("collected")
def test_stats_in_the_seeds_shape(client: Client) -> None:
    response = client.get("/stats?days=14")
    document = response.json()
    assert response.status_code == 200
    assert (document["period_days"], document["endpoints_used"]) == (14, 1)
    assert document["stats"] == {
        "POST:/api/v1/pam/chat": {
            "calls": 812, "errors": 2, "last_used": "2026-11-21T12:00:00Z", "by_status": {"2xx": 810, "5xx": 2},
        }
    }  # fmt: skip
    assert (document["format_version"], document["generated_at"]) == (1, "2026-11-21T12:00:00Z")
    assert client.get("/stats").json() == document


@pytest.mark.usefixtures("collected")
def test_unused_names_the_handler(client: Client) -> None:
    response = client.get("/unused?days=14")
    assert response.status_code == 200
    (row,) = response.json()["unused"]
    assert (row["key"], row["handler"], row["line"], row["watched_minutes"]) == (
        "GET /silent",
        "shop.a:silent",
        12,
        20160,
    )


@pytest.mark.usefixtures("collected")
def test_unused_beyond_the_evidence_is_503_with_the_reason(client: Client) -> None:
    response = client.get("/unused?days=90")
    document = response.json()
    assert response.status_code == 503
    assert document["unused"] == []
    assert "nothing is known before 2026-11-07" in document["error"]
    assert document["undecided"][0]["key"] == "GET /silent"


@pytest.mark.usefixtures("collected")
def test_health_turns_from_ok_to_503(client: Client, clock: Clock) -> None:
    assert (client.get("/health").status_code, client.get("/health").json()["status"]) == (200, "ok")
    clock.now = NOW + timedelta(days=3)
    response = client.get("/health")
    assert (response.status_code, response.json()["status"]) == (503, "down")
    assert "run 'auditor collect'" in response.json()["problems"][0]


@pytest.mark.usefixtures("collected")
def test_a_configured_source_that_was_never_collected_is_not_well(tmp_path: Path, clock: Clock) -> None:
    def open_ledger() -> Ledger:
        return Ledger.read_only(URL, tmp_path, sources=["redis", "edge"])

    response = Client(create_app(open_ledger, clock, tmp_path, spool(tmp_path))).get("/health")
    assert (response.status_code, response.json()["status"]) == (503, "degraded")
    assert response.json()["problems"] == ["edge: never collected; run 'auditor collect'"]
    assert [row["name"] for row in response.json()["sources"]] == ["edge", "redis"]


def test_a_missing_ledger_is_503_and_is_not_created(client: Client, tmp_path: Path) -> None:
    for path in ("/health", "/stats", "/unused"):
        response = client.get(path)
        assert response.status_code == 503
        assert "auditor collect" in response.json()["error"]
    assert client.get("/health").json()["status"] == "down"
    assert not (tmp_path / ".auditor").exists()


def test_a_ledger_without_evidence_gives_no_figures(client: Client, tmp_path: Path) -> None:
    with Ledger.open(URL, tmp_path) as ledger:
        ledger.record([collection(problem="Redis not available")], now=NOW)
    response = client.get("/stats")
    assert response.status_code == 503
    assert "Redis not available" in response.json()["error"]
    assert "stats" not in response.json()


def test_a_damaged_ledger_is_503(client: Client, tmp_path: Path) -> None:
    (tmp_path / ".auditor").mkdir()
    (tmp_path / ".auditor" / "ledger.db").write_bytes(b"garbage " * 1000)
    assert client.get("/stats").status_code == 503
    assert "no SQLite database" in client.get("/health").json()["error"]


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("path", ["/stats", "/unused"])
@pytest.mark.parametrize(
    "days", ["0", "-1", "1.5", "two", "", "%20", "99999", "9" * 5000, "²", "14&days=15", "1e3", "+3", "<script>"]
)
def test_bad_days_are_400_with_the_mend(client: Client, path: str, days: str) -> None:
    response = client.get(f"{path}?days={days}")
    assert response.status_code == 400
    assert response.json() == {"error": "days must be one whole number from 1 to 400, as in ?days=14"}


def test_other_pages_and_methods_are_refused_as_json(client: Client) -> None:
    assert client.get("/reports/../pyproject.toml").status_code == 404
    assert "error" in client.get("/nothing").json()
    refused = client.get("/stats", method="POST")
    assert (refused.status_code, "GET" in refused.headers["allow"], "error" in refused.json()) == (405, True, True)


def test_a_mistake_of_ours_is_500_without_its_details(tmp_path: Path) -> None:
    def broken() -> Ledger:
        raise RuntimeError("secret")

    response = Client(create_app(broken, Clock(), tmp_path, spool(tmp_path))).get("/stats")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


def test_the_report_is_served_under_a_policy_that_knows_its_own_blocks(client: Client, tmp_path: Path) -> None:
    missing = client.get("/")
    assert (missing.status_code, "auditor plan" in missing.json()["error"]) == (404, True)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "plan.html").write_text("<!doctype html><style>p{color:red}</style><p>½ plan")
    response = client.get("/")
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "½ plan" in response.text
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'sha256-" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("path", ["/", "/health", "/stats", "/stats?days=x", "/nothing"])
def test_every_answer_carries_security_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_without_the_extra_the_error_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['starlette'] = None\n"
        "from auditor.errors import ConfigError\n"
        "try: import auditor.service.app\n"
        "except ConfigError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "auditor serve needs Starlette: pip install 'auditor[serve]'\n"


def test_the_service_knows_nothing_of_databases() -> None:
    program = "import sys, auditor.service.app; print([m for m in ('sqlalchemy', 'alembic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
