"""The tracker's counters read back from a real Redis; every sickness is a value."""

import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from auditor.config import SourceConfig
from auditor.model.usage import Collection, RegisteredHandler
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.redis_counters import RedisCounters
from auditor.usage.redis_foreign import RedisForeign
from tests.redis_deployments import Certificate, RedisCluster, RedisSentinels, RedisServer, TlsFront, wait_for

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
TODAY = NOW.date()
USERS = "GET /users/{id}"
ACL = Path(__file__).parents[2] / "config" / "redis-acl.conf"


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    connection = redis.Redis.from_url(redis_url)
    yield connection
    connection.close()


def write(client: redis.Redis, app: str = "shop", day: date = TODAY) -> None:
    client.hset(
        layout.counts_key(app, "calls", day),
        mapping={
            layout.call_field("GET /users/{id}", "2xx"): 7,
            layout.call_field("GET /users/{id}", "5xx"): 2,
            layout.call_field("GET /users/{id}", "err"): 1,
            layout.call_field(layout.UNMATCHED, "4xx"): 40,
        },
    )
    client.hset(layout.counts_key(app, "components", day), "invoice-export", 3)
    client.hset(layout.counts_key(app, "tasks", day), "shop.tasks.remind", 4)
    client.hset(layout.counts_key(app, "functions", day), "shop.api:get_user", 1)
    client.hset(layout.last_key(app), "GET /users/{id}", NOW.timestamp() - 60)
    for minute in (0, 1, 479):
        client.setbit(layout.watched_key(app, day), minute, 1)
    shadowed = [{"handler": "shop.v1:get_user", "file": "/srv/shop/v1.py", "line": 9}]
    record = layout.route_record(
        "shop.v2:get_user", "/srv/shop/v2.py", 12, "3f9c", shadowed, NOW.timestamp() - 2e6, NOW.timestamp()
    )
    client.hset(layout.routes_key(app), "GET /users/{id}", json.dumps(record))


def collect(url: str, app: str = "shop", window: Window = WINDOW) -> Collection:
    return RedisCounters("redis", url, app).collect(window)


def test_everything_the_tracker_wrote_comes_back(client: redis.Redis, redis_url: str) -> None:
    write(client)
    found = collect(redis_url)
    assert found.problem is None
    samples = {(sample.kind, sample.key): sample for sample in found.samples}
    users = samples["endpoint", "GET /users/{id}"]
    assert (users.count, users.errors, users.day) == (10, 3, TODAY)
    assert users.by_status == {"2xx": 7, "5xx": 2, "err": 1}
    assert users.last_seen == NOW - timedelta(seconds=60)
    assert samples["endpoint", layout.UNMATCHED].count == 40
    assert samples["component", "invoice-export"].count == 3
    assert samples["task", "shop.tasks.remind"].count == 4
    assert samples["function", "shop.api:get_user"].count == 1
    assert [(day.day, day.minutes) for day in found.watched] == [(TODAY, 3)]
    (route,) = found.routes
    assert (route.handler.handler, route.handler.line, route.version) == ("shop.v2:get_user", 12, "3f9c")
    assert [other.handler for other in route.shadowed] == ["shop.v1:get_user"]
    assert route.first_registered is not None and route.first_registered < WINDOW.start


def test_machines_count_for_a_route_and_under_a_status_of_their_own(client: redis.Redis, redis_url: str) -> None:
    write(client)
    field = layout.call_field("GET /health", "2xx")
    client.hset(layout.counts_key("shop", "probes", TODAY), mapping={field: 30, layout.call_field(USERS, "5xx"): 2})
    client.hset(layout.counts_key("shop", "bots", TODAY), mapping={field: 4, layout.call_field(USERS, "2xx"): 1})
    samples = {sample.key: sample for sample in collect(redis_url).samples}
    assert (samples["GET /health"].count, samples["GET /health"].by_status) == (34, {"bot": 4, "probe": 30})
    assert samples["GET /health"].last_seen is None
    users = samples[USERS]
    assert (users.count, users.errors) == (13, 5)
    assert users.by_status == {"2xx": 7, "5xx": 2, "bot": 1, "err": 1, "probe": 2}


