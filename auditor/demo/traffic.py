"""Serves the demonstration's shop with uvicorn and sends it real HTTP requests.

In: the shop's directory and where usage is stored. Out: how many requests were answered. The server listens on a free
port of the loopback address and is stopped before this returns; its tracker flushes when it ends.
"""

import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.demo.build import Storage
from auditor.errors import AuditorError

REQUESTS: tuple[tuple[int, str, str, str | None], ...] = (
    (60, "GET", "/api/v1/products", None),
    (45, "GET", "/api/v1/products/tea", None),
    (20, "GET", "/api/v1/products/cup", None),
    (5, "GET", "/api/v1/products/none", None),
    (12, "POST", "/api/v1/orders", '{"sku": "tea", "quantity": 2}'),
    (3, "POST", "/api/v1/orders", '{"sku": "cup", "payment": "invoice"}'),
    (9, "GET", "/api/v1/orders/1", None),
    (4, "GET", "/api/v1/reports/sales?format=csv", None),
    (1, "GET", "/api/v1/reports/sales?format=json", None),
    (14, "POST", "/api/v1/assistant/chat", '{"text": "What are your hours?"}'),
    (6, "GET", "/admin/stock/pot", None),
    (3, "GET", "/wp-login.php", None),
)
"""How often, method, path, JSON body: what a morning in the shop looks like, a scanner's probe included."""

START_SECONDS = 20


def drive(directory: Path, storage: Storage, version: str) -> int:
    """Serve the shop, send every request of `REQUESTS`, stop the server; return how many were answered.

    Raises:
        AuditorError: The server did not start; the message holds the last line it wrote.
    """
    with _served(directory, storage, version) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        answered = 0
        for method, path, body in _interleaved():
            headers = {"Content-Type": "application/json"} if body else {}
            connection.request(method, path, body=body, headers=headers)
            connection.getresponse().read()
            answered += 1
        connection.close()
    return answered


def _interleaved() -> Iterator[tuple[str, str, str | None]]:
    """Yield the requests, the kinds mixed."""
    rows = [itertools.repeat((method, path, body), times) for times, method, path, body in REQUESTS]
    for round_ in itertools.zip_longest(*rows):
        yield from (request for request in round_ if request is not None)


@contextmanager
def _served(directory: Path, storage: Storage, version: str) -> Iterator[int]:
    """Run the shop under uvicorn; yield its port; stop it and wait for its last flush."""
    port = _free_port()
    environment = os.environ | {
        "AUDITOR_APP": storage.app,
        "AUDITOR_SINK": storage.sink,
        "AUDITOR_VERSION": version,
        "AUDITOR_TRACKING": "on",
        "SHOP_PRICE_PLUGIN": "shop.plugins.loyalty:member_price",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "uvicorn", "shop.main:app", "--port", str(port), "--log-level", "warning"]
    server = subprocess.Popen(command, cwd=directory, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        _wait_until_served(server, port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.communicate()


def _wait_until_served(server: "subprocess.Popen[str]", port: int) -> None:
    for _ in range(START_SECONDS * 20):
        if server.poll() is not None:
            lines = (server.communicate()[1] or "no output").strip().splitlines()
            raise AuditorError(f"the demonstration's shop did not start: {lines[-1]}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AuditorError(f"the demonstration's shop did not listen on port {port} within {START_SECONDS} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
