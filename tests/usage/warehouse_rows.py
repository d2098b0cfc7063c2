"""Eight thousand requests as a production's log holds them: the same for files and for every warehouse.

Several zones, ids, HEAD, 405, escapes, queries, slashes at the end, hosts, routes that shadow others, scanners.
"""

import json
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)  # the last hour before is not watched yet
FIRST = datetime(2026, 11, 8, tzinfo=UTC)
DAYS = 3
KEYS = (
    "GET /users/me",
    "GET /users/{user_id:int}",
    "GET /users/{name}",
    "GET /users/list",  # never served: the parameter before it takes all
    "POST /users",
    "GET /users/",
    "DELETE /users/{user_id:int}",
    "GET /api/v1/orders/{order_id:uuid}",
    "GET /api/v1/orders/{number}",
    "GET /api/v1/orders/{number}/items/{item_id:int}",
    "GET /api/v2/orders/{number}.json",
    "GET /api/v2/orders/{number}",
    "* /hooks/{name:slug}",
    "GET /prices/{amount:float}",
    "GET /files/{path:path}",
    "HEAD /files/index",
    "GET /trees/{path:path}/raw",
    "GET /trees/{path:path}",
    "GET /a b/{thing}",
    "GET /search",
    "GET /",
)
_ZONES = (UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=30)))
_STATUSES = (200, 200, 200, 201, 204, 301, 404, 405, 422, 500, 503, 504, None)


class Request(NamedTuple):
    """One row. `at` is aware, of any zone; `path` is the target as logged."""

    at: datetime
    method: str
    path: str
    status: int | None
    duration_ms: int
    agent: str
    address: str


def requests(count: int = 8_000) -> list[Request]:
    """Return the requests, in no order."""
    dice = random.Random(20261108)
    return [_request(dice) for _ in range(count)]


def write_lines(path: Path, rows: list[Request]) -> None:
    """Write the requests as JSON lines."""
    with path.open("w") as stream:
        for row in rows:
            line = row._asdict() | {"at": None, "timestamp": row.at.isoformat()}
            stream.write(json.dumps({name: value for name, value in line.items() if value is not None}) + "\n")


def _request(dice: random.Random) -> Request:
    # No request in the hours 3 to 5 of a day: nobody watched then.
    second = dice.randrange(DAYS * 86_400)
    if 3 <= second // 3600 % 24 < 6:
        second += 3 * 3600
    micros = dice.choice((0, 0, 499_999, 500_000, 999_999))
    at = (FIRST + timedelta(seconds=second, microseconds=micros)).astimezone(dice.choice(_ZONES))
    method = dice.choice(("GET",) * 8 + ("HEAD", "POST", "DELETE", "OPTIONS", "get", "PUT"))
    return Request(
        at, method, _target(dice), dice.choice(_STATUSES), dice.choice((0, 1, 3, 17, 250, 1999)),
        f"agent-secret-{dice.randrange(99)}", f"10.9.8.{dice.randrange(255)}",
    )  # fmt: skip


def _target(dice: random.Random) -> str:
    path = _PATHS[dice.randrange(len(_PATHS))](dice)
    if dice.random() < 0.1:
        path = path.rstrip("/") if path.endswith("/") and len(path) > 1 else path + "/"
    if dice.random() < 0.05:
        path = "".join(f"%{ord(one):02X}" if one.isalnum() and dice.random() < 0.3 else one for one in path)
    query = dice.choice(("", "", "", "?token=secret-42", "?next=/users/7", "#top", "?a=1?b=2#c"))
    path = path or "/"
    host = dice.choice(("",) * 12 + ("https://shop.example", "http://shop.example:8080"))
    return host + path + query


def _id(dice: random.Random) -> str:
    return str(dice.randrange(10**6))


def _uuid(dice: random.Random) -> str:
    digits = f"{dice.getrandbits(128):032x}"
    return dice.choice(
        (digits, f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}", digits[:-1])
    )


def _word(dice: random.Random) -> str:
    return quote(
        dice.choice(("anna", "Me", "me", "list", "jörg", "a b", "x.json", "50%", "a/b", "ß?", "q#r", "٣", "12a"))
    )


_PATHS = (
    lambda dice: f"/users/{_id(dice)}",
    lambda dice: f"/users/{_word(dice)}",
    lambda dice: "/users",
    lambda dice: "/users//",
    lambda dice: f"/users/{dice.choice(('anna', 'jörg', 'me%00', '%6De', '1%32', '%D9%A3', '%ff', '7%0A', 'a%zz'))}",
    lambda dice: f"/api/v1/orders/{_uuid(dice)}",
    lambda dice: f"/api/v1/orders/{_word(dice)}/items/{dice.choice((_id(dice), _word(dice)))}",
    lambda dice: f"/api/v2/orders/{_id(dice)}{dice.choice(('', '.json', '.jsonx', 'json'))}",
    lambda dice: f"/hooks/{dice.choice(('git-hub_1', 'a.b', 'ü', 'x%20y'))}",
    lambda dice: f"/prices/{dice.choice(('1', '1.5', '1.', '.5', '1.5.2'))}",
    lambda dice: "/files/" + "/".join(_word(dice) for _ in range(dice.randrange(4))),
    lambda dice: dice.choice(("/files/index", "/files", "/files//index")),
    lambda dice: (
        "/trees/" + "/".join(_word(dice) for _ in range(dice.randrange(4))) + dice.choice(("/raw", "/raw/x", ""))
    ),
    lambda dice: f"/a%20b/{_word(dice)}",
    lambda dice: dice.choice(("/users/12\n", "/users/a\nb", "/users/٣", "/hooks/it's", "/hooks/a\\b", "/users/(x)|y")),
    lambda dice: dice.choice(("/", "//", "/search", "/wp-admin/x.php", "/search/deep/er/and/deeper/still", "*")),
)
