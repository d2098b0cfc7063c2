"""Drives WSGI applications in process, as a strict server does, and reads back what the tracker wrote."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from auditor.tracking import shared


class Answer:
    """What a server made of an application's answer: the last status it was told, the body, what was raised."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self.error: Exception | None = None
        self.result: Any = None
        self.closed = False


def call(app: Any, request: str, **environ: Any) -> Answer:
    """Send "METHOD /path" to an application; read the body, close it."""
    method, _, path = request.partition(" ")
    path, _, query = path.partition("?")
    given = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": "0",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    } | environ  # fmt: skip
    answer = Answer()

    def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
        assert not answer.status or error, "an application answers twice only with an error"
        answer.status = int(status.split(" ")[0])
        return lambda data: None

    try:
        answer.result = app(given, start_response)
        try:
            answer.body = b"".join(answer.result)
        finally:
            if hasattr(answer.result, "close"):
                answer.result.close()
                answer.closed = True
    except Exception as error:  # noqa: BLE001 - what a server would log
        answer.error = error
    return answer


class Tracked:
    """What the tracker delivered to a directory."""

    def __init__(self, directory: Path, totals: Any, records: Any) -> None:
        self.directory = directory
        self._totals = totals
        self._records = records

    def drive(self, app: Any, requests: Iterable[str], **environ: Any) -> list[int]:
        """Send requests; return the statuses."""
        return [call(app, request, **environ).status for request in requests]

    @property
    def settings(self) -> dict[str, Any]:
        """What a middleware is given to deliver here."""
        return {"app_name": "shop", "sink": f"file://{self.directory}", "version": "v1", "flush_interval": 60}

    @property
    def calls(self) -> dict[str, int]:
        shared.close_all()
        return dict(sorted(self._totals(self.directory).items()))

    @property
    def records(self) -> list[dict[str, Any]]:
        shared.close_all()
        found: list[dict[str, Any]] = self._records(self.directory)
        return found

    @property
    def routes(self) -> dict[str, Any]:
        """The route table that was published last."""
        tables = [record["routes"] for record in self.records if record["kind"] == "routes"]
        return tables[-1] if tables else {}

    @property
    def handlers(self) -> dict[str, str]:
        """Of each route the handler's name within its module, and behind it those that it shadows."""
        return {
            key: " < ".join(
                one["handler"].rpartition(":")[2].rpartition("<locals>.")[2] for one in (route, *route["shadowed"])
            )
            for key, route in self.routes.items()
        }
