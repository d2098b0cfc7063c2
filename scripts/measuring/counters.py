"""The command line of `scripts/bench/counters`: reading a sorted set of calls, against fetching and counting them.

In: numbers of calls. Out: a table on stdout: CPU seconds of the reader and peak memory that reading adds, of auditor's
reader and of a program that fetches every call with its score and counts by day. Each runs in a process of its own, by
turns, on a Redis of their own; figures are medians. Exit 1 where the two count differently.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import redis

from tests.redis_deployments import RedisServer

DAYS = 14
READERS = {
    "auditor": """
from datetime import UTC, datetime
from auditor.config import SourceConfig
from auditor.model.window import Window
from auditor.usage.redis_foreign import RedisForeign
source = SourceConfig(name="calls", kind="redis", layout="endpoint_usage")
def read(url, end):
    window = Window.last_days(14, datetime.fromtimestamp(end, UTC))
    found = RedisForeign(source, url, ["POST /chat"]).collect(window)
    assert found.problem is None and found.watched, found.problem
    return {str(one.day): one.count for one in found.samples}
""",
    "fetch all": """
from collections import Counter
from datetime import UTC, datetime
import redis
def read(url, end):
    first = datetime.fromtimestamp(end - 14 * 86_400, UTC).replace(hour=0, minute=0).timestamp()
    calls = redis.Redis.from_url(url, socket_timeout=600).zrangebyscore(
        "endpoint_usage:POST:/chat", first, "+inf", withscores=True)
    return Counter(str(datetime.fromtimestamp(score, UTC).date()) for _, score in calls)
""",
}
PROGRAM = """
import json, resource, sys, time
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
counts = read(sys.argv[1], float(sys.argv[2]))
seconds, after = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, (after - before) / 1024, counts]))
"""


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser("scripts/bench/counters", description="Reading calls with their times from Redis.")
    parser.add_argument("--calls", type=int, action="append", help="in one set; may be given several times")
    parser.add_argument("--rounds", type=int, default=5, help="readings for each figure (default: 5)")
    options = parser.parse_args()
    print(f"{'calls':>12} {'reader':<12}{'CPU s':>8}{'MiB':>8}")
    agree = True
    with tempfile.TemporaryDirectory() as directory:
        server = RedisServer(Path(directory))
        try:
            for calls in options.calls or [10_000, 100_000, 1_000_000]:
                end = datetime.now(UTC).replace(second=0, microsecond=0)
                _fill(server.port, calls, end)
                agree &= _measure(server.url, calls, end, options.rounds)
        finally:
            server.stop()
    return int(not agree)


def _fill(port: int, calls: int, end: datetime) -> None:
    """Write calls evenly over the days before `end`."""
    with redis.Redis(port=port) as client:
        client.flushall()
        for start in range(0, calls, 10_000):
            moments = (
                end - timedelta(days=DAYS) * (number + 1) / (calls + 1)
                for number in range(start, min(start + 10_000, calls))
            )
            client.zadd("endpoint_usage:POST:/chat", {f"{at:%Y-%m-%dT%H:%M:%S.%f}": at.timestamp() for at in moments})


def _measure(url: str, calls: int, end: datetime, rounds: int) -> bool:
    """Print a row for each reader; return whether they count the same."""
    runs: dict[str, list[tuple[float, float, dict[str, int]]]] = {reader: [] for reader in READERS}
    for _ in range(rounds):
        for reader, program in READERS.items():
            asked = [sys.executable, "-c", program + PROGRAM, url, str(end.timestamp())]
            done = subprocess.run(asked, capture_output=True, text=True, check=True)
            runs[reader].append(json.loads(done.stdout))
    for reader, found in runs.items():
        seconds, mebibytes = (statistics.median(figures) for figures in list(zip(*found, strict=True))[:2])
        print(f"{calls:>12,} {reader:<12}{seconds:>8.2f}{mebibytes:>8.0f}")
    return len({json.dumps(found[0][2], sort_keys=True) for found in runs.values()}) == 1


if __name__ == "__main__":
    sys.exit(main())
