"""Celery: real workers, in one process and in forked ones, on a Redis broker.

Started again by itself as the worker (`celery -A scenario_celery worker`), which imports it.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from celery import Celery

from auditor.tracking import celery

SENT = ["shop.add", "shop.add", "shop.fails", "shop.again", "shop.unknown"]
STARTS = 6
"""Tasks that start: one of those sent is unknown to the worker, one is tried three times."""

directory = Path(os.environ.get("SCENARIO", sys.argv[-1]))
app = Celery("shop", broker=os.environ["AUDITOR_REDIS_URL"])


@app.task(name="shop.add")
def add() -> None:
    _note()


@app.task(name="shop.fails")
def fails() -> None:
    _note()
    raise RuntimeError("on purpose")


@app.task(name="shop.again", bind=True, max_retries=2)
def again(self: Any) -> None:
    _note()
    if self.request.retries < 2:
        raise self.retry(countdown=0)


@app.task(name="shop.never_called")
def never_called() -> None:
    """Exists."""


def _note() -> None:
    with (directory / "noted").open("a") as noted:
        noted.write("+")


celery.track(app)


def start(pool: str) -> subprocess.Popen[bytes]:
    """Send all tasks to a queue, and start a worker that does them; it publishes those of the default queue."""
    for name in SENT:
        app.send_task(name, queue=pool)
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "celery", "-A", "scenario_celery", "-q", "worker",
         "--queues", f"{pool},celery", "--pool", pool, "--concurrency", "1", "--without-gossip", "--without-mingle",
         "--loglevel", "critical"],
        env=os.environ | {"SCENARIO": str(directory)}, cwd=Path(__file__).parent,
    )  # fmt: skip


def stop(workers: list[subprocess.Popen[bytes]]) -> None:
    """Stop workers as a deployment does, once all tasks have started."""
    deadline = time.monotonic() + 60
    noted = directory / "noted"
    while not noted.exists() or noted.stat().st_size < STARTS * len(workers):
        if any(worker.poll() is not None for worker in workers) or time.monotonic() > deadline:
            sys.exit("a worker did not do its tasks")
        time.sleep(0.05)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    for worker in workers:
        worker.wait(60)


if __name__ == "__main__":
    from drive import compare, recorded, registered

    stop([start("solo"), start("prefork")])
    compare(
        {"tasks": recorded("tasks"), "outcomes": recorded("outcomes"), "registered": registered()},
        {
            "tasks": {"shop.add": 4, "shop.fails": 2, "shop.again": 6},
            "outcomes": {"tasks failed shop.fails": 2, "tasks retried shop.again": 4},
            "registered": {
                "tasks shop.add": "scenario_celery:add",
                "tasks shop.again": "scenario_celery:again",
                "tasks shop.fails": "scenario_celery:fails",
                "tasks shop.never_called": "scenario_celery:never_called",
            },
        },
    )
