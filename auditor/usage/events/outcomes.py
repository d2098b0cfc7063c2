"""How an event says that a use ended. In: what its field holds. Out: one of five outcomes. No I/O."""

from typing import Literal

Outcome = Literal["succeeded", "failed", "timed_out", "cancelled", "begun", "unknown"]

_WORDS: dict[str, Outcome] = {
    **dict.fromkeys(
        ("success", "successful", "succeeded", "succeed", "ok", "okay", "completed", "complete", "done", "finished",
         "passed", "true", "yes"), "succeeded",
    ),
    **dict.fromkeys(
        ("failure", "failed", "fail", "error", "errored", "exception", "crashed", "rejected", "fatal", "false", "no"),
        "failed",
    ),
    **dict.fromkeys(("timeout", "timedout", "deadlineexceeded", "expired"), "timed_out"),
    **dict.fromkeys(("cancelled", "canceled", "aborted", "skipped", "interrupted", "stopped"), "cancelled"),
    **dict.fromkeys(
        ("started", "start", "running", "pending", "queued", "scheduled", "created", "inprogress", "processing",
         "begin", "begun"), "begun",
    ),
}  # fmt: skip


def outcome(value: object, error: object) -> Outcome | None:
    """Return the outcome that `value` says: a word, a truth value, an HTTP status; None where the event tells of none.

    Args:
        value: What the field for outcomes holds; None where there is none.
        error: What the field for errors holds; without an outcome, an error is a failure.
    """
    if value is None:
        return "failed" if error else None
    if isinstance(value, str) and (known := _WORDS.get(value)):
        return known
    if isinstance(value, bool):
        return "succeeded" if value else "failed"
    if isinstance(value, int | float):
        return _of_status(value)
    word = "".join(letter for letter in str(value)[:40].casefold() if letter.isalnum())
    return _of_status(int(word)) if word.isascii() and word.isdigit() else _WORDS.get(word, "unknown")


def _of_status(status: float) -> Outcome:
    if status in (408, 504):
        return "timed_out"
    return "succeeded" if 100 <= status < 400 else "failed" if 400 <= status < 600 else "unknown"
