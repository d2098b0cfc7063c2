"""A webhook on loopback: keeps what it is sent, and answers as a test wants."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.redis_deployments import wait_for


class Webhook:
    """Listens on a free port. `status` is what it answers; while `hangs` is set it does not answer at all."""

    def __init__(self) -> None:
        self.status = 200
        self.hangs = threading.Event()
        self.ended = threading.Event()
        self.received: list[dict[str, Any]] = []
        self.types: list[str] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.types.append(self.headers["content-type"])
                hook.received.append(json.loads(body))
                if hook.hangs.is_set():
                    hook.ended.wait(20)
                self.send_response(hook.status)
                self.send_header("location", f"{hook.address}/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/services/SECRET-PATH"

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """Return what was received once it is so many messages."""
        wait_for(lambda: len(self.received) >= count)
        return self.received

    def close(self) -> None:
        """Stop listening."""
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
