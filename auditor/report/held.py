"""What a scan holds back, grouped by the access that could reach it: what one gains by giving that access a name.

In: `HeldCandidate`s. Out: groups, and their lines for a terminal. Never decides what is held back.
"""

from collections.abc import Iterable
from itertools import groupby

import msgspec

from auditor.model.report import HeldCandidate
from auditor.report import wording
from auditor.report.layout import wrapped
from auditor.report.wording import count, printable

_THROUGH = ", and of that: "
"""Stands in the sentence of what is held back only because something else is; behind it stands the access."""


class HeldGroup(msgspec.Struct, frozen=True):
    """Everything that one access holds back; `access` is a sentence with its path and line."""

    access: str
    members: tuple[HeldCandidate, ...]


def groups(held: Iterable[HeldCandidate]) -> tuple[HeldGroup, ...]:
    """Return what is held back by access, the access that holds back most first; members by path and line."""
    found: dict[str, list[HeldCandidate]] = {}
    for one in held:
        found.setdefault(one.detail.rpartition(_THROUGH)[2], []).append(one)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(HeldGroup(access, tuple(members)) for access, members in ordered)


def lines(held: Iterable[HeldCandidate]) -> list[str]:
    """Return the groups for a terminal: the access, then each file with the lines and names in it."""
    text: list[str] = []
    for group in groups(held):
        text += wrapped(f"{count(len(group.members), 'definition')}: {group.access}", "  ", "      ")
        for path, members in groupby(group.members, key=lambda one: one.path):
            named = ", ".join(f"{one.line} {wording.name_in_module(one.id)}" for one in members)
            text += wrapped(f"{printable(path)}: {named}", "      ", "          ")
    return text
