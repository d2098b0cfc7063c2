"""A log such as a shop's API writes in 14 days. In: a format, a size, a file. Out: its requests and its route table."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

END = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
DAYS = 14
_RESOURCES = ("users", "orders", "items", "invoices", "carts", "sessions", "reports", "payments", "shops", "teams")
_SHAPES = (
    "GET /api/v1/%", "POST /api/v1/%", "GET /api/v1/%/{id}", "PUT /api/v1/%/{id}", "GET /api/v1/%/{id}/history/{n:int}",
    "GET /api/v2/%/{key}", "DELETE /api/v2/%/{key}", "GET /api/v2/%/{key}/export.csv",
)  # fmt: skip
KEYS = tuple(shape.replace("%", name) for name in _RESOURCES for shape in _SHAPES)
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "curl/7.88.1",
    "python-requests/2.32.3",
)
_BATCH = 5_000
_BYTES_A_LINE = {"json": 300, "combined": 170}


def write(path: Path, kind: str, size: int) -> int:
    """Write a log of about `size` bytes, `kind` `"json"` or `"combined"`; return the number of its lines.

    The same call writes the same bytes. One path in ten has a prefix that a proxy cuts off, two in five
    have a query string.
    """
    rng = random.Random(7)
    step = timedelta(days=DAYS) / max(1, size // _BYTES_A_LINE[kind])
    at, lines, written = END - timedelta(days=DAYS), 0, 0
    line = _json_line if kind == "json" else _combined_line
    with path.open("w", buffering=1 << 20) as stream:
        while written < size:
            batch = []
            for method, target in _targets(rng):
                at = min(at + step, END)
                batch.append(line(rng, at, method, target))
            text = "".join(batch)
            stream.write(text)
            lines, written = lines + len(batch), written + len(text)
    return lines


def _targets(rng: random.Random) -> Iterator[tuple[str, str]]:
    weights = [1 / (place + 1) for place in range(len(KEYS))]
    for key in rng.choices(KEYS, weights, k=_BATCH):
        method, _, path = key.partition(" ")
        path = path.replace("{id}", str(rng.randrange(2_000_000))).replace("{n:int}", str(rng.randrange(900)))
        if "{key}" in path:
            path = path.replace("{key}", str(uuid.UUID(int=rng.getrandbits(128))))
        if rng.random() < 0.1:
            path = f"/wp-{rng.randrange(50)}{path}"
        yield method, f"{path}?page={rng.randrange(50)}&q=abc%20{rng.randrange(999)}" if rng.random() < 0.4 else path


def _address(rng: random.Random) -> str:
    return f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"


def _status(rng: random.Random) -> int:
    return rng.choices((200, 201, 304, 404, 422, 500), (80, 5, 5, 5, 4, 1))[0]


def _json_line(rng: random.Random, at: datetime, method: str, target: str) -> str:
    return (
        f'{{"timestamp":"{at.isoformat(timespec="milliseconds")}","level":"info","logger":"access",'
        f'"method":"{method}","path":"{target}","status":{_status(rng)},"duration_ms":{rng.expovariate(0.02):.3f},'
        f'"client":"{_address(rng)}","user_agent":"{rng.choice(_AGENTS)}"}}\n'
    )


def _combined_line(rng: random.Random, at: datetime, method: str, target: str) -> str:
    return (
        f'{_address(rng)} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "{method} {target} HTTP/1.1" {_status(rng)} '
        f'{rng.randrange(9999)} "-" "{rng.choice(_AGENTS)}"\n'
    )
