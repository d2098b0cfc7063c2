"""The reasons to hold back that code of every language shares, in their words.

In: names, times, entries of the configuration. Out: `HeldBack`. Never decides whether one applies.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from auditor.config import KeepEntry
from auditor.cross_reference.sentences import days_text
from auditor.model.verdict import HeldBack
from auditor.model.window import Window


def insufficient(reason: str) -> HeldBack:
    """Return that too little is known of production; `reason` is a sentence."""
    return HeldBack("insufficient_evidence", f"{reason.rstrip('.')}; watch production longer, then plan again")


def kept_by(keep: Iterable[KeepEntry], *names: str) -> HeldBack | None:
    """Return that the first entry of a keep-list that fits one of a definition's names keeps it; None if none does."""
    for entry in keep:
        if any(fnmatchcase(name, entry.definition) for name in names):
            until = f" until {entry.until}" if entry.until else ""
            return HeldBack("keep_list", f"kept{until} by {entry.owner}: {entry.reason}")
    return None


def without_history() -> HeldBack:
    """Return that git does not know what production ran when the window began."""
    return HeldBack(
        "changed_in_window",
        "there is no commit from before the window, so it cannot be shown that this code is what production ran; "
        "audit a git checkout whose history reaches back to the start of the window",
    )


def younger(subject: str, window: Window) -> HeldBack:
    """Return that something was not there when the window began; `subject` says what did not exist."""
    return HeldBack(
        "younger_than_window",
        f"{subject} when the window began ({window.start:%Y-%m-%d}); "
        f"wait until it has been watched for {days_text(window.days)}",
    )


def changed(subject: str, window: Window) -> HeldBack:
    """Return that something was other code when the window began; `subject` is what changed."""
    return HeldBack(
        "changed_in_window",
        f"{subject} changed since the window began ({window.start:%Y-%m-%d}), so what was observed was another "
        f"version; wait until this one has been watched for {days_text(window.days)}",
    )


def uncommitted(path: str) -> HeldBack:
    """Return that a file differs from the commit."""
    return HeldBack("uncommitted_changes", f"{path} has uncommitted changes; commit or discard them")
