"""Run as a program: writes a small ledger with the auditor that is imported, and what that auditor answers of it.

Arguments: a PostgreSQL URL, as in `postgresql+psycopg://user:password@host/database`, of a database that may be
emptied. Writes beside itself `REVISION.sqlite.sql`, `REVISION.postgresql.sql` and `REVISION.json`; see README.md. Uses
only what every version since the first has had, and more where this one has it.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa

from auditor.ledger import schema
from auditor.ledger.store import Ledger
from auditor.model import usage

PLACE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAYS = 14
MIN_WATCHED = 0.95
CONFIGURED = ("redis", "edge", "worker")
CALLED = ("GET /orders", "POST /orders", "GET /orders/{id}", "GET /größe/{name}", "DELETE /carts/{cart}/items/{item}")
SILENT = ("GET /legacy/export", "POST /legacy/import")


def collections() -> list[usage.Collection]:
    """Return what was collected: by a tracker through Redis, from logs, and from what is not configured any more."""
    chance = random.Random(20261120)
    window = usage.Window.last_days(16, NOW)
    days = window.dates()
    return [
        usage.Collection(
            "redis", window, tuple(_watched(days)), tuple(_calls(chance, days)), tuple(_routes()),
            lost=((days[1], 12),), **_newer(),
        ),
        usage.Collection("edge", window, samples=tuple(_logged(chance, days)), only_for_use=True,
                         notes=("sampled: proves use, never absence",)),
        usage.Collection("worker", window, samples=tuple(_named(chance, days)), only_for_use=True),
        usage.Collection("retired", window, samples=(_sample("GET /gone", days[3], 5),), problem="connection refused"),
    ]  # fmt: skip


def _calls(chance: random.Random, days: tuple[date, ...]) -> list[usage.UsageSample]:
    found = []
    for day in days:
        for place, key in enumerate(CALLED):
            for origin in ("web-1", "web-2") if place < 2 else ("web-1",):
                good, bad = chance.randrange(1, 90_000), chance.randrange(0, 40)
                seen = _at(day, chance.randrange(0, 11 * 3600))
                found.append(_sample(key, day, good + bad, errors=bad, last_seen=seen, origin=origin,
                                     by_status={"2xx": good, **({"5xx": bad} if bad else {})},
                                     **_measures(good, bad, seen)))  # fmt: skip
        found.append(_sample("(unmatched)", day, chance.randrange(1, 500)))
    return found


def _logged(chance: random.Random, days: tuple[date, ...]) -> list[usage.UsageSample]:
    return [
        _sample(key, day, chance.randrange(1, 100_000), origin=f"log-{day:%m%d}", last_seen=_at(day, 3600))
        for day in days[::2]
        for key in CALLED[:3]
    ]


def _named(chance: random.Random, days: tuple[date, ...]) -> list[usage.UsageSample]:
    kinds: tuple[tuple[usage.UsageKind, str], ...] = (
        ("task", "shop.mail.remind"), ("component", "invoice-export"), ("function", "shop.prices:total"),
    )  # fmt: skip
    return [
        usage.UsageSample(name, kind, day, chance.randrange(1, 2**40), chance.randrange(0, 9))
        for kind, name in kinds
        for day in days[3:9]
    ]


def _watched(days: tuple[date, ...]) -> list[usage.WatchedDay]:
    last = usage.WatchedDay.of_minutes(days[-1], set(range(NOW.hour * 60)))
    return [*(usage.WatchedDay(day, b"\xff" * 180) for day in days[:-1]), last]


def _routes() -> list[usage.RegisteredRoute]:
    first, last = NOW - timedelta(days=60), NOW - timedelta(hours=2)
    served = [
        usage.RegisteredRoute(
            key, usage.RegisteredHandler(f"shop.api:handler_{place}", "shop/api.py", 10 + place), "v41",
            first, last, (usage.RegisteredHandler("shop.old:handler", "shop/old.py", 3),) if place == 1 else (),
        )
        for place, key in enumerate((*CALLED, *SILENT))
    ]  # fmt: skip
    young = usage.RegisteredRoute(
        "GET /young", usage.RegisteredHandler("shop.api:young", "shop/api.py", 99), "v41", NOW - timedelta(days=3), last
    )
    return [*served, young]


def _newer() -> dict[str, Any]:
    """Return what only later versions can record of a source."""
    found: dict[str, Any] = {}
    handler = usage.RegisteredHandler("shop.mail:remind", "shop/mail.py", 7)
    first, last = NOW - timedelta(days=60), NOW - timedelta(hours=2)
    if hasattr(usage, "RegisteredName"):
        found["names"] = (usage.RegisteredName("task", "shop.mail.remind", handler, "v41", first, last),)
    if hasattr(usage, "UsageTotal"):
        found["totals"] = (
            usage.UsageTotal("report-export", "component", 7_000_000, None, 12, last),
            usage.UsageTotal("label-print", "component", 812, 14, 3, last),
        )
        found["watched_kinds"] = {"task": tuple(_watched(usage.Window.last_days(3, NOW).dates()))}
    return found


def _measures(good: int, bad: int, seen: datetime) -> dict[str, Any]:
    """Return what only later versions can record of a key on a day: measures, and the hour of its last use."""
    if "hours" not in usage.UsageSample.__struct_fields__:
        return {}
    from auditor.model.measures import Durations, HourlyUse

    told = {
        "succeeded": good, "timed_out": bad // 2, "errors_by_code": {"timeout": bad // 2} if bad > 1 else {},
        "durations": Durations({90: good, 120: bad}, 9_000 * good, 4_800, 110_000), "cost": 25 * good, "costed": good,
        "first_seen": seen - timedelta(minutes=1),
    }  # fmt: skip
    return {**told, "hours": {seen.hour: HourlyUse(count=good + bad, errors=bad, last_seen=seen, **told)}}


def _sample(key: str, day: date, count: int, **more: Any) -> usage.UsageSample:
    return usage.UsageSample(key, "endpoint", day, count, **more)


def _at(day: date, seconds: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds, microseconds=seconds)


def fill(url: str, root: Path) -> None:
    """Record the collections twice, the second time a little later and of one source less."""
    with Ledger.open(url, root) as ledger:
        ledger.record(collections(), now=NOW - timedelta(days=1))
        ledger.record([one for one in collections() if one.source != "retired"], now=NOW)


def answers(url: str, root: Path) -> dict[str, Any]:
    """Return what this auditor answers of a ledger that `fill` has filled."""
    with Ledger.read_only(url, root, sources=CONFIGURED) as ledger:
        found = {
            "stats": ledger.usage_stats(DAYS, now=NOW),
            "unused": ledger.unused(DAYS, now=NOW, min_watched=MIN_WATCHED),
            "digest": ledger.digest(usage.Window.last_days(DAYS, NOW)),
        }
    return dict(json.loads(msgspec.json.encode(found)))


def pinned(revision: str) -> dict[str, Any]:
    """Return what the auditor of a former revision answered of its ledger."""
    return dict(json.loads((PLACE / f"{revision}.json").read_text("utf-8")))


def load(revision: str, url: str, root: Path) -> None:
    """Make the ledger of a former revision in an empty database."""
    if url.startswith("sqlite"):
        path = root / url.removeprefix("sqlite:///")
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as database:
            database.executescript((PLACE / f"{revision}.sqlite.sql").read_text("utf-8"))
        return
    with closing(psycopg.connect(_plain(url))) as connection, connection:
        connection.execute((PLACE / f"{revision}.postgresql.sql").read_bytes())


def main(postgres: str) -> None:
    """Write the three files of the present revision."""
    with tempfile.TemporaryDirectory() as root:
        fill("sqlite:///ledger.db", Path(root))
        known = answers("sqlite:///ledger.db", Path(root))
        with sqlite3.connect(Path(root, "ledger.db")) as database:
            written = "\n".join(database.iterdump()) + "\n"
    _write("sqlite.sql", written)
    _write("json", json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    _empty(postgres)
    fill(postgres, Path())
    assert answers(postgres, Path()) == known, "the two databases answer differently"
    _write("postgresql.sql", _dumped(postgres))


def _dumped(postgres: str) -> str:
    """Return a database as SQL that any client can run, without the marks of psql and of the program's version."""
    environment = {**os.environ, "PGPASSWORD": sa.make_url(postgres).password or ""}
    command = ["pg_dump", "--rows-per-insert=200", "--no-owner", "--no-privileges", _plain(postgres)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return "\n".join(line for line in done.stdout.splitlines() if line and not line.startswith(("--", "\\"))) + "\n"


def _plain(url: str) -> str:
    """Return a SQLAlchemy URL as PostgreSQL's own programs take it, without a password."""
    return sa.make_url(url).set(drivername="postgresql", password=None).render_as_string()


def _empty(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for name in sa.inspect(connection).get_table_names():
            if name.startswith("auditor_"):
                connection.exec_driver_sql(f'DROP TABLE "{name}"')
    engine.dispose()


def _write(ending: str, text: str) -> None:
    (PLACE / f"{schema.HEAD}.{ending}").write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
