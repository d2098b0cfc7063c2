"""The command line of `scripts/bench/logs`. In: arguments. Out: a table of medians; exit 1 where counts differ."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from measuring.logs import generate

_CONTENDERS = ("auditor", "python", "polars")
_KINDS = ("json", "combined")


def main() -> int:
    """Generate a log of each format, let everybody read it in turn, and print what it took."""
    parser = argparse.ArgumentParser(prog="scripts/bench/logs", description=__doc__)
    parser.add_argument("--mib", type=int, default=1024, help="size of a log in MiB (1024)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; in each, everybody reads once (3)")
    parser.add_argument("--format", choices=_KINDS, action="append", help="only this format; may be repeated")
    parser.add_argument("--without", choices=_CONTENDERS[1:], action="append", default=[], help="leave one out")
    options = parser.parse_args()
    names = [name for name in _CONTENDERS if name not in options.without]
    same = True
    with tempfile.TemporaryDirectory(prefix="auditor-bench-logs-") as directory:
        for kind in options.format or _KINDS:
            path = Path(directory) / f"{kind}.log"
            lines = generate.write(path, kind, options.mib << 20)
            print(f"\n{kind}: {path.stat().st_size / (1 << 20):,.0f} MiB, {lines:,} lines", flush=True)
            same &= _measure(kind, path, names, options.rounds)
            path.unlink()
    return 0 if same else 1


def _measure(kind: str, path: Path, names: list[str], rounds: int) -> bool:
    """Print a line for each contender; return whether all that could be run counted the same."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            answer = _run(name, kind, path)
            if answer is not None:
                runs[name].append(answer)
    baseline = statistics.median(run["cpu"] for run in runs["auditor"])
    print(f"{'':10}{'seconds':>10}{'CPU s':>10}{'x CPU':>8}{'max RSS':>12}{'requests':>14}")
    for name, done in runs.items():
        if not done:
            print(f"{name:10} could not be run")
            continue
        wall, cpu, rss = (statistics.median(run[what] for run in done) for what in ("seconds", "cpu", "rss"))
        print(f"{name:10}{wall:10.2f}{cpu:10.2f}{cpu / baseline:8.2f}{rss:8,.0f} MiB{done[0]['requests']:14,}")
    digests = {run["digest"] for done in runs.values() for run in done}
    print("counts: the same" if len(digests) == 1 else "counts: THEY DIFFER", flush=True)
    return len(digests) == 1


def _run(name: str, kind: str, path: Path) -> dict[str, Any] | None:
    """Return what one reading took, None where its library cannot be had."""
    command = [sys.executable]
    if name == "polars":
        uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        command = [uv, "run", "--quiet", "--no-project", "--python", version, "--with", "polars", "python"]
    try:
        done = subprocess.run(
            [*command, "-m", "measuring.logs.contenders", name, kind, str(path)],
            capture_output=True, text=True, check=False, env=os.environ,
        )  # fmt: skip
    except OSError:
        return None
    if done.returncode:
        print(f"{name}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'failed'}", file=sys.stderr)
        return None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


if __name__ == "__main__":
    sys.exit(main())
