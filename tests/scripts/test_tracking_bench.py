"""The tracker's measurements: quantiles, verdicts, the delaying proxy, and one outage from end to end."""

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from measuring.tracking import report
from measuring.tracking.cost import Cost
from measuring.tracking.delaying import DelayingProxy
from measuring.tracking.exactness import Held, judged, settled
from measuring.tracking.load import Sent
from measuring.tracking.outages import CONDITIONS, Condition, Outage, Pace, Store, suffered
from measuring.tracking.serving import redis_server, served
from redis.backoff import NoBackoff
from redis.retry import Retry

LIVED = range(100, 103)
SENT = {"GET /a 2xx": 10, "GET /b 2xx": 5}


@pytest.mark.parametrize(
    ("held", "good", "text"),
    [
        (Held(SENT, 0, frozenset(LIVED)), True, "exact"),
        (Held({"GET /a 2xx": 10}, 5, frozenset(LIVED)), True, "5 lost, and stated"),
        (Held({"GET /a 2xx": 10}, 0, frozenset({99})), True, "5 gone, and no minute claimed"),
        (Held({"GET /a 2xx": 10}, 0, frozenset({102})), False, "5 GONE, and 1 minutes claimed all the same"),
        (Held({"GET /a 2xx": 10}, 3, frozenset({102})), False, "2 GONE, and 1 minutes claimed all the same"),
        (Held(SENT, 2, frozenset(LIVED)), False, "2 STATED AS LOST, 0 are missing"),
        (Held({**SENT, "GET /b 2xx": 6}, 0, frozenset(LIVED)), False, "1 TOO MANY, as 1 of 'GET /b 2xx'"),
        (Held({"GET /a 2xx": 11, "GET /b 2xx": 4}, 0, frozenset(LIVED)), False, "1 TOO MANY, as 1 of 'GET /a 2xx'"),
        (Held({**SENT, "GET /c 2xx": 1}, 0, frozenset(LIVED)), False, "1 TOO MANY, as 1 of 'GET /c 2xx'"),
        (Held(SENT, 0, frozenset({100})), False, "2 of 3 minutes NOT CLAIMED though all is stored"),
    ],
)
def test_a_count_is_right_when_it_is_stored_once_or_stated_as_lost(held: Held, good: bool, text: str) -> None:
    assert judged(SENT, held, LIVED) == (good, text)
    assert settled(SENT, held) is (sum(held.fields.values()) + held.lost >= 15)


def test_quantiles_are_measured_values() -> None:
    seconds = [number / 1000 for number in range(100, 0, -1)]
    assert [report.quantile(seconds, share) for share in (0.0, 0.5, 0.99, 1.0)] == [0.001, 0.051, 0.1, 0.1]


def test_the_ratio_is_the_median_of_the_rounds_ratios() -> None:
    one = Cost("auditor", (1.0, 4.0, 3.3), (1.0, 2.0, 3.0))
    assert one.ratio == pytest.approx(1.1)
    assert report.target([one]) == "target: at most 1.05 x none, got 1.100: NOT MET"


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that says back what it hears."""

    def serve() -> None:
        while True:
            try:
                heard, _ = listener.accept()
            except OSError:
                return
            with heard:
                while said := heard.recv(100):
                    heard.sendall(said)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def test_the_proxy_holds_back_what_goes_through_it_each_way(echo: int) -> None:
    proxy = DelayingProxy(echo)
    proxy.delay = 0.1
    try:
        with socket.create_connection(("127.0.0.1", proxy.port)) as client:
            for text in (b"one", b"two"):
                begin = time.monotonic()
                client.sendall(text)
                assert client.recv(100) == text
                assert time.monotonic() - begin >= 0.2
    finally:
        proxy.close()


def test_an_outage_is_measured_and_its_counts_are_exact(tmp_path: Path) -> None:
    killed = next(one for one in CONDITIONS if one.name == "killed, restarted with its data")
    with served(Path(sys.executable), "none", tmp_path) as none:
        outage = suffered(killed, Path(sys.executable), none, Pace(100, 64, 32), tmp_path)
    assert outage.verdict == (True, "exact")
    assert len(outage.tracked.seconds) == len(outage.none.seconds) == 64
    assert set(outage.tracked.fields) == set(outage.none.fields)
    assert killed.name in report.outages([outage])
    assert json.loads(json.dumps(report.as_json([], [outage])))["outages"][killed.name]["good"] is True


@pytest.mark.parametrize("condition", [one for one in CONDITIONS if one.name != "well"], ids=lambda one: one.name)
def test_a_condition_makes_the_store_sick_and_ends(condition: Condition, tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        store = Store(server, DelayingProxy(server.port))
        server.ask("HINCRBY", "counts", "f", "1")
        condition.begin(store)
        assert store.proxy.delay or _refused(server.port) or server.ask("HGET", "counts", "f") is None
        condition.end(store)
        assert server.ask("HINCRBY", "counts", "f", "1") == (1 if "empty" in condition.name else 2)
        assert store.proxy.delay == 0
        store.proxy.close()


def _refused(port: int) -> bool:
    client = redis.Redis(port=port, socket_timeout=0.3, retry=Retry(NoBackoff(), 0))
    try:
        client.hset("others", "f", "1")
    except redis.RedisError:
        return True
    finally:
        client.close()
    return False


def test_rows_are_printed_for_every_condition() -> None:
    sent = Sent({"GET /a 2xx": 2}, [0.001, 0.002], 0)
    text = report.outages([Outage(one.name, sent, sent, (1.0, 1.0), judged({}, Held({}, 0, frozenset()), range(0)))
                           for one in CONDITIONS])  # fmt: skip
    assert all(one.name in text for one in CONDITIONS)
