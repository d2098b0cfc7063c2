"""The servers: uvicorn with one worker, and Redis; each a process of its own on a free port of loopback.

In: what to start, where. Out: running processes, with their CPU time. All are stopped when their `with` ends.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from measuring.fetching import HERE, MeasuringError

START_SECONDS = 60.0
AT_ONCE = ("--appendonly", "yes", "--appendfsync", "always")
"""Redis has on its disk whatever it acknowledged."""


class Running:
    """A server's process: `port`, CPU time, signals. Its output goes to `<directory>/<name>.log`."""

    def __init__(self, name: str, command: list[str], directory: Path, port: int, environment: dict[str, str]) -> None:
        self.name, self.port = name, port
        self.log = directory / f"{name}.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def wait_until_up(self) -> None:
        """Wait until the port is open; raise MeasuringError when that takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.02)
        raise MeasuringError(f"{self.name} did not start: {self.said()}")

    def said(self) -> str:
        """Return the last line of its output."""
        lines = self.log.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else "it said nothing"

    def cpu(self) -> float:
        """Return the CPU seconds of all its threads since it started; Linux alone tells that of another process."""
        return time.clock_gettime_ns((~self._process.pid << 3) | 2) / 1e9

    def send(self, number: int) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def end(self, number: int = signal.SIGTERM) -> None:
        """End it and wait until it has; what does not end in time is killed."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise MeasuringError(f"{self.name} did not end within 30 s") from None


@contextmanager
def served(python: Path, tracker: str, directory: Path, **settings: str) -> Iterator[Running]:
    """Serve the measured application with a tracker; `settings` are further environment variables."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AUDITOR", "BENCH"))}
    ours = {"PYTHONPATH": f"{HERE}:{HERE / 'scripts'}", "PYTHONHASHSEED": "0", "BENCH_TRACKER": tracker}
    command = [str(python), "-m", "uvicorn", "measuring.tracking.served:app", "--port", str(port),
               "--log-level", "warning", "--no-access-log"]  # fmt: skip
    name = settings.get("AUDITOR_APP", tracker)
    server = Running(name, command, directory, port, {**kept, **ours, **settings})
    try:
        server.wait_until_up()
        yield server
    finally:
        server.end()


class Redis:
    """A redis-server that can be made sick."""

    def __init__(self, directory: Path, port: int, options: Sequence[str] = AT_ONCE) -> None:
        self.port = port
        self._directory = directory
        self._options = options
        self._running: Running | None = None

    @property
    def url(self) -> str:
        """Return where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self, *, empty: bool = False) -> None:
        """Start it with what it held, or with nothing; wait until it answers."""
        if empty:
            for held in (*self._directory.glob("appendonly*"), *self._directory.glob("dump.rdb")):
                shutil.rmtree(held) if held.is_dir() else held.unlink()
        command = [redis_program(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                   *self._options, "--dir", str(self._directory)]  # fmt: skip
        self._running = Running("redis", command, self._directory, self.port, dict(os.environ))
        self._running.wait_until_up()
        self.ask("PING")

    def kill(self) -> None:
        """Kill it, where it runs."""
        running, self._running = self._running, None
        if running is not None:
            running.end(signal.SIGKILL)

    def send(self, number: int) -> None:
        """Send it a signal."""
        if self._running is not None:
            self._running.send(number)

    def ask(self, *command: str) -> Any:  # noqa: ANN401 - whatever Redis answers
        """Return the answer to one command, texts as ISO 8859-1: a character a byte."""
        import redis

        for _ in range(500):
            with (
                suppress(redis.exceptions.BusyLoadingError),
                redis.Redis(port=self.port, socket_timeout=10, encoding="latin-1", decode_responses=True) as client,
            ):
                return client.execute_command(*command)
            time.sleep(0.02)
        raise MeasuringError("redis did not finish loading")

    def bits(self, key: str) -> set[int]:
        """Return which bits of a bitmap are set."""
        held: str = self.ask("GET", key) or ""
        return {8 * place + bit for place, byte in enumerate(held) for bit in range(8) if ord(byte) & (128 >> bit)}


@contextmanager
def redis_server(directory: Path, options: Sequence[str] = AT_ONCE) -> Iterator[Redis]:
    """Give a Redis of its own, running and empty."""
    directory.mkdir(parents=True, exist_ok=True)
    server = Redis(directory, free_port(), options)
    server.start(empty=True)
    try:
        yield server
    finally:
        server.send(signal.SIGCONT)
        server.kill()


def redis_program() -> str:
    """Return the redis-server on the PATH, or the one beside this Python."""
    found = shutil.which("redis-server") or shutil.which("redis-server", path=str(Path(sys.executable).parent))
    if found is None:
        raise MeasuringError("there is no redis-server; install Redis, or the development tools with scripts/setup")
    return found


def free_port() -> int:
    """Return a TCP port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