def test_commands_and_what_became_of_uses(client: redis.Redis, redis_url: str) -> None:
    write(client)
    client.hset(layout.counts_key("shop", "commands", TODAY), "shop export", 6)
    outcomes = {("tasks", "failed"): 2, ("tasks", "timed_out"): 1, ("tasks", "retried"): 9}
    names = {"tasks": "shop.tasks.remind", "commands": "shop export"}
    fields = {layout.outcome_field(kind, names[kind], outcome): n for (kind, outcome), n in outcomes.items()}
    client.hset(layout.counts_key("shop", "outcomes", TODAY), mapping=fields | {"commands failed shop export": 3})
    client.hset(layout.counts_key("shop", "outcomes", TODAY), "workers failed x", 3)
    found = collect(redis_url)
    samples = {(sample.kind, sample.key): sample for sample in found.samples}
    task, command = samples["task", "shop.tasks.remind"], samples["command", "shop export"]
    assert (task.count, task.errors, command.count, command.errors) == (4, 3, 6, 3)
    assert any("1 fields" in note for note in found.notes)


def test_registered_names_and_minutes_of_other_kinds(client: redis.Redis, redis_url: str) -> None:
    write(client)
    record = layout.route_record(
        "shop.tasks:remind", "/srv/shop/tasks.py", 7, "3f9c", [], NOW.timestamp() - 9, NOW.timestamp()
    )
    names = {layout.registered_field("tasks", "shop.tasks.remind"): json.dumps(record), "workers x": json.dumps(record)}
    client.hset(layout.registered_key("shop"), mapping=names | {"tasks y": "{"})
    client.setbit(layout.watched_key("shop", TODAY, "tasks"), 5, 1)
    found = collect(redis_url)
    (name,) = found.names
    assert (name.kind, name.name, name.version) == ("task", "shop.tasks.remind", "3f9c")
    assert name.target == RegisteredHandler("shop.tasks:remind", "/srv/shop/tasks.py", 7)
    assert name.first_registered == NOW - timedelta(seconds=9) and name.last_registered == NOW
    assert {kind: [(day.day, day.minutes) for day in days] for kind, days in found.watched_kinds.items()} == {
        "task": [(TODAY, 1)]
    }
    assert [day.minutes for day in found.watched] == [3], "minutes of tasks are none of requests"
    assert any("2 fields" in note for note in found.notes)


def test_what_can_be_done_without_makes_no_source_sick(client: redis.Redis, redis_url: str) -> None:
    write(client)
    keys = [layout.counts_key("shop", "outcomes", TODAY), layout.registered_key("shop")]
    for key in keys:
        client.set(key, "someone else's")
    client.hset(layout.watched_key("shop", TODAY, "tasks"), "someone", "else's")
    found = collect(redis_url)
    assert found.problem is None and found.names == () and not found.watched_kinds
    assert all(any(key in note for note in found.notes) for key in keys)
    assert {sample.kind for sample in found.samples} == {"endpoint", "component", "task", "function"}


def test_collecting_twice_gives_the_same(client: redis.Redis, redis_url: str) -> None:
    write(client)
    assert collect(redis_url) == collect(redis_url)


def test_only_days_of_the_window_are_read_but_those_whole(client: redis.Redis, redis_url: str) -> None:
    for back in (13, 14, 15):
        write(client, day=TODAY - timedelta(days=back))
    days = {sample.day for sample in collect(redis_url).samples}
    assert days == {TODAY - timedelta(days=14), TODAY - timedelta(days=13)}


def test_lost_counts_are_told(client: redis.Redis, redis_url: str) -> None:
    write(client)
    client.incrby(layout.lost_key("shop", TODAY), 12)
    assert collect(redis_url).lost == ((TODAY, 12),)


def test_another_day_has_no_time_of_its_own(client: redis.Redis, redis_url: str) -> None:
    write(client)
    write(client, day=TODAY - timedelta(days=1))
    times = {sample.day: sample.last_seen for sample in collect(redis_url).samples if sample.key == "GET /users/{id}"}
    assert times[TODAY - timedelta(days=1)] is None
    assert times[TODAY] is not None


def test_no_keys_is_no_evidence_and_names_the_apps_there_are(client: redis.Redis, redis_url: str) -> None:
    write(client, app="webshop")
    problem = collect(redis_url).problem
    assert problem is not None and "no evidence" in problem and "webshop" in problem and "'shop'" in problem


def test_an_empty_database_points_to_the_one_that_holds_keys(redis_server: Any) -> None:
    url = redis_server.url
    connection = redis.Redis.from_url(url[:-1] + "1")
    write(connection)
    connection.close()
    problem = collect(url).problem
    assert problem is not None and "no evidence" in problem and "db1" in problem


def test_a_refused_connection_is_a_problem_not_a_wait() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.monotonic()
    found = collect(f"redis://:hunter2@127.0.0.1:{port}/0")
    assert time.monotonic() - started < 3
    assert found.problem is not None and "cannot be reached" in found.problem and "hunter2" not in found.problem
    assert found.samples == () and found.watched == ()


