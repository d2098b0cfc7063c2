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
from auditor.analysis.extraction.running import only_running
from auditor.config import LoadedConfig, load
from auditor.errors import AuditorError
from auditor.git import Repository
from auditor.ledger.store import Ledger
from auditor.pipeline import change as pipeline_change
from auditor.pipeline.static import Joined, Static, joined_commit
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
        self._read = functools.lru_cache(maxsize=3)(self._read_commit)

    def _read_commit(self, commit: str) -> Joined:
        return joined_commit(self.loaded, self.repository, commit, today=date(2030, 1, 1), running=only_running)

    def _analysed(self, commit: str) -> Static:
        return self._read(commit).static

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
            with _reading_through(change, self._read) as heads:
                result = pipeline.gate(
                    self.loaded, change.parent, change.commit, days=DAYS, now=now, environment={}
                )  # fmt: skip
            right = truth(base, heads[0] if heads else self._analysed(change.commit), later, back)
            made = made._replace(expected=right.expected, why=right.why)
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
def _reading_through(change: Change, read: Callable[[str], Joined]) -> Iterator[list[Static]]:
    """Give the gate the base that was read already, and yield the head that it reads: neither is read twice."""
    heads: list[Static] = []
    own = pipeline_change.joined_commit

    def once(loaded: LoadedConfig, repository: Repository, commit: str, **given: object) -> Joined:
        if commit == change.parent:
            return read(commit)
        joined = own(loaded, repository, commit, **given)
        if commit == change.commit:
            heads.append(joined.static)
        return joined

    pipeline_change.joined_commit = once
    try:
        yield heads
    finally:
        pipeline_change.joined_commit = own
