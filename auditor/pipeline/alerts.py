"""Whom to tell that collection stopped, and when. In: how sources do, what was told before. Out: notices.

A source stops when it is sick, or stale after it was well; one that was never well may take as long to begin as
evidence may be old. Collection stops when every one failed for that long. Each is told once when it stops and once when
it goes on, at most once an hour, and what a webhook did not take is delivered again. What was told is kept beside the
ledger, so that a collector run by cron does not repeat it. Never raises for want of any of this: a warning says so.
"""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from auditor.config import LoadedConfig, parse_duration
from auditor.errors import AuditorError
from auditor.files import keep_out_of_git, write_atomically
from auditor.model.answers import LedgerHealth
from auditor.pipeline import webhook
from auditor.pipeline.evidence import usage_health
from auditor.pipeline.static import STATE_DIRECTORY

try:
    import fcntl
except ImportError:  # Windows: two collectors at once may both tell
    fcntl = None  # type: ignore[assignment]

COLLECTION = "collection"
_PAUSE = timedelta(hours=1)
_LONGEST_PROBLEM = 300


class Notice(msgspec.Struct, frozen=True):
    """That something stopped, or goes on again.

    `subject` is `source NAME` or `collection`; `since` is when it stopped, `at` when that was seen, both aware UTC.
    """

    subject: str
    state: Literal["stopped", "recovered"]
    problem: str
    since: datetime
    at: datetime

    @property
    def line(self) -> str:
        """One line: `alert: SUBJECT: stopped: PROBLEM`, or `alert: SUBJECT: recovered, after it stopped at TIME`."""
        if self.state == "recovered":
            return f"alert: {self.subject}: recovered, after it stopped at {self.since:%Y-%m-%d %H:%M} UTC"
        return f"alert: {self.subject}: stopped: {self.problem}"


class Alert(msgspec.Struct, frozen=True):
    """What a webhook is sent. History: 1 (2026-11) first version.

    Attributes:
        text: One line, as chats show it.
        app: Of whom it speaks.
        subject: `source NAME`, or `collection`.
        state: What happened to it.
        problem: Why it stopped, in one sentence.
        since: When it stopped, aware UTC.
        at: When that was seen, aware UTC.
    """

    text: str
    app: str
    subject: str
    state: Literal["stopped", "recovered"]
    problem: str
    since: datetime
    at: datetime
    format_version: int = 1


class Told(msgspec.Struct, frozen=True):
    """What is to be said now: notices, and warnings of what could not be done."""

    notices: tuple[Notice, ...] = ()
    warnings: tuple[str, ...] = ()


class Condition(msgspec.Struct, frozen=True):
    """How something does now. `problem` is empty where it is well; it counts once it lasted for `patience`.

    `only_new`: what was well before gets no patience.
    """

    problem: str = ""
    patience: timedelta = timedelta(0)
    only_new: bool = False


class Standing(msgspec.Struct, frozen=True):
    """What is known of one subject. Times are aware UTC.

    Attributes:
        since: When it became as it is, well (`problem` empty) or not.
        problem: What is wrong.
        was_well: It was well at some time.
        notice: What was told last.
        undelivered: The webhook did not take that yet.
    """

    since: datetime
    problem: str = ""
    was_well: bool = False
    notice: Notice | None = None
    undelivered: bool = False


class _State(msgspec.Struct, frozen=True):
    """The file. Format history: 1 (2026-11) first version."""

    format_version: Literal[1] = 1
    standings: Mapping[str, Standing] = {}


def tell(loaded: LoadedConfig, failure: str | None, *, now: datetime, environment: Mapping[str, str]) -> Told:
    """Judge what a collection at `now` left, and tell the webhook what changed.

    Args:
        loaded: The configuration.
        failure: Why nothing could be collected; None where that went well, sick sources or not.
        now: Aware.
        environment: Where the webhook's `env:NAME` is looked up.
    """
    now = now.astimezone(UTC)
    conditions, warnings = _conditions(loaded, failure, now)
    path = state_path(loaded)
    with contextlib.ExitStack() as held:
        known: Mapping[str, Standing] = {}
        try:
            held.enter_context(_locked(path))
            known = _load(path)
        except OSError as error:
            warnings.append(f"{path}: what was told cannot be read: {error.strerror or error}")
        configured = {f"source {source.name}" for source in loaded.config.usage.sources} | {COLLECTION}
        after, notices = judge({k: v for k, v in known.items() if k in configured}, conditions, now)
        failed = _deliver(loaded, after, environment)
        if failed:
            warnings.append(f"usage.alert_webhook: {failed}")
        try:
            write_atomically(path, msgspec.json.encode(_State(standings=after)))
        except AuditorError as error:
            warnings.append(f"what was told cannot be kept, so it may be told again: {error}")
    return Told(notices, tuple(warnings))