def test_a_hung_server_is_a_problem_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.usage.redis_counters.ANSWER_SECONDS", 0.3)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(8)
        started = time.monotonic()
        found = collect(f"redis://127.0.0.1:{server.getsockname()[1]}/0")
    assert time.monotonic() - started < 8
    assert found.problem is not None and "did not answer" in found.problem


def test_a_wrong_password_is_a_problem_without_the_password(redis_server: Any) -> None:
    url = redis_server.url
    connection = redis.Redis.from_url(url)
    connection.config_set("requirepass", "right")
    for attempt in (url, url.replace("//", "//:wr0ng@")):
        problem = collect(attempt).problem
        assert problem is not None and "password" in problem and "wr0ng" not in problem and "\n" not in problem
    assert "app" in str(collect(url.replace("//", "//:right@")).problem)
    connection.close()


def test_a_key_of_another_type_is_named(client: redis.Redis, redis_url: str) -> None:
    write(client)
    client.delete(layout.counts_key("shop", "calls", TODAY))
    client.set(layout.counts_key("shop", "calls", TODAY), "17")
    problem = collect(redis_url).problem
    assert problem is not None and layout.counts_key("shop", "calls", TODAY) in problem


def test_a_server_that_evicted_keys_proves_no_absence(redis_server: Any) -> None:
    url = redis_server.url
    connection = redis.Redis.from_url(url)
    write(connection)
    connection.config_set("maxmemory-policy", "allkeys-lru")
    used = int(connection.info("memory")["used_memory"])
    connection.config_set("maxmemory", used + 200_000)
    for number in range(2000):
        connection.set(f"filler:{number}", "x" * 1000)
    connection.config_set("maxmemory", 0)
    write(connection)
    assert connection.info("stats")["evicted_keys"] > 0
    found = collect(url)
    assert found.problem is not None and "evicted" in found.problem and "allkeys-lru" in found.problem
    assert found.watched == (), "what a server threw away cannot have been watched"
    assert found.samples, "what is left still proves use"
    connection.close()


def test_a_server_that_would_evict_is_warned_of(redis_server: RedisServer) -> None:
    with redis.Redis(port=redis_server.port) as connection:
        write(connection)
        connection.config_set("maxmemory-policy", "volatile-lru")
        assert not any("throws away" in note for note in collect(redis_server.url).notes), "it has no limit"
        connection.config_set("maxmemory", "500mb")
    found = collect(redis_server.url)
    assert found.problem is None and found.watched and any("volatile-lru" in note for note in found.notes)


def test_foreign_fields_are_left_out_and_said(client: redis.Redis, redis_url: str) -> None:
    write(client)
    client.hset(
        layout.counts_key("shop", "calls", TODAY),
        mapping={"GET /x 2xx": "-3", "garbage": "x", "\udcff".encode("utf-8", "surrogateescape"): "9" * 40},
    )
    client.hset(layout.routes_key("shop"), mapping={"GET /a": "{", "GET /b": '{"handler": 3}', "GET /c": b"\xff"})
    client.hset(layout.last_key("shop"), mapping={"GET /users/{id}": "nan", "x": "1e400"})
    found = collect(redis_url)
    assert found.problem is None
    assert any("6 fields" in note for note in found.notes)
    assert [route.key for route in found.routes] == ["GET /users/{id}"]


@pytest.mark.parametrize("url", ["", "http://127.0.0.1", "redis://host:notaport/0", "redis://[", "localhost:6379"])
def test_a_url_that_is_none_is_a_problem(url: str) -> None:
    problem = collect(url).problem
    assert problem is not None and "url" in problem


def test_a_server_that_stops_meanwhile_and_returns(redis_server: Any) -> None:
    url = redis_server.url
    connection = redis.Redis.from_url(url)
    write(connection)
    source = RedisCounters("redis", url, "shop")
    assert source.collect(WINDOW).problem is None
    redis_server.stop()
    assert source.collect(WINDOW).problem is not None
    redis_server.start()
    write(redis.Redis.from_url(url))
    assert source.collect(WINDOW).problem is None


def test_a_cluster_is_read_where_the_app_is_and_searched_everywhere(redis_cluster: RedisCluster) -> None:
    apps = [f"shop{number}" for number in range(9)]
    owners = {app: redis_cluster.owner(layout.last_key(app)) for app in apps}
    assert len({owner.port for owner in owners.values()}) == 3
    for app, owner in owners.items():
        with redis.Redis(port=owner.port) as connection:
            write(connection, app=app)
    for app in apps:
        found = collect(redis_cluster.url, app=app)
        assert found.problem is None and {sample.kind for sample in found.samples} >= {"endpoint", "task"}
    problem = str(collect(redis_cluster.url, app="shop").problem)
    assert "apps found here: shop0, shop1, shop2, shop3, shop4, shop5, shop6, shop7" in problem


