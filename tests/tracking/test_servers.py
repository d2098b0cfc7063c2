"""The tracker under real servers: forked workers, threads, recycling, signals. What was served is delivered."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

ROOT = str(Path(__file__).parents[2])

FLASK = """
import os
import time
from flask import Flask
from auditor.tracking import component
from auditor.tracking.wsgi import UsageMiddleware

app = Flask(__name__)
app.wsgi_app = UsageMiddleware(app.wsgi_app, flush_interval=float(os.environ.get("INTERVAL", "60")))

@component("start")
def at_import():
    pass

if os.environ.get("AT_IMPORT"):
    at_import()

@app.get("/items/<int:id>")
def item(id):
    time.sleep(float(os.environ.get("SLOW", "0")))
    return str(os.getpid())
"""

DJANGO = """
import os
import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

settings.configure(
    SECRET_KEY="no secret", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True,
    MIDDLEWARE=["auditor.tracking.django.UsageMiddleware"],
    AUDITOR_FLUSH_INTERVAL=float(os.environ.get("INTERVAL", "60")),
)
django.setup()

async def item(request, id):
    return HttpResponse(str(os.getpid()))

urlpatterns = [path("items/<int:id>", item)]

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
app, wsgi = get_asgi_application(), get_wsgi_application()
"""

FASTAPI = """
import os
from fastapi import FastAPI
from auditor.tracking.asgi import UsageMiddleware

app = FastAPI()

@app.get("/items/{id}")
def item(id: int):
    return os.getpid()