def judge(
    known: Mapping[str, Standing], conditions: Mapping[str, Condition], now: datetime
) -> tuple[dict[str, Standing], tuple[Notice, ...]]:
    """Return what is known now, and what is to be told. What no condition speaks of stays as it was. Pure."""
    after, notices = dict(known), []
    for subject, condition in sorted(conditions.items()):
        before = known.get(subject, Standing(since=now, problem=condition.problem))
        changed = bool(before.problem) != bool(condition.problem)
        standing = msgspec.structs.replace(
            before,
            since=now if changed else min(before.since, now),
            problem=condition.problem,
            was_well=before.was_well or not condition.problem,
        )
        patience = timedelta(0) if condition.only_new and standing.was_well else condition.patience
        notice = _notice(subject, standing, patience, now)
        if notice:
            notices.append(notice)
            standing = msgspec.structs.replace(standing, notice=notice, undelivered=True)
        after[subject] = standing
    return after, tuple(notices)


def _notice(subject: str, standing: Standing, patience: timedelta, now: datetime) -> Notice | None:
    """Return what is to be told of a subject, if anything."""
    last = standing.notice
    if last is not None and now - _PAUSE < last.at <= now:  # a clock that was put back makes nobody wait
        return None
    told_stopped = last is not None and last.state == "stopped"
    if standing.problem and not told_stopped and now - standing.since >= patience:
        return Notice(subject, "stopped", standing.problem, standing.since, now)
    if not standing.problem and last is not None and told_stopped:
        return Notice(subject, "recovered", last.problem, last.since, now)
    return None


def _conditions(loaded: LoadedConfig, failure: str | None, now: datetime) -> tuple[dict[str, Condition], list[str]]:
    """Return how collection and, where the ledger can be read, each source does."""
    max_age = parse_duration(loaded.config.usage.max_age)
    problem = (
        f"every collection failed for {loaded.config.usage.max_age} or longer: {_short(failure)}" if failure else ""
    )
    conditions = {COLLECTION: Condition(problem, max_age)}
    try:
        conditions |= _of_sources(usage_health(loaded, now=now), max_age)
    except AuditorError as error:
        return conditions, [] if failure else [f"no source could be judged: {error}"]
    return conditions, []


def _of_sources(health: LedgerHealth, max_age: timedelta) -> dict[str, Condition]:
    return {
        f"source {row.name}": Condition(
            "" if row.status == "ok" else _short(row.problem or row.status),
            max_age if row.status == "stale" else timedelta(0),
            only_new=True,
        )
        for row in health.sources
    }


def _short(problem: str) -> str:
    line = " ".join(problem.split())
    return line if len(line) <= _LONGEST_PROBLEM else f"{line[: _LONGEST_PROBLEM - 1]}…"


def _deliver(loaded: LoadedConfig, standings: dict[str, Standing], environment: Mapping[str, str]) -> str | None:
    """Tell the webhook what it does not know, and note that it does; return why it could not be told."""
    due = [(subject, one, one.notice) for subject, one in standings.items() if one.undelivered and one.notice]
    reference = loaded.config.usage.alert_webhook
    name = reference.removeprefix("env:")
    address = environment.get(name, "").strip() if name != reference else reference
    if reference and not address:
        return (
            f"the environment variable {name} is not set; its value is the address that is told when collection stops"
        )
    for subject, one, notice in due:
        failed = webhook.post(address, _message(loaded, notice)) if reference else None
        if failed:
            return f"{failed}; it is told again at the next collection"
        standings[subject] = msgspec.structs.replace(one, undelivered=False)
    return None


def _message(loaded: LoadedConfig, notice: Notice) -> Alert:
    """Return what a webhook is sent."""
    app = loaded.config.app or loaded.root.name
    text = webhook.plain(f"auditor: {app}: {notice.line.removeprefix('alert: ')}")
    return Alert(text, app, notice.subject, notice.state, notice.problem, notice.since, notice.at)


def state_path(loaded: LoadedConfig) -> Path:
    """Return the file beside the ledger, or in `.auditor` where the ledger is on a server."""
    kind, _, place = loaded.config.ledger.partition(":///")
    if kind == "sqlite" and place:
        ledger = loaded.root / place.partition("?")[0]
        return ledger.with_name(f"{ledger.name}.alerts.json")
    return loaded.root / STATE_DIRECTORY / "alerts.json"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one collector at a time tell: two would tell the same twice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.parent.name == STATE_DIRECTORY:
        keep_out_of_git(path.parent)
    with path.with_suffix(".lock").open("ab") as held:
        if fcntl is not None:
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _load(path: Path) -> Mapping[str, Standing]:
    """Return what was told; nothing where the file is missing or is none of ours."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_State).standings
    except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}
