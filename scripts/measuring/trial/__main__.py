"""The command line of `scripts/deletion_trial`.

In: applications, the cache. Out: tables on stdout and, when all were tried, in docs/deletion-trial.md; progress on
stderr. Exit 1 where a batch broke something or something did not come back byte for byte, 2 where something could not
run. It runs code of the applications it fetches; see docs/accuracy.md.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from measuring.applications import APPLICATIONS
from measuring.fetching import HERE, MeasuringError
from measuring.trial.edits import edits
from measuring.trial.judge import judge
from measuring.trial.running import RUNS, Trial, tried
from measuring.trial.table import sections, written

TRIED = (
    "toot", "flower", "cookiecutter", "litecli", "httpbin", "django-helpdesk", "ihatemoney", "pgcli", "gns3-server",
)  # fmt: skip
"""The applications that are no libraries, those with quick tests first; httpie's need minutes, and a network."""
DOCUMENT = HERE / "docs" / "deletion-trial.md"


def main() -> int:
    """Run what was asked for; return the exit code."""
    options = _options()
    if options.judge:
        return judge(options.judge, Path.cwd())
    if options.edits:
        return _edits(options.edits, options.each, options.seed)
    known = {one.name: one for one in APPLICATIONS}
    names = [name.strip() for name in (options.apps or ",".join(TRIED)).split(",") if name.strip()]
    runs = [name.strip() for name in options.runs.split(",") if name.strip()]
    for option, given, possible in (("--apps", names, known), ("--runs", runs, RUNS)):
        if strange := [name for name in given if name not in possible]:
            print(f"scripts/deletion_trial: {option} {strange[0]}: not one of {', '.join(possible)}", file=sys.stderr)
            return 2
    trials: list[Trial] = []
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="auditor-trial-") as temporary:
        cache = (options.cache or Path(temporary)).resolve()
        cache.mkdir(parents=True, exist_ok=True)
        for name in names:
            for run in runs:
                try:
                    trials.append(tried(known[name], cache, run, again=options.again))
                except (MeasuringError, OSError) as error:
                    failures.append(f"{name}, {run}: {error}")
                    print(failures[-1], file=sys.stderr)
    print(sections(trials))
    if not options.apps and set(runs) == set(RUNS) and not failures:
        written(DOCUMENT, trials)
        print(f"wrote {DOCUMENT}", file=sys.stderr)
    return 2 if failures else int(any(one.broken or one.differing or one.skipped for one in trials))


def _edits(directory: Path, each: int, seed: int) -> int:
    """Try single removals on every file below a directory; exit 1 where one took more than it was asked for."""
    done = edits(directory, each=each, seed=seed)
    print(f"{done.files} files, {done.made} removals, {sum(done.refused.values())} refused, {len(done.wrong)} wrong")
    for reason, count in done.refused.most_common():
        print(f"  {count:>6}  {reason}")
    print("\n".join(done.wrong))
    return int(bool(done.wrong))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/deletion_trial", description="Delete for real, test, take all back.")
    parser.add_argument("--apps", help=f"comma-separated (default: {','.join(TRIED)})")
    parser.add_argument("--runs", default=",".join(RUNS), help="comma-separated (default: %(default)s)")
    parser.add_argument("--cache", type=Path, help="keep downloads, environments and results there (default: nowhere)")
    parser.add_argument("--again", action="store_true", help="try again what has a result already")
    parser.add_argument("--edits", type=Path, metavar="DIR", help="try single removals on the files of DIR instead")
    parser.add_argument("--each", type=int, default=1, help="removals a file, with --edits (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which they are, with --edits (default: %(default)s)")
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


sys.exit(main())
