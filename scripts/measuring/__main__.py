"""The command line of `scripts/accuracy`: what auditor calls unused, proven on real applications.

In: nothing but the tables in `scripts/measuring`. Out: tables on stdout (or JSON), progress on stderr; exit 1 when
something called `unreached` was executed or a green test turned red, 2 when something could not run. It runs code of
the applications it fetches; see docs/accuracy.md.
"""

import argparse
import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from measuring import tables
from measuring.applications import APPLICATIONS, Application
from measuring.benchmarks import tally
from measuring.fetching import MeasuringError
from measuring.measure import Measured, measure, prepare
from measuring.routed import ROUTED
from measuring.routes import compared
from measuring.tools import TOOLS


def main() -> int:
    """Run what was asked for; return the exit code."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="auditor-accuracy-") as temporary:
        cache = (options.cache or Path(temporary)).resolve()
        cache.mkdir(parents=True, exist_ok=True)
        tools = tuple(name.strip() for name in options.tools.split(",") if name.strip())
        if strange := [name for name in tools if name not in TOOLS]:
            return _stop(f"--tools {strange[0]}: not one of {', '.join(TOOLS)}")
        if options.benchmarks:
            return _benchmarks(options, tools, cache)
        return _applications(options, tools, cache)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/accuracy", description="Prove what auditor calls unused.")
    parser.add_argument("--cache", type=Path, help="keep downloads, environments and runs there (default: nowhere)")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this application; may be repeated")
    parser.add_argument("--tools", default=",".join(TOOLS), help="comma-separated (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=1, help="applications at a time (default: 1)")
    parser.add_argument("--benchmarks", type=Path, nargs="+", metavar="DIR", help="score labelled benchmarks instead")
    parser.add_argument("--routes", action="store_true", help="compare route tables with the frameworks' own instead")
    parser.add_argument("--no-delete", action="store_true", help="do not delete what is unreached and test again")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    return parser.parse_args()


def _stop(message: str) -> int:
    print(f"scripts/accuracy: {message}", file=sys.stderr)
    return 2


def _benchmarks(options: argparse.Namespace, tools: tuple[str, ...], cache: Path) -> int:
    """Score the tools on clones of labelled benchmarks; exit 1 where a peer has a better precision or recall."""
    try:
        tallies = [one for clone in options.benchmarks for one in tally(clone.resolve(), tools, cache)]
    except (MeasuringError, OSError, KeyError, json.JSONDecodeError) as error:
        return _stop(f"--benchmarks: {error}")
    print(json.dumps([one._asdict() for one in tallies], indent=2) if options.json else tables.benchmarks(tallies))
    missed = tables.behind(tallies)
    print("\n".join(missed), file=sys.stderr)
    return 1 if missed else 0


def _routes(options: argparse.Namespace, chosen: list[Application], cache: Path) -> int:
    """Compare the route tables of applications with their frameworks' own; exit 1 where they differ."""
    rows, failures = [], []
    for application in chosen:
        try:
            rows.append(compared(application, prepare(application, cache)))
        except (MeasuringError, OSError) as error:
            failures.append(f"{application.name} {application.version}: {error}")
    print(json.dumps([row._asdict() for row in rows], indent=2) if options.json else tables.routes(rows))
    print("\n".join(failures), file=sys.stderr)
    return 2 if failures else 1 if any(row.missing or row.extra for row in rows) else 0


def _applications(options: argparse.Namespace, tools: tuple[str, ...], cache: Path) -> int:
    known = {one.name.lower(): one for one in (*APPLICATIONS, *(ROUTED if options.routes else ()))}
    wanted = [name.lower() for name in options.only or known]
    if strange := [name for name in wanted if name not in known]:
        return _stop(f"--only {strange[0]}: not one of {', '.join(known)}")
    if options.routes:
        return _routes(options, [known[name] for name in wanted if known[name].routes], cache)
    failures: list[str] = []

    def one(application: Application) -> Measured | None:
        try:
            return measure(application, cache, tools, delete=not options.no_delete)
        except (MeasuringError, OSError) as error:
            failures.append(f"{application.name} {application.version}: {error}")
            print(failures[-1], file=sys.stderr)
            return None

    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        measured = [row for row in pool.map(one, (known[name] for name in wanted)) if row is not None]
    if options.json:
        print(json.dumps([tables.as_json(row) for row in measured], indent=2))
    else:
        print("\n\n".join((tables.applications(measured), tables.false_alarms(measured), tables.deletions(measured))))
    missed = tables.misses(measured)
    print("\n".join(missed), file=sys.stderr)
    return 2 if failures else 1 if missed else 0


sys.exit(main())