app.add_middleware(UsageMiddleware, flush_interval=60)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server's process, with the workers that answered."""

    def __init__(self, directory: Path, code: str, command: list[str], environment: dict[str, str]) -> None:
        (directory / "served.py").write_text(code)
        self.port = free_port()
        self.usage = directory / "usage"
        self.log = directory / "log"
        given = {
            "AUDITOR_APP": "shop", "AUDITOR_SINK": f"file://{self.usage}", "PYTHONPATH": f"{directory}:{ROOT}",
            "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *(part.format(port=self.port) for part in command)],
                cwd=directory, env=os.environ | given | environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.workers: set[int] = set()
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        pytest.fail(f"the server does not answer: {self.log.read_text()}")

    def get(self, path: str = "/items/1") -> int:
        """Return the process that answered."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            worker = int(answer.read())
        self.workers.add(worker)
        return worker

    def get_many(self, count: int, threads: int = 4) -> None:
        """Send requests at once."""

        def some() -> None:
            for _ in range(count // threads):
                self.get()

        running = [threading.Thread(target=some) for _ in range(threads)]
        for one in running:
            one.start()
        for one in running:
            one.join()

    def get_from_each(self, workers: int) -> int:
        """Send requests, some at once, until so many workers have answered; return how many were sent."""
        for sent in range(8, 800, 8):
            self.get_many(8)
            if len(self.workers) >= workers:
                return sent
        pytest.fail(f"only {self.workers} answer: {self.log.read_text()}")

    def end(self, how: int = signal.SIGTERM) -> int:
        """Send a signal; return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            pytest.fail(f"the server does not end: {self.log.read_text()}")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(code: str, *command: str, **environment: str) -> Server:
        servers.append(Server(tmp_path, code, list(command), environment))
        return servers[-1]

    yield start
    for server in servers:
        with suppress(ProcessLookupError):  # no process of it is left
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def minutes(usage: Path, process: int) -> set[int]:
    """Return the minutes that one process marked as watched; file names hold the process id."""
    (file,) = [one for one in usage.rglob("*.jsonl") if one.name.split("-")[-3] == str(process)]
    return {minute for line in file.read_text().splitlines() for minute in json.loads(line).get("minutes", ())}


GUNICORN = ("-m", "gunicorn", "served:app", "--bind", "127.0.0.1:{port}", "--workers", "2", "--graceful-timeout", "10")


@pytest.mark.parametrize("preload", [(), ("--preload",)], ids=["", "preload"])
@pytest.mark.parametrize("threads", [(), ("--worker-class", "gthread", "--threads", "3")], ids=["sync", "gthread"])
def test_gunicorn_delivers_all_that_its_workers_served(
    serve: Any, totals: Any, preload: tuple[str, ...], threads: tuple[str, ...]
) -> None:
    server = serve(FLASK, *GUNICORN, *preload, *threads, AT_IMPORT="1", SLOW="0.01")
    sent = server.get_from_each(2)
    server.get_many(40)
    assert server.end() == 0
    assert totals(server.usage) == {"GET /items/{id:int} 2xx": sent + 40}
    counted = {int(file.name.split("-")[-3]) for file in server.usage.rglob("*.jsonl")}
    assert server.workers <= counted
    assert "Traceback" not in server.log.read_text()


def test_workers_that_gunicorn_recycles_lose_nothing(serve: Any, totals: Any) -> None:
    server = serve(FLASK, *GUNICORN, "--max-requests", "5")
    server.get_many(40, threads=1)
    assert len(server.workers) > 2
    assert server.end() == 0
    assert totals(server.usage) == {"GET /items/{id:int} 2xx": 40}


def test_a_killed_worker_watched_no_minute_that_it_cannot_answer_for(serve: Any, totals: Any) -> None:
    server = serve(FLASK, *GUNICORN, INTERVAL="0.05", SLOW="0.01")
    server.get_from_each(2)
    victim, other = sorted(server.workers)[:2]
    sent = totals(server.usage)
    assert wait_until(lambda: sum(totals(server.usage).values()) >= 2), sent
    killed = int(time.time()) // 60
    os.kill(victim, signal.SIGKILL)
    assert wait_until(lambda: server.get() not in (victim, other)), "gunicorn starts another worker"
    assert server.end() == 0
    assert killed not in minutes(server.usage, victim)
    assert killed in minutes(server.usage, other)


UVICORN = ("-m", "uvicorn", "served:app", "--port", "{port}", "--log-level", "warning")


@pytest.mark.parametrize(
    ("code", "options"),
    [(FASTAPI, ()), (FASTAPI, ("--lifespan", "off")), (DJANGO, ()), (DJANGO, ("--workers", "2"))],
    ids=["lifespan", "no lifespan", "django", "django workers"],
)
def test_uvicorn_delivers_all_that_it_served(serve: Any, totals: Any, code: str, options: tuple[str, ...]) -> None:
    server = serve(code, *UVICORN, *options)
    server.get_many(40)
    server.end()
    (count,) = totals(server.usage).values()
    assert count == 40


def test_gunicorn_with_uvicorn_workers_delivers_all_that_it_served(serve: Any, totals: Any) -> None:
    pytest.importorskip("uvicorn_worker")
    server = serve(DJANGO, *GUNICORN, "--worker-class", "uvicorn_worker.UvicornWorker")
    server.get_many(40)
    server.end()
    assert totals(server.usage) == {"ANY /items/{id:int} 2xx": 40}


def test_django_under_gunicorn_delivers_all_that_it_served(serve: Any, totals: Any) -> None:
    command = [part.replace("served:app", "served:wsgi") for part in GUNICORN]
    server = serve(DJANGO, *command, "--preload")
    server.get_many(40)
    assert server.end() == 0
    assert totals(server.usage) == {"ANY /items/{id:int} 2xx": 40}


WSGIREF = (
    FLASK
    + """
from wsgiref.simple_server import make_server
make_server("127.0.0.1", int(os.environ["PORT"]), app).serve_forever()
"""
)
THREADED = (
    FLASK
    + """
app.run(port=int(os.environ["PORT"]), threaded=True)
"""
)
"""Every request in a thread of its own: the flushing thread is started by one that may not say what a signal does."""

RUN = (
    FASTAPI
    + """
import uvicorn
uvicorn.run(app, port=int(os.environ["PORT"]), log_level="warning", lifespan="off")
"""
)


@pytest.mark.parametrize("code", [WSGIREF, THREADED, RUN], ids=["wsgiref", "threads", "uvicorn.run"])
def test_a_script_that_serves_delivers_and_ends_by_the_signal(serve: Any, totals: Any, code: str) -> None:
    code = code.replace('int(os.environ["PORT"])', "int(__import__('sys').argv[1])")
    server = serve(code, "served.py", "{port}")
    server.get_many(40)
    assert server.end() == -signal.SIGTERM
    (count,) = totals(server.usage).values()
    assert count == 40
    assert "Traceback" not in server.log.read_text()


UWSGI = (
    "-c", "import sys; sys.argv[0] = 'uwsgi'; import pyuwsgi; pyuwsgi.run()",
    "--http-socket", "127.0.0.1:{port}", "--module", "served:app", "--master", "--disable-logging", "--die-on-term",
)  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="uWSGI is for POSIX")
@pytest.mark.parametrize(
    "options", [("--enable-threads",), ("--threads", "2"), ("--lazy-apps", "--enable-threads")], ids=" ".join
)
def test_uwsgi_forks_below_python_and_every_worker_counts_for_itself(
    serve: Any, totals: Any, options: tuple[str, ...]
) -> None:
    """Its master loads the application and forks without Python's knowledge, what was counted at import included."""
    pytest.importorskip("pyuwsgi")
    server = serve(FLASK, *UWSGI, "--processes", "2", *options, AT_IMPORT="1", INTERVAL="0.1", SLOW="0.02")
    sent = server.get_from_each(2)
    server.get_many(40)
    assert wait_until(lambda: totals(server.usage).get("GET /items/{id:int} 2xx") == sent + 40), (
        totals(server.usage), server.log.read_text(),
    )  # fmt: skip
    server.end()
    assert totals(server.usage) == {"GET /items/{id:int} 2xx": sent + 40}
    counted = {int(file.name.split("-")[-3]) for file in server.usage.rglob("*.jsonl")}
    assert server.workers <= counted
