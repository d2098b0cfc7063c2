"""The tracker in processes of its own: servers that are stopped, children that are forked, interpreters that end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

APP = """
import os
from fastapi import FastAPI
from auditor.tracking import component
from auditor.tracking.asgi import UsageMiddleware

app = FastAPI()
interval = float(os.environ.get("INTERVAL", "60"))

@app.get("/items/{id}")
@component("item-page")
def item(id: int):
    return id

if os.environ.get("OUTSIDE"):
    app = UsageMiddleware(app, flush_interval=interval)
else:
    app.add_middleware(UsageMiddleware, flush_interval=interval)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A uvicorn process that serves the application above."""

    def __init__(self, directory: Path, *arguments: str, **environment: str) -> None:
        (directory / "served.py").write_text(APP)
        self.port = free_port()
        root = str(Path(__file__).parents[2])
        command = [sys.executable, "-m", "uvicorn", "served:app", "--port", str(self.port), "--log-level", "warning"]
        self.process = subprocess.Popen(
            [*command, *arguments],
            cwd=directory, env=os.environ | {"PYTHONPATH": f"{directory}:{root}"} | environment,
        )  # fmt: skip
        for _ in range(400):
            try:
                self.get("/up")
                break
            except ConnectionError:
                time.sleep(0.05)

    def get(self, path: str) -> float:
        """Return the seconds a request took."""
        begin = time.perf_counter()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10).read()
        except urllib.error.HTTPError as error:
            error.read()
        except urllib.error.URLError as error:
            raise ConnectionError(str(error)) from error
        return time.perf_counter() - begin

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(20)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*arguments: str, **environment: str) -> Server:
        server = Server(tmp_path, *arguments, AUDITOR_APP="shop", **environment)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop(signal.SIGKILL)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("outside", ["", "1"])
def test_a_stopped_server_delivers_everything(
    serve: Any, tmp_path: Path, totals: Any, records: Any, how: int, outside: str
) -> None:
    server = serve(AUDITOR_SINK=f"file://{tmp_path}/usage", OUTSIDE=outside)
    for number in range(20):
        server.get(f"/items/{number}")
    server.stop(how)
    found = totals(tmp_path / "usage")
    assert found["GET /items/{id} 2xx"] == 20
    flushes = [record for record in records(tmp_path / "usage") if record["kind"] == "flush"]
    assert flushes[-1]["closed"]
    assert sum(n for r in flushes for f in r["components"].values() for n in f.values()) == 20
    (routes,) = (record["routes"] for record in records(tmp_path / "usage") if record["kind"] == "routes")
    assert routes["GET /items/{id}"]["handler"] == "served:item"
    assert routes["GET /items/{id}"]["file"] == str(tmp_path / "served.py")


def test_a_killed_server_leaves_no_minute_that_it_cannot_answer_for(serve: Any, tmp_path: Path, records: Any) -> None:
    server = serve(AUDITOR_SINK=f"file://{tmp_path}/usage")
    begun = int(time.time()) // 60
    server.get("/items/1")
    killed = int(time.time()) // 60
    server.stop(signal.SIGKILL)
    watched = {minute for record in records(tmp_path / "usage") for minute in record.get("minutes", ())}
    assert killed not in watched
    assert watched <= set(range(begun - 1, killed))


def test_workers_of_one_server_keep_files_of_their_own(serve: Any, tmp_path: Path, totals: Any) -> None:
    server = serve("--workers", "2", AUDITOR_SINK=f"file://{tmp_path}/usage")
    for number in range(30):
        server.get(f"/items/{number}")
    server.stop()
    assert totals(tmp_path / "usage")["GET /items/{id} 2xx"] == 30
    assert len(list((tmp_path / "usage" / "shop").iterdir())) == 2


def test_requests_stay_fast_while_redis_hangs_or_is_away(serve: Any, redis_server: Any) -> None:
    redis_server.stop()
    server = serve(AUDITOR_SINK=redis_server.url, INTERVAL="0.05")
    away = sorted(server.get(f"/items/{number}") for number in range(60))
    redis_server.start()
    server.get("/items/0")
    time.sleep(0.5)  # connected by now
    redis_server.process.send_signal(signal.SIGSTOP)
    deadline = time.monotonic() + 2.5  # longer than the sink's own time-outs
    hung = []
    while time.monotonic() < deadline:
        hung.append(server.get("/items/1"))
        time.sleep(0.01)
    redis_server.process.send_signal(signal.SIGCONT)
    server.stop()
    client = redis.Redis.from_url(redis_server.url, decode_responses=True)
    counted = {name: n for key in client.keys("*:calls:*") for name, n in dict(client.hgetall(key)).items()}
    client.close()
    assert counted["GET /items/{id} 2xx"] == str(61 + len(hung))
    for took in (away, sorted(hung)):
        assert took[len(took) * 9 // 10] < 0.5, "requests wait for the sink"


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, cwd=Path(__file__).parents[2],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.stdout


LOADED = "import sys; print(*sorted(name for name in sys.modules if '.' not in name or name.startswith('auditor')))"


def test_the_package_loads_nothing_but_itself() -> None:
    before = set(run(LOADED).split())
    loaded = set(run(f"import auditor.tracking; {LOADED}").split()) - before
    assert {name for name in loaded if name.startswith("auditor")} == {"auditor", "auditor.tracking"}
    assert not loaded & {"redis", "asyncio", "msgspec", "fastapi", "starlette", "logging", "threading"}


def test_the_middleware_loads_no_client_no_framework_and_nothing_else_of_auditor(tmp_path: Path) -> None:
    before = set(run(LOADED).split())
    code = f"""
