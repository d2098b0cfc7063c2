"""The command line of `scripts/bench/tracking_import`: what importing the tracker costs.

In: interpreters, this environment's by default. Out: a table on stdout: milliseconds and modules that
`auditor.tracking.asgi` adds to an interpreter, alone and beside what an application has loaded anyway. Each import is
one fresh interpreter that sees only the tracker and its own packages; rounds are interleaved, figures are medians.
Exit 1 where it
adds 30 ms of CPU time or more to an interpreter that has loaded redis; wall time grows with what else runs.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

MOST_MILLISECONDS = 30.0
BESIDE = ("nothing", "asyncio", "redis", "fastapi")
HERE = Path(__file__).parents[2]
PROGRAM = """
import sys
from time import perf_counter, process_time
try:
    for name in sys.argv[1:-1]:
        __import__(name)
    before, wall, cpu = len(sys.modules), perf_counter(), process_time()
    __import__(sys.argv[-1])
except ModuleNotFoundError as error:
    sys.exit(3 if error.name in sys.argv else 1)
print((perf_counter() - wall) * 1000, (process_time() - cpu) * 1000, len(sys.modules) - before)
"""


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser("scripts/bench/tracking_import", description="What importing the tracker costs.")
    parser.add_argument("--python", action="append", metavar="PATH", help="interpreter; may be given several times")
    parser.add_argument("--rounds", type=int, default=15, help="imports for each figure (default: 15)")
    options = parser.parse_args()
    most = 0.0
    for python in [Path(given).absolute() for given in options.python or [sys.executable]]:
        runs = _measure(python, options.rounds)
        version = subprocess.run([python, "-V"], capture_output=True, text=True, check=True).stdout.strip()
        print(f"\n{version} ({python})\n{'beside':<24}{'wall ms':>9}{'CPU ms':>9}{'modules':>9}")
        for label, found in runs.items():
            wall, cpu, modules = (statistics.median(figures) for figures in zip(*found, strict=True))
            print(f"{label:<24}{wall:>9.1f}{cpu:>9.1f}{modules:>9.0f}")
            if label == "redis":
                most = max(most, cpu)
    if most:
        print(f"\nCPU time beside redis {most:.1f} ms; to be below {MOST_MILLISECONDS:.0f} ms")
    return int(most >= MOST_MILLISECONDS)


def _measure(python: Path, rounds: int) -> dict[str, list[list[float]]]:
    """Return wall and CPU milliseconds and modules added, a list for each run; the first run of each only compiles."""
    runs: dict[str, list[list[float]]] = defaultdict(list)
    asked = {beside: [*([] if beside == "nothing" else [beside]), "auditor.tracking.asgi"] for beside in BESIDE}
    asked["(redis itself)"] = ["redis"]
    asked["(asyncio itself)"] = ["asyncio"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for number in range(rounds + 1):
        for label, modules in asked.items():
            done = subprocess.run(
                [python, "-c", PROGRAM, *modules], env=environment | {"PYTHONPATH": str(HERE)},
                cwd="/", capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode == 3 and label != "nothing":
                continue  # not installed there
            done.check_returncode()
            if number:
                runs[label].append([float(figure) for figure in done.stdout.split()])
    return runs


if __name__ == "__main__":
    sys.exit(main())
