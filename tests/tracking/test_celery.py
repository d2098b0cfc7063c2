"""Celery's tasks: real workers of every pool that is installed, on a real broker, and eager tasks in this process."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery, signals
from celery.exceptions import TimeLimitExceeded

from auditor.tracking import celery as tracker
from auditor.tracking import layout, shared

APP = """
import os
import time
from celery import Celery, Task, shared_task
from celery.exceptions import Ignore
from auditor.tracking import celery, component

app = Celery("shop", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.conf.update(worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True)
app.conf.task_routes = {"jobs.elsewhere": {"queue": "other"}, "jobs.h*": "celery"}
app.autodiscover_tasks(["found"])
celery.track(app, flush_interval=float(os.environ.get("INTERVAL", "60")), durations=True)

@app.task
def add(a=1, b=1):
    return a + b

@app.task(name="reports.weekly", bind=True)
def weekly(self):
    return 7

@app.task
def boom():
    raise ValueError("own")

@app.task(bind=True, max_retries=2)
def again(self):
    if self.request.retries < 2:
        raise self.retry(countdown=0)
    return "done"

@app.task(soft_time_limit=0.5)
def soft():
    time.sleep(30)

@app.task(time_limit=2)
def hard():
    time.sleep(30)

@app.task
def gone():
    os._exit(3)

@app.task
def elsewhere():
    return 1

@app.task(queue="other")
def elsewhere_too():
    return 1

@app.task
def ignored():
    raise Ignore()

@app.task
@component("never-called")
def never_called():
    pass

class Import(Task):
    name = "shop.import"

    def run(self):
        return 1

app.register_task(Import())
"""

FOUND = """
from celery import shared_task

@shared_task
def found_late():
    return 1
"""


class Worker:
    """A Celery worker of its own, and what it left in Redis."""

    def __init__(self, directory: Path, url: str, *arguments: str, **environment: str) -> None:
        (directory / "jobs.py").write_text(APP)
        (directory / "found").mkdir(exist_ok=True)
        (directory / "found" / "__init__.py").write_text("")
        (directory / "found" / "tasks.py").write_text(FOUND)
        self.broker = url.rpartition("/")[0] + "/1"
        self.environment = os.environ | {
            "BROKER": self.broker, "PYTHONPATH": f"{directory}:{Path(__file__).parents[2]}",
            "AUDITOR_APP": "shop", "AUDITOR_SINK": url,
        } | environment  # fmt: skip
        self.directory = directory
        self.client = redis.Redis.from_url(url, decode_responses=True)
        self.results = redis.Redis.from_url(self.broker)
        self.sender = Celery("sender", broker=self.broker, set_as_current=False)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "jobs", "-q", "worker", "--loglevel", "critical", *arguments],
            cwd=directory, env=self.environment, start_new_session=True,
        )  # fmt: skip

    def send(self, name: str, **options: Any) -> str:
        """Send a task and return its id."""
        return str(self.sender.send_task(name, **options).id)

    def run(self, *names: str, **options: Any) -> None:
        """Have tasks done."""
        sent = [f"celery-task-meta-{self.send(name, **options)}" for name in names]
        wait_until(lambda: all(one and b'"RETRY"' not in one for one in self.results.mget(sent)))

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(40)

    def close(self) -> None:
        """End all of its processes."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
        self.sender.close()
        self.results.close()
        self.client.close()

    def left(self) -> "Left":
        """Return what is stored now."""
        keys = self.client.keys("*")
        hashes = {key: dict(self.client.hgetall(key)) for key in keys if self.client.type(key) == "hash"}
        return Left(keys, hashes, {key: self.client.bitcount(key) for key in keys if ":watched" in key})


@dataclass(frozen=True)
class Left:
    """What a worker left in Redis."""

    keys: list[str]
    hashes: dict[str, dict[str, str]]
    bits: dict[str, int]

    def totals(self, kind: str) -> dict[str, int]:
        """Return what was counted of a kind, over all days."""
        found: dict[str, int] = {}
        for key, fields in self.hashes.items():
            if f":{kind}:" in key:
                for name, count in fields.items():
                    found[name] = found.get(name, 0) + int(count)
        return found

    def minutes(self, kind: str) -> int:
        return sum(count for key, count in self.bits.items() if f":watched{kind}:" in key)

    def records(self, kind: str) -> dict[str, Any]:
        """Return the JSON values of the hashes of a kind."""
        return {
            name: json.loads(value)
            for key, fields in self.hashes.items()
            if f":{kind}" in key
            for name, value in fields.items()
        }


@pytest.fixture
def work(tmp_path: Path, redis_url: str) -> Iterator[Callable[..., Worker]]:
    workers: list[Worker] = []
    broker = redis.Redis.from_url(redis_url.rpartition("/")[0] + "/1")
    broker.flushdb()

    def start(*arguments: str, **environment: str) -> Worker:
        worker = Worker(tmp_path, redis_url, *arguments, **environment)
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.close()
    broker.flushdb()
    broker.close()


def wait_until(true: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def worked(shared_redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Left, Path]]:
    """A prefork worker that has done everything once and was stopped."""
    for database in ("0", "1"):
        with redis.Redis.from_url(f"{shared_redis.rpartition('/')[0]}/{database}") as client:
            client.flushdb()
    worker = Worker(tmp_path_factory.mktemp("worked"), shared_redis, "-c", "2", INTERVAL="0.2")
    worker.send("jobs.add", expires=-1)
    worker.send("nobody.knows")
    worker.run("celery.map", kwargs={"task": {"task": "jobs.add"}, "it": [1, 2]})
    worker.send("jobs.ignored")
    worker.run(*["jobs.add"] * 3, "reports.weekly", "jobs.boom", "jobs.again", "jobs.soft", "jobs.hard")
    wait_until(lambda: worker.left().totals("tasks").get("jobs.ignored"))
    worker.send("jobs.gone")
    wait_until(lambda: worker.left().totals("outcomes").get("tasks failed jobs.gone"))
    worker.stop()
    yield worker.left(), worker.directory
    worker.close()


def test_children_deliver_what_started_in_them(worked: tuple[Left, Path]) -> None:
    counts = worked[0].totals("tasks")
    assert counts.pop("jobs.gone", 0) <= 1, "what is killed at once may be lost"
    assert counts == {
        "jobs.add": 4, "reports.weekly": 1, "jobs.boom": 1, "jobs.again": 3, "jobs.soft": 1, "jobs.hard": 1,
        "jobs.ignored": 1,
    }  # fmt: skip


def test_how_tasks_ended_is_counted_beside(worked: tuple[Left, Path]) -> None:
    left = worked[0]
    assert left.totals("outcomes") == {
        "tasks failed jobs.boom": 1, "tasks retried jobs.again": 2, "tasks timed_out jobs.soft": 1,
        "tasks timed_out jobs.hard": 1, "tasks failed jobs.gone": 1,
    }  # fmt: skip
    timed = {field.split(" ")[2] for field in left.totals("durations") if field.startswith("tasks sum ")}
    assert timed >= {"jobs.add", "jobs.boom", "jobs.soft", "jobs.again", "reports.weekly"}


def test_a_worker_publishes_its_tasks_used_or_not(worked: tuple[Left, Path]) -> None:
    left, directory = worked
    published = left.records("registered")
    assert {name: record["handler"] for name, record in published.items()} == {
        "tasks jobs.add": "jobs:add", "tasks reports.weekly": "jobs:weekly", "tasks jobs.boom": "jobs:boom",
        "tasks jobs.again": "jobs:again", "tasks jobs.soft": "jobs:soft", "tasks jobs.hard": "jobs:hard",
        "tasks jobs.gone": "jobs:gone", "tasks jobs.ignored": "jobs:ignored",
        "tasks jobs.never_called": "jobs:never_called", "components never-called": "jobs:never_called",
        "tasks shop.import": "jobs:Import", "tasks found.tasks.found_late": "found.tasks:found_late",
    }  # fmt: skip
    assert published["tasks jobs.add"]["file"] == str(directory / "jobs.py")
    assert published["tasks jobs.add"]["line"] == APP.splitlines().index("def add(a=1, b=1):")


def test_a_worker_publishes_the_tasks_of_its_queues_alone(work: Any) -> None:
    worker = work("-P", "solo", "-Q", "other", INTERVAL="0.2")
    worker.run("jobs.elsewhere", queue="other")
    wait_until(lambda: worker.left().records("registered"))
    worker.stop()
    assert {name for name in worker.left().records("registered") if name.startswith("tasks ")} == {
        "tasks jobs.elsewhere", "tasks jobs.elsewhere_too",
    }  # fmt: skip
    assert worker.left().totals("tasks") == {"jobs.elsewhere": 1}


def test_a_worker_watches_tasks_and_nothing_else(worked: tuple[Left, Path]) -> None:
    assert worked[0].minutes("-tasks") >= 1
    assert worked[0].minutes("") == 0


def test_children_that_are_recycled_lose_nothing(work: Any) -> None:
    worker = work("-c", "1", "--max-tasks-per-child", "2")
    worker.run(*["jobs.add"] * 3)
    worker.stop()
    left = worker.left()
    assert left.totals("tasks") == {"jobs.add": 3}
    instances = left.records("instances")
    assert len(instances) >= 2
    assert all(instance["closed"] for instance in instances.values())


def test_a_killed_worker_leaves_no_minute_that_it_cannot_answer_for(work: Any) -> None:
    worker = work("-c", "1", INTERVAL="0.2")
    worker.run("jobs.add")
    wait_until(lambda: worker.left().totals("tasks"))
    killed = int(time.time()) // 60
    os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.wait(20)
    for day in worker.client.keys("*:watched-tasks:*"):
        assert not worker.client.getbit(day, killed % layout.MINUTES_A_DAY)


@pytest.mark.parametrize("pool", ["solo", "threads", "gevent", "eventlet"])
def test_pools_within_the_main_process_deliver_when_it_ends(work: Any, pool: str) -> None:
    if pool in ("gevent", "eventlet") and importlib.util.find_spec(pool) is None:
        pytest.skip(f"{pool} is not installed")
    worker = work("-c", "2", "-P", pool)
    worker.run(*["jobs.add"] * 4, "jobs.boom")
    worker.stop()
    left = worker.left()
    assert left.totals("tasks") == {"jobs.add": 4, "jobs.boom": 1}
    assert left.totals("outcomes") == {"tasks failed jobs.boom": 1}
    assert left.minutes("-tasks") >= 1
    assert "tasks found.tasks.found_late" in left.records("registered")


def test_a_worker_that_is_switched_off_leaves_nothing(work: Any) -> None:
    worker = work("-P", "solo", AUDITOR_TRACKING="off")
    worker.run("jobs.add")
    worker.stop()
    assert worker.left().keys == []


def test_a_hung_sink_delays_neither_tasks_nor_the_end(work: Any, redis_server: Any) -> None:
    worker = work("-c", "2", AUDITOR_SINK=redis_server.url, INTERVAL="0.1")
    worker.run("jobs.add")
    redis_server.process.send_signal(signal.SIGSTOP)
    begin = time.monotonic()
    worker.run(*["jobs.add"] * 20)
    done = time.monotonic()
    worker.stop()
    ended = time.monotonic()
    redis_server.process.send_signal(signal.SIGCONT)
    assert done - begin < 10
    assert ended - done < 20


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Celery]:
    """An application whose tasks run where they are called."""
    monkeypatch.setenv("AUDITOR_APP", "shop")
    monkeypatch.setenv("AUDITOR_SINK", f"file://{tmp_path}")
    app = Celery("eager", set_as_current=False)
    app.conf.task_always_eager = True
    tracker.track(app)
    yield app
    for signal_of in (signals.task_prerun, signals.task_postrun, signals.task_retry, signals.task_failure):
        signal_of.disconnect(dispatch_uid="auditor.tracking")


