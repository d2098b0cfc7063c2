"""One change through the gate: make its evidence, ask, compare with what is right.

In: a change, its repository. Out: `Answer`. The gate is asked as `auditor gate` asks it, at the time of the commit.
"""

import functools
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import NamedTuple

from auditor import pipeline
from auditor.config import LoadedConfig, load
from auditor.errors import AuditorError
from auditor.git import Repository
from auditor.ledger.store import Ledger
from auditor.pipeline import change as pipeline_change
from auditor.pipeline.static import Static, analyse_commit
from measuring.history.past import Change
from measuring.history.repository import forget
from measuring.history.truth import samples, truth
from measuring.watched import SOURCE, watched

DAYS = 14


class Answer(NamedTuple):
    """What the gate said of a change, and what a rule says is right.

    `answer` is `pass`, `stop`, `unknown` (exit 3) or `error`; `said` are its reasons, `dormant` its notes on ends that
    went because a watched window saw no call of them, one sentence each. `seconds` are of the processor.
    """

    commit: str
    subject: str
    when: str
    restored: tuple[str, ...]
    release: str
    expected: str
    why: str
    answer: str
    said: tuple[str, ...]
    dormant: tuple[str, ...]
    deleted: int
    moved: int
    seconds: float


class Asking:
    """Asks the gate about changes of one repository. A few analyses are kept: each is needed more than once."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.loaded = load(repository.root)
        self._analysed = functools.lru_cache(maxsize=3)(self._analyse)

    def _analyse(self, commit: str) -> Static:
        return analyse_commit(self.loaded, self.repository, commit, today=date(2030, 1, 1))

    def ask(self, change: Change, release: str, restored: Iterable[str]) -> Answer:
        """Return the gate's answer to a change; `release` is the commit of the next release."""
        started = time.process_time()
        back = tuple(sorted(restored))
        now = datetime.fromtimestamp(change.when, UTC)
        made = Answer(
            change.commit, change.subject, f"{now:%Y-%m-%d}", back, release, "", "", "error", (), (), 0, 0, 0.0
        )
        try:
            later = self._analysed(release)
            base = self._analysed(change.parent)
            self._record(base, later, back, now)
            right = truth(base, self._analysed(change.commit), later, back)
            made = made._replace(expected=right.expected, why=right.why)
            with _reading_through(self._analysed):
                result = pipeline.gate(
                    self.loaded, change.parent, change.commit, days=DAYS, now=now, environment={}
                )  # fmt: skip
        except AuditorError as error:
            return made._replace(said=(str(error),))
        said = [f"{one.why} {one.id} ({one.path}:{one.line}): {one.detail}" for one in result.breaches]
        said += [f"unknown: {result.undecidable}"] if result.undecidable else []
        answer = "pass" if result.passed else "stop" if result.breaches else "unknown"
        dormant = tuple(note for note in result.notes if " had 0 calls in " in note)
        seconds = round(time.process_time() - started, 1)
        return made._replace(
            answer=answer, said=tuple(said), dormant=dormant, deleted=result.deleted, moved=result.moved,
            seconds=seconds,
        )  # fmt: skip

    def _record(self, base: Static, release: Static, back: Iterable[str], now: datetime) -> None:
        forget(self.repository)
        called = samples(base.analysis, release.analysis, back, now)
        with Ledger.open(self.loaded.config.ledger, self.loaded.root, sources=[SOURCE]) as ledger:
            ledger.record([watched(base.analysis, called, now, DAYS)], now=now)


@contextmanager
def _reading_through(analysed: Callable[[str], Static]) -> Iterator[None]:
    """Let the gate take analyses that were made already: a commit is read once, not three times."""

    def kept(_loaded: LoadedConfig, _repository: Repository, commit: str, **_given: object) -> Static:
        return analysed(commit)

    own = pipeline_change.analyse_commit
    pipeline_change.analyse_commit = kept
    try:
        yield
    finally:
        pipeline_change.analyse_commit = own
