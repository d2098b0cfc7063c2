"""The command line of `scripts/bench/tracking`: what the tracker costs, served and in work, and outages of its Redis.

In: options. Out: tables on stdout, progress on stderr; exit 1 when a count is wrong or something did not do its work,
never for a time.
"""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from pathlib import Path

from measuring.fetching import PYTHON, MeasuringError, together
from measuring.tracking import cost, functions, report
from measuring.tracking.outages import CONDITIONS, Outage, Pace, suffered
from measuring.tracking.serving import served

WANTED = (
    "fastapi==0.165.0",
    "uvicorn[standard]==0.54.0",
    "redis==8.1.0",
    "prometheus-fastapi-instrumentator==8.1.0",
)
"""The environment of the measured servers: as in production, with the faster parser and event loop."""


def main() -> int:
    """Run what was asked for; return the exit code."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what runs is ended as well
    with tempfile.TemporaryDirectory(prefix="auditor-bench-") as temporary:
        try:
            return _measure(options, Path(temporary))
        except (MeasuringError, OSError) as error:
            print(f"scripts/bench/tracking: {error}", file=sys.stderr)
            return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/bench/tracking", description="What the tracker costs, and its outages.")
    parser.add_argument("--cache", type=Path, help="keep the measured servers' environment there (default: nowhere)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of the CPU figures (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=8000, help="requests a round and server (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=200, help="requests a second in outages (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="length of an outage (default: %(default)s)")
    parser.add_argument("--outages", action="append", metavar="WORD", help="only those whose name has the word")
    parser.add_argument("--only", choices=("cost", "functions", "outages"), help="only one of the three parts")
    parser.add_argument("--quick", action="store_true", help="few and short, no peer, in this project's environment")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.requests = min(options.rounds, 2), min(options.requests, 1600)
        options.rate, options.seconds = min(options.rate, 100), min(options.seconds, 2)
    if min(options.rounds, options.requests, options.rate, options.seconds) <= 0:
        parser.error("rounds, requests, rate and seconds must be above 0")
    return options


def _measure(options: argparse.Namespace, directory: Path) -> int:
    quick = options.quick or options.only == "functions"
    python = PYTHON if quick else together("tracking", WANTED, (options.cache or directory).resolve())
    print(_machine(quick=quick), flush=True)
    costs: list[cost.Cost] = []
    rows: list[Outage] = []
    if options.only in (None, "cost"):
        _say(f"CPU: {options.rounds} rounds of {options.requests} requests to each server")
        peers = ("auditor",) if options.quick else ("passing", "auditor", "prometheus")
        costs = cost.measured(python, peers, options.rounds, options.requests, directory)
        print(f"\n{report.costs(costs)}\n{report.target(costs)}", flush=True)
    if options.only in (None, "functions"):
        rounds = options.rounds if options.quick else options.rounds * 9
        working = functions.measured(functions.pythons(), rounds, directory)
        print(f"\n{report.costs(working, 'CPU of work')}\n{functions.target(working)}", flush=True)
        costs += working
    if options.only in (None, "outages"):
        rows = _outages(options, python, directory)
        print(f"\n{options.rate:g} requests a second to each server\n{report.outages(rows)}")
    if options.json:
        options.json.write_text(json.dumps(report.as_json(costs, rows), indent=2) + "\n", "utf-8")
    wrong = [one.condition for one in rows if not one.verdict.good]
    if wrong:
        print(f"scripts/bench/tracking: counts are wrong after: {'; '.join(wrong)}", file=sys.stderr)
    return 1 if wrong else 0


def _outages(options: argparse.Namespace, python: Path, directory: Path) -> list[Outage]:
    asked = options.outages
    chosen = [one for one in CONDITIONS if not asked or any(word in one.name for word in asked)]
    during = max(1, round(options.rate * options.seconds))
    pace = Pace(options.rate, during, max(20, during // 4))
    rows = []
    with served(python, "none", directory) as none:
        for condition in chosen:
            rows.append(suffered(condition, python, none, pace, directory))
            _say(f"{condition.name}: {rows[-1].verdict.text}")
    return rows


def _machine(*, quick: bool) -> str:
    load = os.getloadavg()[0]
    busy = f"; load {load:.1f}: the machine is NOT calm, times are worth little" if load > 0.7 else ""
    what = "this project's environment" if quick else ", ".join(one.replace("==", " ") for one in WANTED)
    cores = len(os.sched_getaffinity(0))
    return f"Python {platform.python_version()}, {cores} cores, {platform.machine()}; one worker; {what}{busy}"


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