def test_the_primary_is_read_through_sentinels(tmp_path: Path) -> None:
    sentinels = RedisSentinels(tmp_path / "sentinels", password="s3cret", sentinels=1)
    try:
        with redis.Redis(port=sentinels.primary.port, password="s3cret") as connection:
            write(connection)
        assert collect(sentinels.url).problem is None
        sentinels.primary.stop()
        problem = collect(sentinels.url).problem
        assert problem is not None and "cannot be reached" in problem and "s3cret" not in problem
        wait_for(lambda: collect(sentinels.url).problem is None)
    finally:
        sentinels.stop()


def test_a_unix_socket_is_read(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--unixsocket", str(tmp_path / "redis.sock"))
    with redis.Redis(port=server.port) as connection:
        write(connection)
    assert collect(f"unix://{tmp_path}/redis.sock").problem is None
    server.stop()


def test_the_documented_rights_are_enough_to_read_and_for_nothing_else(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--include", str(ACL))
    url = f"redis://auditor-reader:change-me-reader@127.0.0.1:{server.port}/0"
    assert "no evidence" in str(collect(url).problem)
    with redis.Redis(port=server.port) as connection:
        write(connection)
        write(connection, app="webshop")
    found = collect(url)
    assert found.problem is None and not any("INFO" in note for note in found.notes)
    assert found.samples == collect(server.url).samples
    assert "may not read" in str(collect(url, app="webshop").problem)
    with redis.Redis.from_url(url) as connection, pytest.raises(redis.exceptions.NoPermissionError):
        connection.hset(layout.last_key("shop"), "GET /x", 1)
    server.stop()


def acl_user(name: str) -> list[str]:
    """Return the documented rights of a user, as ACL SETUSER takes them."""
    (line,) = (line for line in ACL.read_text().splitlines() if line.startswith(f"user {name} "))
    return line.split()[1:]


def test_the_documented_rights_are_enough_on_a_cluster(redis_cluster: RedisCluster) -> None:
    owner = redis_cluster.owner(layout.last_key("shop"))
    with redis.Redis(port=owner.port) as connection:
        write(connection)
    with redis.Redis(port=redis_cluster.owner("hits:GET:/users/1").port) as connection:
        connection.set("hits:GET:/users/1", 5)
    url = f"redis+cluster://auditor-reader:change-me-reader@{redis_cluster.hosts}"
    foreign = SourceConfig(name="own", kind="redis", layout="counter", pattern="hits:{method}:{path}")
    foreign_url = url.replace("reader", "counters")
    try:
        for node in redis_cluster.nodes:
            with redis.Redis(port=node.port) as connection:
                for user in ("auditor-reader", "auditor-counters"):
                    connection.execute_command("ACL", "SETUSER", *acl_user(user))
        found = collect(url)
        assert found.problem is None and found.samples == collect(redis_cluster.url).samples
        assert "may not read" in str(collect(url, app="webshop").problem)
        totals = RedisForeign(foreign, foreign_url, [USERS]).collect(WINDOW)
        assert totals.problem is None and [(total.key, total.count) for total in totals.totals] == [(USERS, 5)]
        refused = RedisForeign(foreign, url, [USERS]).collect(WINDOW).problem
        assert refused is not None and "config/redis-acl.conf" in refused and "change-me" not in refused
    finally:
        for node in redis_cluster.nodes:
            with redis.Redis(port=node.port) as connection:
                connection.execute_command("ACL", "DELUSER", "auditor-reader", "auditor-counters")


def test_a_server_is_read_through_tls_and_only_if_it_is_the_right_one(client: redis.Redis, tmp_path: Path) -> None:
    write(client)
    certificate = Certificate(tmp_path)
    front = TlsFront(int(client.connection_pool.connection_kwargs["port"]), certificate)
    url = f"rediss://127.0.0.1:{front.port}/0"
    assert collect(f"{url}?ssl_ca_certs={certificate.certificate}").problem is None
    problem = collect(url).problem
    assert problem is not None and "cannot be reached" in problem and "\n" not in problem
    front.close()


def test_counts_that_are_kept_for_less_than_the_window_are_said(client: redis.Redis, redis_url: str) -> None:
    write(client)
    assert not any("expire" in note for note in collect(redis_url).notes), "what never expires is kept"
    for key in (layout.last_key("shop"), layout.watched_key("shop", TODAY)):
        client.expire(key, timedelta(days=31))
    assert not any("expire" in note for note in collect(redis_url).notes)
    longer = collect(redis_url, window=Window.last_days(90, NOW))
    assert longer.problem is None and longer.watched
    assert any("expire after about 31 days and the window has 90" in note for note in longer.notes)
