"""Fixtures that many tests share: real Redis and PostgreSQL servers, git repositories with a fixed identity."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import redis

from tests.redis_deployments import RedisCluster, RedisServer

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background of a script, as some runners do: what tests start would ignore Ctrl-C as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_MEMORY = Path("/dev/shm")
if "TMPDIR" not in os.environ and _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK):
    # Ledgers and repositories of tests are written and synchronised thousands of times; a disk makes each of them wait.
    _room = os.statvfs(_MEMORY)
    if _room.f_bavail * _room.f_frsize >= 4 * 2**30 and not _room.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None

hypothesis.settings.register_profile("auditor", deadline=None, derandomize=True)
hypothesis.settings.load_profile("auditor")


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = os.environ.get("AUDITOR_TEST_REDIS_URL")
    if given:
        yield given
        return
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server.url
    server.stop()


@pytest.fixture
def redis_url(shared_redis: str) -> Iterator[str]:
    """URL of a real, empty Redis database."""
    client = redis.Redis.from_url(shared_redis)
    client.flushdb()
    yield shared_redis
    client.flushdb()
    client.close()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis server of the test's own, to be stopped and started at will."""
    server = RedisServer(tmp_path)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    cluster = RedisCluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.stop()


@pytest.fixture
def redis_cluster(shared_cluster: RedisCluster) -> RedisCluster:
    """A real, empty Redis cluster of three primaries."""
    shared_cluster.flush()
    return shared_cluster


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[str]:
    """URL of a real PostgreSQL database; AUDITOR_TEST_POSTGRES_URL names another one that may be emptied."""
    from tests.postgres_server import PostgresServer

    given = os.environ.get("AUDITOR_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    server = PostgresServer()
    yield server.url
    server.stop()


@pytest.fixture
def postgres_url(shared_postgres: str) -> str:
    """URL of a real, empty PostgreSQL database."""
    from tests.postgres_server import empty

    empty(shared_postgres)
    return shared_postgres


@pytest.fixture(autouse=True, scope="session")
def git_identity() -> Iterator[None]:
    """Give git an identity and shield it from the machine's own configuration, for fixtures of any scope."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        for role in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{role}_NAME", "Test")
            patch.setenv(f"GIT_{role}_EMAIL", "test@example.org")
        yield


@pytest.fixture(autouse=True)
def no_tracker_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own settings of the tracker out."""
    for name in ("AUDITOR_APP", "AUDITOR_SINK", "AUDITOR_VERSION", "AUDITOR_TRACKING", "AUDITOR_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
