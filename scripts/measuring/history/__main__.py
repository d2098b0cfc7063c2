"""The command line of `scripts/gate_trial`.

In: clones of real repositories. Out: a table on stdout (or JSON), what was wrong, progress on stderr. Exit 1 where an
answer was wrong, 2 where something could not run. It reads code, and runs none of it.
"""

import argparse
import contextlib
import hashlib
import json
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from auditor.errors import AuditorError
from measuring.fetching import HERE, MeasuringError
from measuring.history import judged, table
from measuring.history.asking import Answer, Asking
from measuring.history.past import Change, kept_changes, restored
from measuring.history.repository import Releases, opened
from measuring.history.truth import Truth


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; return the exit code."""
    options = _options(arguments)
    options.mark = _version()
    with tempfile.TemporaryDirectory(prefix="auditor-gate-trial-") as temporary:
        options.cache = (options.cache or Path(temporary)).resolve()
        answers, failures = _all(options)
    print(json.dumps(table.as_json(answers), indent=2) if options.format == "json" else table.text(answers))
    if failures:
        print("\n".join(failures), file=sys.stderr)
    return 2 if failures else int(any(table.is_wrong(one) for rows in answers.values() for one in rows))


def _all(options: argparse.Namespace) -> tuple[dict[str, list[Answer]], list[str]]:
    """Return the answers by repository, and what could not run."""
    answers: dict[str, list[Answer]] = {}
    failures: list[str] = []
    with ProcessPoolExecutor(options.jobs) if options.jobs > 1 else contextlib.nullcontext() as pool:
        waited = [pool.submit(_tried, one, options).result if pool else None for one in options.directories]
        for directory, result in zip(options.directories, waited, strict=True):
            try:
                name, found = result() if result else _tried(directory, options)
                answers.setdefault(name, []).extend(found)
            except (MeasuringError, AuditorError, OSError) as error:
                failures.append(f"scripts/gate_trial: {directory}: {error}")
    return answers, failures


def _tried(directory: Path, options: argparse.Namespace) -> tuple[str, list[Answer]]:
    """Return a clone's name and the answers for the changes that were chosen of it."""
    name, repository = opened(directory, options.cache)
    history = kept_changes(repository, options.cache / "histories" / f"{name}.json")
    back = restored(history, options.days)
    chosen = _chosen(history, back, options)
    kept = options.cache / "answers" / f"{name}.jsonl"
    verdicts = judged.verdicts(name)
    known = {} if options.again else _known(kept, options.mark, verdicts if options.wrong else None)
    mark = options.mark
    asking, releases = Asking(repository), Releases(repository)
    found = []
    for number, change in enumerate(chosen, 1):
        answer = known.get(change.commit)
        if answer is None:
            answer = asking.ask(change, releases.after(change.commit), back.get(change.commit, ()))
            kept.parent.mkdir(parents=True, exist_ok=True)
            with kept.open("a", encoding="utf-8") as lines:
                lines.write(f"{json.dumps([mark, answer._asdict()])}\n")
        answer = judged.corrected(answer, verdicts)
        found.append(answer)
        told = f"{name} {number}/{len(chosen)} {change.commit[:10]} expected {answer.expected}: {answer.answer}"
        print(told, file=sys.stderr, flush=True)
    return name, found


def _chosen(history: Sequence[Change], back: dict[str, frozenset[str]], options: argparse.Namespace) -> list[Change]:
    """Return the changes to ask about: those taken back, then others by lot; oldest first."""
    if options.commit:
        return [one for one in history if one.commit.startswith(tuple(options.commit))]
    deleting = [one for one in history if one.deleted and one.when >= options.since]
    drawn = random.Random(options.seed).sample(deleting, len(deleting))
    drawn.sort(key=lambda one: one.commit not in back)
    chosen = {one.commit for one in drawn[: options.limit]}
    return [one for one in deleting if one.commit in chosen]


def _known(kept: Path, mark: str, others: Mapping[str, Truth] | None) -> dict[str, Answer]:
    """Return the answers that were kept, by commit: of this auditor; with `others`, right ones of another one too."""
    found: dict[str, Answer] = {}
    for line in kept.read_text("utf-8").splitlines() if kept.is_file() else ():
        version, row = json.loads(line)
        if row.keys() != set(Answer._fields):
            continue
        answer = Answer(**row | {key: tuple(row[key]) for key in ("restored", "said", "dormant")})
        if version == mark or (others is not None and not table.is_wrong(judged.corrected(answer, others))):
            found[answer.commit] = answer
        elif others is not None:
            found.pop(answer.commit, None)
    return found


def _version() -> str:
    """Return a digest of auditor's sources and of the trial's: another auditor, another answer."""
    digest = hashlib.sha256()
    for path in sorted((*(HERE / "auditor").rglob("*.py"), *Path(__file__).parent.glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "scripts/gate_trial",
        description="Ask the gate about real changes of real repositories; see docs/gate-trial.md.",
    )
    parser.add_argument("directories", type=Path, nargs="+", metavar="DIR", help="a clone with its whole history")
    parser.add_argument("--limit", type=int, default=20, help="changes a clone (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which they are (default: %(default)s)")
    parser.add_argument(
        "--days", type=float, default=30, help="what comes back within is restored (default: %(default)s)"
    )
    parser.add_argument("--since", type=_moment, default=0, metavar="DATE", help="leave older changes out")
    parser.add_argument("--commit", action="append", metavar="HASH", help="only this change; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, help="clones at a time (default: %(default)s)")
    parser.add_argument("--cache", type=Path, help="keep answers and analyses there (default: nowhere)")
    parser.add_argument("--again", action="store_true", help="ask again what has an answer already")
    parser.add_argument("--wrong", action="store_true", help="ask again only what another auditor answered wrongly")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser.parse_args(arguments)


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


if __name__ == "__main__":
    sys.exit(main())
