"""The client: a program that sends requests over kept connections and says what it sent and how long that took.

In: a plan (JSON) on stdin, see `Plan`. Out: JSON on stdout, see `Sent`. A request without a whole answer is counted as
such: nobody knows whether it was served.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import NamedTuple

from measuring.fetching import HERE, MeasuringError

TIMEOUT = 30.0
_HEAD = (
    "GET {path} HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\n\r\n"
)


class Plan(NamedTuple):
    """What to send to each target (name -> port): (path, field) in turns.

    With a `rate`, each target gets so many requests a second, whether or not it keeps up, and seconds are taken from
    when a request was due. Without, the targets take turns of `turn` requests, `connections` at a time, as fast as
    they answer.
    """

    targets: Mapping[str, int]
    mix: Sequence[Sequence[str]]
    requests: int
    rate: float = 0.0
    turn: int = 200
    connections: int = 4


class Sent(NamedTuple):
    """What one target was sent: answered requests by field, seconds of each that was timed, and the unanswered."""

    fields: dict[str, int]
    seconds: list[float]
    unanswered: int

    @property
    def total(self) -> int:
        """Return the number of answered requests."""
        return sum(self.fields.values())


class Connection:
    """One kept connection. Raises OSError where the server hangs up or says nothing for `TIMEOUT` seconds."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def send(self, request: bytes) -> None:
        """Send one request."""
        self._socket.sendall(request)

    def answer(self) -> int:
        """Return the status of the next answer, read to its end."""
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._heard()
        head, _, body = self._rest.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self._heard()
        self._rest = body[length:]
        return int(head[9:12])

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _heard(self) -> bytes:
        heard = self._socket.recv(1 << 16)
        if not heard:
            raise ConnectionError("the server hung up")
        return heard


class Target:
    """One server under load, and what it was sent."""

    def __init__(self, port: int, plan: Plan) -> None:
        self._port = port
        self._mix = cycle([(_HEAD.format(path=path).encode("ascii"), field) for path, field in plan.mix])
        self._connections = [Connection(port) for _ in range(1 if plan.rate else plan.connections)]
        self.sent = Sent({}, [], 0)

    def turn(self, requests: int) -> None:
        """Send a number of requests, one on each connection at a time."""
        while requests > 0:
            batch = list(zip(self._connections, islice(self._mix, min(requests, len(self._connections))), strict=False))
            for connection, (request, _) in batch:
                connection.send(request)
            for connection, (_, field) in batch:
                self._note(connection.answer(), field)
            requests -= len(batch)

    def paced(self, due: Iterator[float]) -> None:
        """Send a request whenever one is due, in seconds of the monotonic clock."""
        for moment in due:
            time.sleep(max(0.0, moment - time.monotonic()))
            request, field = next(self._mix)
            try:
                self._connections[0].send(request)
                self._note(self._connections[0].answer(), field)
            except OSError:
                self.sent = self.sent._replace(unanswered=self.sent.unanswered + 1)
                self._connections[0].close()
                self._connections = [Connection(self._port)]
            self.sent.seconds.append(time.monotonic() - moment)

    def close(self) -> None:
        """Hang up all connections."""
        for connection in self._connections:
            connection.close()

    def _note(self, status: int, field: str) -> None:
        if f"{status // 100}xx" != field.rpartition(" ")[2]:
            raise MeasuringError(f"status {status} for what is counted under {field!r}")
        self.sent.fields[field] = self.sent.fields.get(field, 0) + 1


def loaded(plan: Plan) -> dict[str, Sent]:
    """Run a plan in a process of its own.

    Raises:
        MeasuringError: A server did not answer as it should.
    """
    done = subprocess.run(
        [sys.executable, "-m", "measuring.tracking.load"], input=json.dumps(plan._asdict()), capture_output=True,
        text=True, check=False, env={**os.environ, "PYTHONPATH": f"{HERE}:{HERE / 'scripts'}"},
    )  # fmt: skip
    if done.returncode:
        raise MeasuringError(f"the load failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1][:300]}")
    return {name: Sent(*sent) for name, sent in json.loads(done.stdout).items()}


def main() -> None:
    """Run the plan on stdin."""
    plan = Plan(**json.load(sys.stdin))
    targets = {name: Target(port, plan) for name, port in plan.targets.items()}
    (_paced if plan.rate else _in_turns)(list(targets.values()), plan)
    print(json.dumps({name: target.sent for name, target in targets.items()}))


def _in_turns(targets: Sequence[Target], plan: Plan) -> None:
    for number, start in enumerate(range(0, plan.requests, plan.turn)):
        first = number % len(targets)
        for target in (*targets[first:], *targets[:first]):
            target.turn(min(plan.turn, plan.requests - start))


def _paced(targets: Sequence[Target], plan: Plan) -> None:
    """Load all targets at once, their requests evenly between each other's, so that all meet the same machine."""
    begin = time.monotonic() + 0.05
    firsts = (begin + number / len(targets) / plan.rate for number in range(len(targets)))
    with ThreadPoolExecutor(len(targets)) as pool:
        running = [
            pool.submit(target.paced, (first + tick / plan.rate for tick in range(plan.requests)))
            for target, first in zip(targets, firsts, strict=True)
        ]
        for one in running:
            one.result()


if __name__ == "__main__":
    main()
