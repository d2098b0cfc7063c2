"""Functions counted by `sys.monitoring`: programs on Python 3.12 and 3.13 whose clock the test moves over midnights."""

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.config import AuditConfig, LoadedConfig
from auditor.pipeline.static import analyse
from tests.tracking.environments import ROOT, any_python, kept_environment

FIRST, SECOND, THIRD = "2026-11-21", "2026-11-22", "2026-11-23"

PRELUDE = """
import os, sys, threading, time

def epoch(day, clock):
    return (20778 + day) * 86400 + sum(int(part) * unit for part, unit in zip(clock.split(":"), (3600, 60, 1)))

now = epoch(0, "23:57:10")  # of 2026-11-21
time.time = lambda: now

from auditor.tracking import functions, shared

def start(*packages, **settings):
    functions.start(packages=packages or ["shop"], **{"flush_interval": 3600, **settings})

def flush():
    assert shared.current().flush()

def at(day, clock):
    global now
    now = epoch(day, clock)
    flush()

def midnight(day):
    at(day - 1, "23:59:30")
    at(day, "00:00:04")

def until(condition):
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.005)
    raise TimeoutError(condition)

def thread(target, *args):
    started = threading.Thread(target=target, args=args, daemon=True)
    started.start()
    return started
"""


class Usage:
    """What a program's file sink holds of kind `functions`."""

    def __init__(self, directory: Path) -> None:
        self.counts: dict[str, dict[str, int]] = {}
        self.minutes: list[str] = []
        self.lost: dict[str, int] = {}
        self.processes = 0
        for file in sorted(directory.rglob("*.jsonl")):
            self.processes += 1
            for record in map(json.loads, file.read_text().splitlines()):
                self._add(record)

    def _add(self, record: dict[str, Any]) -> None:
        for day, fields in record.get("functions", {}).items():
            names = self.counts.setdefault(day, {})
            for name, count in fields.items():
                names[name] = names.get(name, 0) + count
        for day, count in record.get("lost", {}).items():
            self.lost[day] = self.lost.get(day, 0) + count
        for minute in record.get("watched", {}).get("functions", ()):
            self.minutes.append(datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%d %H:%M"))

    def on(self, day: str) -> set[str]:
        return set(self.counts.get(day, {}))

    def called(self, day: str) -> set[str]:
        """Return the functions alone, without the modules."""
        return {name for name in self.on(day) if not name.endswith(":")}


Run = Callable[..., Usage]


@pytest.fixture(params=["3.12", "3.13"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def python(version: str) -> Path:
    return any_python([version])


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., None]:
    def _write(**modules: str) -> None:
        """Write the modules of package `shop`; `__` in a name stands for a dot."""
        (tmp_path / "shop").mkdir(exist_ok=True)
        (tmp_path / "shop" / "__init__.py").touch()
        for name, text in modules.items():
            (tmp_path / "shop" / f"{name}.py").write_text(text)

    return _write


@pytest.fixture
def run(tmp_path: Path, python: Path, write: Callable[..., None]) -> Run:
    def _run(
        program: str, *command: str, complaints: str = "", interpreter: Path = python, **environment: str
    ) -> Usage:
        (tmp_path / "prelude.py").write_text(PRELUDE)
        (tmp_path / "program.py").write_text(f"from prelude import *\nimport prelude\n{program}")
        done = subprocess.run(
            [interpreter, *(command or ("program.py",))], cwd=tmp_path, timeout=60, text=True, capture_output=True,
            check=False,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{tmp_path}:{ROOT}", "AUDITOR_APP": "shop",
                 "AUDITOR_SINK": f"file://{tmp_path}/usage",
                 "PYTHONWARNINGS": "ignore:This process"} | environment,  # is multi-threaded: so are forking servers
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert complaints in done.stderr if complaints else not done.stderr, done.stderr
        return Usage(tmp_path / "usage")

    write(
        goods="""
def price():
    return 1

def stock():
    return 2

def never():
    return 3
"""
    )
    return _run


def test_a_function_is_counted_once_on_each_day_on_which_it_is_called(run: Run) -> None:
    usage = run("""
start()
from shop.goods import price, stock
for _ in range(5):
    price()
flush()
price()
midnight(1)
price()
stock()
price()
midnight(2)
stock()
""")
    assert usage.counts[FIRST] == {"shop:": 1, "shop.goods:": 1, "shop.goods:price": 1}
    assert usage.counts[SECOND] == {"shop:": 1, "shop.goods:": 1, "shop.goods:price": 1, "shop.goods:stock": 1}
    assert usage.counts[THIRD] == {"shop:": 1, "shop.goods:": 1, "shop.goods:stock": 1}


def test_a_call_between_midnight_and_the_next_look_is_of_the_new_day_and_counted_once(run: Run) -> None:
    usage = run("""
start()
from shop.goods import price, stock
price()
prelude.now = epoch(1, "00:00:01")
stock()
at(1, "00:00:04")
stock()
""")
    assert usage.called(FIRST) == {"shop.goods:price"}
    assert usage.counts[SECOND]["shop.goods:stock"] == 1


def test_minutes_are_watched_while_all_functions_would_have_been_reported(run: Run) -> None:
    usage = run("""
start()
at(0, "23:58:20")
at(0, "23:59:55")
at(1, "00:00:04")
at(1, "00:02:05")
functions.stop()
at(1, "00:05:00")
""")
    # Not the minute of the start, in which something may have run before it; not the one in which the day began.
    assert usage.minutes == [f"{FIRST} 23:58", f"{FIRST} 23:59", f"{SECOND} 00:01"]


def test_a_late_look_leaves_all_minutes_since_midnight_unwatched(run: Run) -> None:
    usage = run("""
start()
at(0, "23:59:50")
at(1, "00:03:20")
at(1, "00:05:00")
""")
    ended = f"{SECOND} 00:05"  # in order: there is nothing more to come
    assert usage.minutes == [f"{FIRST} 23:58", f"{FIRST} 23:59", f"{SECOND} 00:04", ended]


def test_minutes_are_claimed_again_by_who_starts_twice(run: Run) -> None:
    usage = run("""
start("shop.goods")
at(0, "23:58:20")
start("shop.other")
at(0, "23:59:55")
from shop import goods
goods.price()
""")
    assert usage.minutes == [f"{FIRST} 23:59"]
    assert usage.counts[FIRST] == {"shop.goods:": 1, "shop.goods:price": 1}


NAMES = """
import asyncio
import functools

def decorated(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)
    return wrapper

@decorated
def wrapped():
    return 1

def outer():
    def inner():
        class Local:
            def method(self):
                return 1
        return Local().method()
    return inner()

class Base:
    registry = [name for name in ("a",)]
    make = lambda self: 1

    def __init__(self):
        self.value = self.__hidden()

    def __hidden(self):
        return 1

    @property
    def double(self):
        return 2

    @double.setter
    def double(self, value):
        self.value = value

    @staticmethod
    def fixed():
        return 1

    @classmethod
    def of(cls):
        return cls()

    class Inner:
        def deep(self):
            return 1

class Child(Base):
    def never(self):
        return 1

def recursive(depth):
    return recursive(depth - 1) if depth else 0

def with_parts():
    key = lambda value: -value
    return sorted((one for one in range(3)), key=key), [a for a in range(2)], {a: a for a in range(2)}

def only_lambda():
    return map(lambda one: one, range(2))

def generator():
    yield 1

async def coroutine():
    await asyncio.sleep(0)
    return [one async for one in agen()]

async def agen():
    yield 1

async def never_awaited():
    return 1

def if_chosen(): return 1
if True:
    def if_chosen(): return 2

module_level = lambda: 1
"""
USE = """
from shop import names
names.wrapped(); names.outer()
child = names.Child.of()
child.double = child.double
child.make(); child.fixed(); names.Base.Inner().deep()
names.recursive(3); names.with_parts()
list(names.generator())
import asyncio
asyncio.run(names.coroutine())
names.never_awaited().close()
names.if_chosen(); names.module_level()
"""
USED = {
    "decorated", "decorated.<locals>.wrapper", "wrapped", "outer", "outer.<locals>.inner",
    "outer.<locals>.inner.<locals>.Local.method", "Base.__init__", "Base.__hidden", "Base.double", "Base.fixed",
    "Base.of", "Base.Inner.deep", "recursive", "with_parts", "generator", "coroutine", "agen", "if_chosen",
}  # fmt: skip


def test_names_are_the_ids_of_the_static_analysis(run: Run, write: Any, tmp_path: Path) -> None:
    write(names=NAMES)
    usage = run("start()\n" + USE)
    expected = {f"shop.names:{name}" for name in USED}
    assert usage.called(FIRST) == expected | {"shop.names:Base"}  # of Base: the lambda in its body ran
    static = analyse(LoadedConfig(AuditConfig(), tmp_path, None), jobs=1, cache=False)
    assert usage.on(FIRST) <= set(static.analysis.graph.definitions)


def test_only_chosen_packages_are_counted(run: Run, write: Any, tmp_path: Path) -> None:
    write(orders="from shopping import basket\ndef order(): return basket()")
    (tmp_path / "shopping.py").write_text("def basket(): return 1")
    usage = run("start('shop.orders', 'colorsys')\nfrom shop import goods, orders\norders.order()\ngoods.price()\n"
                "import colorsys\ncolorsys.rgb_to_hsv(1, 1, 1)")  # fmt: skip
    assert usage.on(FIRST) == {"shop.orders:", "shop.orders:order", "colorsys:", "colorsys:rgb_to_hsv"}


def test_code_that_is_written_in_no_file_is_nobodys(run: Run, write: Any) -> None:
    write(
        models="""
import collections, dataclasses

@dataclasses.dataclass
class Order:
    number: int

    def total(self):
        return self.number

Point = collections.namedtuple("Point", "x y")
"""
    )
    usage = run("start()\nfrom shop.models import *\nOrder(1).total()\nPoint(1, 2)")
    assert usage.called(FIRST) == {"shop.models:Order.total"}


@pytest.mark.parametrize("command", [("-m", "shop.worker"), ("shop/worker.py",)])
def test_the_main_module_goes_by_the_name_it_is_imported_under(run: Run, write: Any, command: tuple[str, ...]) -> None:
    write(
        worker="""
from auditor.tracking import functions
functions.start(packages=["shop"])
def main():
    return 1
main()
"""
    )
    usage = run("", *command)
    (day,) = usage.counts
    assert {"shop.worker:", "shop.worker:main"} <= usage.on(day) <= {"shop:", "shop.worker:", "shop.worker:main"}


LOOPS = """
import asyncio, threading

stopped = threading.Event()
beaten = 0

def step():
    global beaten
    beaten += 1
    stopped.wait(0.001)

def loop():
    while not stopped.is_set():
        step()

def busy():
    while not stopped.is_set():
        pass

def blocked():
    wait()

def wait():
    stopped.wait()

def live():
    while True:
        yield 1

def delegating():
    yield from live()

def suspended():
    yield 1
    yield 2

async def waiting(event):
    await inner(event)

async def inner(event):
    await event.wait()

async def ticking():
    global beaten
    while True:
        await asyncio.sleep(0.001)
        beaten += 1

async def messages(queue):
    while True:
        yield await queue.get()

async def consuming(queue):
    async for message in messages(queue):
        pass

async def short():
    return 1
"""


def test_what_goes_on_over_midnight_is_used_on_both_days(run: Run, write: Any) -> None:
    write(loops=LOOPS)
    usage = run("""
start()
from shop import loops
thread(loops.loop); thread(loops.busy); thread(loops.blocked)
live, idle, gone = loops.delegating(), loops.suspended(), loops.suspended()
next(live); next(idle)
until(lambda: loops.beaten > 2)
midnight(1)
beaten = loops.beaten
until(lambda: loops.beaten > beaten + 2)
next(live)
midnight(2)
next(live)
functions.stop()
next(idle)
flush()
loops.stopped.set()
""")
    loops = {f"shop.loops:{name}" for name in ("loop", "step", "busy", "blocked", "wait", "delegating", "live")}
    assert usage.called(FIRST) == loops | {"shop.loops:suspended"}
    assert usage.called(SECOND) == loops
    assert usage.called(THIRD) >= loops - {"shop.loops:step"}
    assert "shop.loops:suspended" not in usage.on(THIRD)


def test_what_runs_at_the_start_is_seen(run: Run, write: Any) -> None:
    write(loops=LOOPS)
    usage = run("""
from shop import loops
thread(loops.loop); thread(loops.blocked)
live = loops.live()
next(live)
until(lambda: loops.beaten > 2)
start()
next(live)
flush()
loops.stopped.set()
""")
    assert usage.on(FIRST) >= {"shop:", "shop.loops:", "shop.loops:loop", "shop.loops:blocked", "shop.loops:live"}


def test_coroutines_reappear_on_each_day_whether_they_go_on_or_wait(run: Run, write: Any) -> None:
    write(loops=LOOPS)
    usage = run("""
start()
import asyncio
from shop import loops

async def main():
    tasks = [asyncio.create_task(task) for task in (
        loops.waiting(asyncio.Event()), loops.ticking(), loops.consuming(asyncio.Queue()), loops.short())]
    await asyncio.sleep(0.01)
    for day in (1, 2):
        await asyncio.to_thread(midnight, day)
        beaten = loops.beaten
        while loops.beaten < beaten + 2:
            await asyncio.sleep(0.001)
    functions.stop()

asyncio.run(main())
""")
    going = {f"shop.loops:{name}" for name in ("waiting", "inner", "ticking", "consuming", "messages")}
    assert usage.called(FIRST) == going | {"shop.loops:short"}
    assert usage.called(SECOND) == going
    assert usage.called(THIRD) == going


def test_a_server_is_used_on_each_day_on_which_it_has_a_connection(run: Run, write: Any) -> None:
    write(
        serving="""
import asyncio

async def serve(ready):
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    ready(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()

async def handle(reader, writer):
    while line := await reader.readline():
        writer.write(answer(line))
        await writer.drain()
    writer.close()

def answer(line):
    return line.upper()
"""
    )
    usage = run("""
start()
import asyncio, socket
from shop import serving

ports = []
thread(lambda: asyncio.run(serving.serve(ports.append)))
until(lambda: ports)
with socket.create_connection(("127.0.0.1", ports[0])) as client, client.makefile("rwb", buffering=0) as stream:
    def ask():
        stream.write(b"hello\\n")
        assert stream.readline() == b"HELLO\\n"
    ask()
    midnight(1)
    ask()
    midnight(2)
    functions.stop()
    flush()
""")
    assert usage.called(FIRST) == {"shop.serving:serve", "shop.serving:handle", "shop.serving:answer"}
    assert usage.called(SECOND) == usage.called(FIRST)
    assert usage.called(THIRD) == {"shop.serving:serve", "shop.serving:handle"}


def test_greenlets_reappear_on_each_day_though_they_are_switched_out(
    run: Run, write: Any, version: str, python: Path
) -> None:
    write(loops=LOOPS)
    usage = run(
        """
from gevent import monkey
monkey.patch_all()
start()
import gevent
from shop import loops
working = [gevent.spawn(loops.loop), gevent.spawn(loops.blocked)]
gevent.sleep(0.01)
child = os.fork()
midnight(1)
gevent.sleep(0.01)
midnight(2)
functions.stop()
loops.stopped.set()
flush()
if not child: os._exit(0)
assert os.waitpid(child, 0)[1] == 0
""",
        interpreter=kept_environment(f"functions-gevent-{version}", python, "gevent"),
    )
    loops = {f"shop.loops:{name}" for name in ("loop", "step", "blocked", "wait")}
    assert usage.processes == 2
    assert usage.called(FIRST) == loops
    assert usage.called(SECOND) == loops
    assert usage.called(THIRD) >= loops - {"shop.loops:step"}


FORKED = """
start()
from shop.goods import price, stock
price()
flush()
child = {fork}
if not child:
    {child}
    flush()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.parametrize("fork", ["os.fork()", "__import__('ctypes').CDLL(None).fork()"])
def test_a_forked_child_counts_anew(run: Run, fork: str) -> None:
    usage = run(FORKED.format(fork=fork, child="stock(); price()"))
    assert usage.processes == 2
    assert usage.counts[FIRST]["shop.goods:price"] == 2
    assert usage.counts[FIRST]["shop.goods:stock"] == 1


def test_a_forked_child_sees_its_own_midnight(run: Run) -> None:
    usage = run(FORKED.format(fork="os.fork()", child="price(); midnight(1); price(); at(1, '00:02:00')"))
    assert usage.counts[FIRST]["shop.goods:price"] == 2
    assert usage.counts[SECOND]["shop.goods:price"] == 1
    assert f"{SECOND} 00:00" not in usage.minutes
    assert f"{SECOND} 00:01" in usage.minutes


def test_a_child_that_only_executes_another_program_leaves_nothing(run: Run) -> None:
    usage = run(FORKED.format(fork="os.fork()", child="os.execv('/bin/sh', ['sh', '-c', 'true'])"))
    assert usage.processes == 1


def test_children_of_multiprocessing_are_counted(run: Run, write: Any) -> None:
    write(jobs="def job():\n    return 1")
    usage = run("""
import multiprocessing
start()
from shop import jobs
jobs.job()
children = [multiprocessing.get_context("fork").Process(target=jobs.job) for _ in range(2)]
for child in children: child.start()
for child in children: child.join()
""")
    assert usage.counts[FIRST]["shop.jobs:job"] == 3


def test_switched_off_nothing_is_counted_and_on_again_everything(run: Run) -> None:
    usage = run("""
start()
from shop.goods import price, stock, never
price()
at(0, "23:58:10")
os.environ["AUDITOR_TRACKING"] = "off"
stock()
at(0, "23:59:10")
assert sys.monitoring.get_events(3) == 0
stock()
at(1, "00:00:10")
del os.environ["AUDITOR_TRACKING"]
at(1, "00:00:20")
price(); stock()
at(1, "00:03:00")
functions.stop()
""")
    assert usage.called(FIRST) == {"shop.goods:price"}
    assert usage.called(SECOND) == {"shop.goods:price", "shop.goods:stock"}
    assert usage.minutes == [f"{SECOND} 00:01", f"{SECOND} 00:02"]


def test_a_use_while_switched_off_for_a_moment_is_not_taken_for_silence(run: Run) -> None:
    usage = run("""
start()
from shop.goods import price
at(0, "23:58:10")
os.environ["AUDITOR_TRACKING"] = "off"
price()
del os.environ["AUDITOR_TRACKING"]
at(0, "23:59:10")
price()
at(1, "00:00:10")
""")
    assert usage.called(FIRST) == {"shop.goods:price"}
    assert usage.minutes == []


def test_switched_off_at_the_start_it_can_be_switched_on(run: Run) -> None:
    usage = run(
        """
start()
from shop.goods import price, stock
price()
os.environ["AUDITOR_TRACKING"] = "on"
flush()
stock()
""",
        AUDITOR_TRACKING="off",
    )
    assert usage.called(FIRST) == {"shop.goods:stock"}


def test_without_a_sink_nothing_happens(run: Run) -> None:
    run("start()\nassert sys.monitoring.get_tool(3) is None\nassert threading.active_count() == 1", AUDITOR_SINK="")


def test_stopped_it_gives_everything_back(run: Run) -> None:
    usage = run("""
start()
from shop.goods import price, stock
price()
functions.stop()
functions.stop()
stock()
assert sys.monitoring.get_tool(3) is None
start()
price()
""")
    assert usage.counts[FIRST]["shop.goods:price"] >= 1
    assert "shop.goods:stock" not in usage.on(FIRST)


def test_a_mistake_in_here_never_reaches_the_application_and_is_lost(run: Run) -> None:
    usage = run(
        """
start()
from shop.goods import price, stock
counters, add = shared.current(), shared.current().add
def broken(*arguments, **named):
    raise OSError("broken")
counters.add = broken
assert price() == 1
counters.add = add
assert stock() == 2
""",
        complaints="auditor: a use could not be counted: OSError at ",
    )
    assert usage.called(FIRST) == {"shop.goods:stock"}
    assert usage.lost == {FIRST: 1}


def test_functions_beyond_the_bound_are_lost(run: Run) -> None:
    usage = run("""
import pathlib
start(max_keys=3)
until(lambda: list(pathlib.Path("usage").rglob("*.jsonl")))  # the thread has delivered nothing, and waits
from shop.goods import price, stock
price(); stock(); stock()
""")
    assert usage.on(FIRST) == {"shop:", "shop.goods:", "shop.goods:price"}
    assert usage.lost == {FIRST: 1}


def test_a_function_that_starts_amid_a_delivery_is_counted(run: Run) -> None:
    usage = run("""
start()
from shop.goods import price
def interrupted():  # by a finalizer or a signal's handler, with the lock of the counts held
    price()
    return now
shared.current()._clock = interrupted
flush()
""")
    assert usage.called(FIRST) == {"shop.goods:price"}


def test_a_program_that_ends_amid_its_work_ends_quietly(run: Run, write: Any) -> None:
    write(loops=LOOPS, late="import atexit\n@atexit.register\ndef bye():\n    late()\ndef late():\n    return 1\n"
                            "class Kept:\n    def __del__(self):\n        late()\nkept = Kept()")  # fmt: skip
    usage = run("start()\nfrom shop import late, loops\nthread(loops.busy)\nthread(loops.loop)")
    assert {"shop.late:bye", "shop.late:late", "shop.loops:busy"} <= usage.on(FIRST)


def test_functions_that_start_when_the_tracker_is_gone_run_as_always(run: Run) -> None:
    # What `sys` keeps is cleared last, in the order of its import: `logging`, with finalizers, after the tracker.
    usage = run("start()\nimport logging\nsys.kept = functions, lambda: logging\nfrom shop import goods")
    assert usage.on(FIRST) == {"shop:", "shop.goods:"}


def test_functions_of_many_threads_are_counted_once(run: Run) -> None:
    usage = run("""
start()
from shop.goods import price, stock
gate = threading.Barrier(16)
def both():
    gate.wait()
    for _ in range(100): price(); stock()
for one in [thread(both) for _ in range(16)]: one.join()
""")
    assert usage.counts[FIRST]["shop.goods:price"] == usage.counts[FIRST]["shop.goods:stock"] == 1


OTHER_TOOL = """
lines = []
def line(code, number):
    if code.co_filename.endswith("goods.py"):
        lines.append(number)
    return sys.monitoring.DISABLE
def take(tool):
    sys.monitoring.use_tool_id(tool, "other")
    sys.monitoring.register_callback(tool, sys.monitoring.events.LINE, line)
    sys.monitoring.set_events(tool, sys.monitoring.events.LINE)
"""


def test_other_tools_go_on_undisturbed(run: Run) -> None:
    usage = run(
        OTHER_TOOL
        + """
take(1); take(3)
start()
assert sys.monitoring.get_tool(4) == "auditor"
from shop.goods import price, stock
price(); price()
sys.monitoring.restart_events()  # theirs: what was counted is not counted again
price()
once = sorted(set(lines))
midnight(1)
price()
functions.stop()
assert sys.monitoring.get_tool(1) == sys.monitoring.get_tool(3) == "other"
assert sys.monitoring.get_events(1) == sys.monitoring.events.LINE
stock()
assert len(set(lines)) == len(once) + 1
"""
    )
    assert usage.counts[FIRST]["shop.goods:price"] == 1
    assert usage.counts[SECOND]["shop.goods:price"] == 1


def test_where_no_tool_id_is_free_nothing_is_tracked(run: Run) -> None:
    usage = run(
        OTHER_TOOL + "for tool in (3, 4, 5): take(tool)\nstart()\nfrom shop.goods import price\nassert price() == 1",
        complaints="functions are not tracked: other tools hold all ids of sys.monitoring",
    )
    assert usage.processes == 0


def test_a_python_without_monitoring_says_so_and_goes_on(run: Run) -> None:
    usage = run(
        "del sys.monitoring\nimport importlib\nimportlib.reload(functions)\nstart()\nfrom shop.goods import price\n"
        "assert price() == 1",
        complaints="functions are not tracked: sys.monitoring needs Python 3.12",
    )
    assert usage.processes == 0
