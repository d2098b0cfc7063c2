"""What a change takes away of JavaScript and TypeScript, as the gate judges it.

In: nothing. Out: frozen structs. A script has no analysis of its own here: what refers to what is read from text, and
is told as far as a change needs it. No I/O.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec


class Asking(msgspec.Struct, frozen=True):
    """A place of head that still asks for something: path relative to the audited root, line from 1."""

    path: str
    line: int


class LostScript(msgspec.Struct, frozen=True):
    """A file, or an export of one that stays, which base has and head has not.

    Attributes:
        id: `web/x.ts` for a file, `web/x.ts:name` for an export.
        path: Where it was at base, relative to the audited root.
        line: Its line at base; 1 for a file.
        kind: What it is. `route`: an address that code registered with a server. `passed_on`: it is there, and another
            file that passed it on does so no longer.
        moved_to: Its path at head where it lives on: then only those who still ask for the old path matter, and the
            address that it served there.
        dangling: Where head still asks for it.
        referrers: Files of base that asked for it, tests left out.
        living: Those of them that head has, and that do not ask for it any more.
        loaded_by: A place of head that loads whatever fits a pattern, and fits it.
        entries: What calls it from outside, a sentence each; none where head has the same way to something else.
        address: The address that it served, as `/users/{id}` or `/users/:id`; empty where it served none.
        unused: What a report of Knip's on base says of it; empty where it says nothing.
        components: Names under which browsers may count it and that nothing of head answers to.
        tracked: Those of them that its code counts itself.
        method: The HTTP method of the address, `*` for all.
        whole: It took in all below the address.
        stranded: Head has it, and nothing of head uses it.
    """

    id: str
    path: str
    line: int
    kind: Literal["file", "export", "component", "route", "member", "passed_on"]
    moved_to: str = ""
    dangling: tuple[Asking, ...] = ()
    referrers: tuple[str, ...] = ()
    living: tuple[str, ...] = ()
    loaded_by: Asking | None = None
    entries: tuple[str, ...] = ()
    address: str = ""
    unused: str = ""
    components: frozenset[str] = frozenset()
    tracked: frozenset[str] = frozenset()
    method: str = "*"
    whole: bool = False
    stranded: bool = False


class ScriptChange(msgspec.Struct, frozen=True):
    """All that a change takes away of scripts.

    `lines` are those of head's files that breaches may lie in, `browsers` the names of components that scripts answer
    to at base. `unread` are sentences on files whose content says nothing, `unseen` on those of head that are used and
    could be read at base: what they still hold cannot be known. `served` are the (method, address) that head's code
    registers with servers.
    """

    lost: tuple[LostScript, ...]
    lines: Mapping[str, int] = {}
    browsers: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    served: tuple[tuple[str, str], ...] = ()