from auditor.tracking.asgi import UsageMiddleware
UsageMiddleware(lambda *a: None, app_name="a", sink="redis://127.0.0.1:1/0")
{LOADED}"""
    loaded = set(run(code).split()) - before
    assert all(name == "auditor" or name.startswith("auditor.tracking") for name in loaded if "auditor" in name)
    assert not loaded & {"redis", "asyncio", "msgspec", "fastapi", "starlette", "click", "multiprocessing"}


def test_a_script_that_ends_delivers_what_it_used(tmp_path: Path, records: Any) -> None:
    run(
        "from auditor.tracking import component\nwith component('export'): pass\n",
        AUDITOR_SINK=f"file://{tmp_path}", AUDITOR_APP="script",
    )  # fmt: skip
    flushes = [record for record in records(tmp_path) if record["kind"] == "flush"]
    assert [n for r in flushes for f in r["components"].values() for n in f.values()] == [1]
    assert flushes[-1]["closed"]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_children_of_multiprocessing_deliver_before_they_end(tmp_path: Path, records: Any, method: str) -> None:
    script = tmp_path / "work.py"
    script.write_text(
        f"""
import multiprocessing
from auditor.tracking import component

@component("job")
def job(number):
    return number

if __name__ == "__main__":
    job(0)
    context = multiprocessing.get_context({method!r})
    children = [context.Process(target=job, args=(n,)) for n in range(3)]
    for child in children: child.start()
    for child in children: child.join()
"""
    )
    run(
        f"import subprocess, sys; subprocess.run([sys.executable, {str(script)!r}], check=True)",
        AUDITOR_SINK=f"file://{tmp_path}/usage", AUDITOR_APP="jobs", PYTHONPATH=str(Path(__file__).parents[2]),
    )  # fmt: skip
    counts = [n for r in records(tmp_path / "usage") for f in r.get("components", {}).values() for n in f.values()]
    assert sum(counts) == 4
    assert len(list((tmp_path / "usage" / "jobs").iterdir())) == 4


def test_leaving_with_redis_away_is_quick_and_quiet() -> None:
    begin = time.monotonic()
    run(
        "from auditor.tracking import component\nwith component('export'): pass\n",
        AUDITOR_SINK="redis://127.0.0.1:1/0", AUDITOR_APP="script",
    )  # fmt: skip
    assert time.monotonic() - begin < 10


def test_a_fork_amid_a_delivery_takes_nothing_with_it_that_is_held() -> None:
    out = run(
        """
import os, threading, time
from auditor.tracking.counters import Counters

held, begun = threading.Lock(), threading.Event()

class Sink:
    def write(self, delta):
        with held:  # as the lock of an import, which nobody releases in a child
            begun.set()
            time.sleep(0.05)
    def publish(self, *_): ...
    def close(self): ...

counters = Counters(Sink)
counters.start()
begun.wait(10)
child = os.fork()
if not child:
    os._exit(0 if held.acquire(timeout=5) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), counters.flush())
"""
    )
    assert out.split() == ["0", "True"]
