"""A proxy before a Redis that does one thing wrong, at a request of the test's choice."""

import select
import socket
import threading
from contextlib import suppress

REFUSE, SWALLOW_REPLY, HALF_REQUEST, HALF_REPLY, SILENT, LATE = (
    "hangs up instead of passing a request on",
    "passes a request on and hangs up instead of passing its reply on",
    "passes half of a request on and hangs up",
    "passes half of a reply on and hangs up",
    "keeps a request to itself and says nothing",
    "passes a request on when its sender has long given up",
)
FAULTS = (REFUSE, SWALLOW_REPLY, HALF_REQUEST, HALF_REPLY, SILENT, LATE)


class FaultyProxy:
    """Passes everything on to `to`, a port of loopback, but for one fault at a time."""

    def __init__(self, to: int) -> None:
        self.to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._fault: str | None = None
        self._requests_before = 0
        self._release = threading.Event()
        self._delivered = threading.Event()
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """A sink's URL that leads here, with time-outs that keep tests short."""
        return f"redis://127.0.0.1:{self.port}/0?socket_timeout=0.3&socket_connect_timeout=0.3"

    def arm(self, fault: str, requests_before: int) -> None:
        """Do something wrong once, after a number of requests that pass."""
        self._release.clear()
        self._delivered.clear()
        self._fault, self._requests_before = fault, requests_before

    def disarm(self) -> bool:
        """Do nothing wrong any more; return whether something was done wrong."""
        armed, self._fault = self._fault, None
        return armed is None

    def release(self) -> None:
        """Pass on what is late, and wait until the server has answered it."""
        self._release.set()
        assert self._delivered.wait(10)

    def cut(self) -> None:
        """Hang up all connections."""
        with self._lock:
            held, self._open = self._open, []
        for one in held:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up and take no more connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(("127.0.0.1", self.to)) as server:
            with self._lock:
                self._open += [client, server]
            while True:
                for source in select.select([client, server], [], [])[0]:
                    heard = source.recv(1 << 20)
                    if not heard:
                        return
                    fault = self._due() if source is client else None
                    if fault is not None:
                        self._spoil(fault, heard, client, server)
                        return
                    (server if source is client else client).sendall(heard)

    def _due(self) -> str | None:
        with self._lock:
            if self._fault is None or self._requests_before > 0:
                self._requests_before -= 1
                return None
            fault, self._fault = self._fault, None
            return fault

    def _spoil(self, fault: str, request: bytes, client: socket.socket, server: socket.socket) -> None:
        if fault in (SWALLOW_REPLY, HALF_REPLY):
            server.sendall(request)
            reply = server.recv(1 << 20)
            if fault == HALF_REPLY:
                client.sendall(reply[: len(reply) // 2])
        elif fault == HALF_REQUEST:
            server.sendall(request[: len(request) // 2])
        elif fault == SILENT:
            client.recv(1)  # until it gives up
        elif fault == LATE:
            self._release.wait(30)
            server.sendall(request)
            server.settimeout(5)
            with suppress(OSError):
                server.recv(1 << 20)
            self._delivered.set()