def read(records: Any, tmp_path: Path, kind: str) -> dict[str, int]:
    shared.close_all()
    totals: dict[str, int] = {}
    for record in records(tmp_path):
        for fields in record.get(kind, {}).values():
            for name, count in fields.items():
                totals[name] = totals.get(name, 0) + count
    return totals


def test_eager_tasks_count_where_they_run_and_watch_nothing(eager: Celery, records: Any, tmp_path: Path) -> None:
    tracker.track(eager)  # twice changes nothing

    @eager.task(name="shop.mail")
    def mail(fail: bool = False) -> int:
        if fail:
            raise ValueError("own")
        return 1

    assert mail.delay().get() == 1
    assert mail() == 1, "a call is no task"
    assert mail.apply(args=[True]).state == "FAILURE"
    assert read(records, tmp_path, "tasks") == {"shop.mail": 2}
    assert read(records, tmp_path, "outcomes") == {"tasks failed shop.mail": 1}
    assert [record.get("watched") for record in records(tmp_path) if record.get("watched")] == []


def test_what_newer_celery_says_twice_counts_once(eager: Celery, records: Any, tmp_path: Path) -> None:
    @eager.task(name="shop.long")
    def long() -> None: ...

    for task_id in ("one", "one", "two"):
        signals.task_failure.send(sender=eager.tasks["shop.long"], task_id=task_id, exception=TimeLimitExceeded(60))
    assert read(records, tmp_path, "outcomes") == {"tasks timed_out shop.long": 2}


def test_what_celery_may_send_wrongly_is_complained_of_and_never_raised(
    eager: Celery, records: Any, tmp_path: Path, tracker_log: Any
) -> None:
    for signal_of in (signals.task_prerun, signals.task_postrun, signals.task_retry, signals.task_failure):
        answers = signal_of.send(sender=None, task_id=None)
        assert all(answer is None for _, answer in answers)
    assert read(records, tmp_path, "tasks") == {}
    assert tracker_log.messages


def test_sending_counts_nothing_and_starts_nothing(eager: Celery, records: Any, tmp_path: Path) -> None:
    eager.conf.update(task_always_eager=False, broker_url="memory://")

    @eager.task(name="shop.sent")
    def sent() -> None: ...

    threads = threading.active_count()
    sent.delay()
    assert threading.active_count() == threads
    assert read(records, tmp_path, "tasks") == {}
