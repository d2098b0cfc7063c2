"""The retirement of one named symbol: where it occurs, what to do about it in which order, and whether it may begin.

In: nothing. Out: frozen structs whose JSON form is `retire-<symbol>.json`, `format_version` 1. Never reads a file.

History: 1 (2026-11) first version.
"""

from datetime import datetime
from typing import Literal

import msgspec

from auditor.model.code import DefinitionId
from auditor.model.tables import DataTable

RETIREMENT_FORMAT_VERSION = 1

Area = Literal[
    "tests", "seeds", "ci", "templates", "routes", "scripts", "services", "configuration", "types", "docs",
    "translations", "schema", "migrations",
]  # fmt: skip
"""Parts of a repository, in the order in which they are dealt with."""

MatchKind = Literal["definition", "reference", "named", "text", "path"]
"""How an occurrence means the symbol.

`definition`: it is declared there; `reference`: code leads there (imports, calls, inherits, annotates); `named`: a
variable, parameter or function called after it, in code that refers to it; `text`: spelled out where no reference can
be followed; `path`: the file itself is called so.
"""


class Occurrence(msgspec.Struct, frozen=True):
    """One line that has to change. `line` is 1-based, 0 for the file's own name; `text` is that line, cut.

    `within` is the definition it stands in, empty outside Python. `end_line` ends a block that goes as a whole.
    """

    path: str
    line: int
    kind: MatchKind
    spelling: str
    text: str
    what: str = ""
    within: DefinitionId = ""
    end_line: int = 0
    count: int = 1


class OtherThing(msgspec.Struct, frozen=True):
    """The same spelling on a line of Python, and why it is something else."""

    path: str
    line: int
    spelling: str
    why: str
    within: DefinitionId = ""


class Aside(msgspec.Struct, frozen=True):
    """Lines of one file that are counted but not planned: `lines` are the first of them."""

    path: str
    count: int
    lines: tuple[int, ...]


class LongerName(msgspec.Struct, frozen=True):
    """A longer name that contains the symbol's; another concept, perhaps.

    `users` are the definitions of that name that use the symbol: when it goes, they may have nothing left to do.
    """

    name: str
    count: int
    files: tuple[str, ...]
    users: tuple[DefinitionId, ...] = ()


class RelationName(msgspec.Struct, frozen=True):
    """Another name by which code reaches the symbol's rows: a reverse accessor, a column that points to it.

    `declared` and `places` are `path:line`.
    """

    name: str
    declared: str
    places: tuple[str, ...]


class AreaImpact(msgspec.Struct, frozen=True):
    """What one area has to change: files, lines, occurrences."""

    area: Area
    files: int
    lines: int
    occurrences: int
    action: str


class RetireTask(msgspec.Struct, frozen=True):
    """What to do in one file. `done` where nothing of it is left."""

    path: str
    area: Area
    action: Literal["delete_file", "edit"]
    occurrences: tuple[Occurrence, ...]
    done: bool = False


class RetireBatch(msgspec.Struct, frozen=True):
    """A deployment's worth: 1 to 5 files. `after_barrier` marks those that wait for the deployed code."""

    number: int
    tasks: tuple[RetireTask, ...]
    after_barrier: bool = False

    @property
    def done(self) -> bool:
        """Whether all its tasks are."""
        return all(task.done for task in self.tasks)


class DataStep(msgspec.Struct, frozen=True):
    """One step on the database, with the commands to run. `irreversible` marks what loses data."""

    title: str
    language: Literal["sql", "bash", "python", "text"]
    commands: str
    irreversible: bool = False


class DataSteps(msgspec.Struct, frozen=True):
    """What happens to the data of one table, in order, and how to take it back."""

    table: str
    backup: tuple[DataStep, ...]
    migration: tuple[DataStep, ...]
    irreversible: tuple[DataStep, ...]
    rollback: tuple[DataStep, ...]
    notes: tuple[str, ...] = ()


class UsedKey(msgspec.Struct, frozen=True):
    """A usage key with calls in the window and how it leads to the symbol. `chain` starts at what was called."""

    key: str
    count: int
    last_seen: datetime | None
    chain: tuple[DefinitionId, ...]
    contradicted: bool = False


class UnmeasuredEntry(msgspec.Struct, frozen=True):
    """A way in that leads to the symbol and whose use nobody measures."""

    definition: DefinitionId
    kind: str
    path: str
    line: int
    detail: str


class PreFlight(msgspec.Struct, frozen=True):
    """Whether production's usage lets the retirement begin.

    `state` is `go`, `used` (evidence says that it is used) or `unknown` (evidence is missing or does not suffice);
    `reason` is one sentence. `quiet` are the measured keys that lead to it and got no call.
    """

    state: Literal["go", "used", "unknown"]
    reason: str
    days: int
    used: tuple[UsedKey, ...] = ()
    quiet: tuple[str, ...] = ()
    unmeasured: tuple[UnmeasuredEntry, ...] = ()
    watched_share: float = 0.0


class Target(msgspec.Struct, frozen=True):
    """What is retired: `name` in its own spelling, the definitions and tables that it means, all its spellings."""

    name: str
    definitions: tuple[DefinitionId, ...]
    tables: tuple[DataTable, ...]
    spellings: tuple[str, ...]


class Retirement(msgspec.Struct, frozen=True):
    """The whole plan of one symbol.

    Attributes:
        target: What is retired.
        base_commit: The commit checked out when it was made.
        made: When (aware UTC).
        preflight: Whether it may begin.
        areas: The impact, by area.
        batches: In order; those after the barrier last.
        data: Steps on the database, after all batches.
        history: Files of the migration history and change logs that name it and stay as they are.
        longer_names: Longer names that contain its name.
        other_things: The same spelling, something else.
        weak: Lines that may speak of it in plain words.
        binary: Binary files that hold its name.
        problems: Files that could not be read, each in one sentence.
        relations: Other names by which code reaches its rows.
        test_command: The project's own, as configured.
        directories: Directories of many files that are called after it.
    """

    target: Target
    base_commit: str
    made: datetime
    preflight: PreFlight
    areas: tuple[AreaImpact, ...]
    batches: tuple[RetireBatch, ...]
    data: tuple[DataSteps, ...] = ()
    history: tuple[Aside, ...] = ()
    longer_names: tuple[LongerName, ...] = ()
    other_things: tuple[OtherThing, ...] = ()
    weak: tuple[Aside, ...] = ()
    binary: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    relations: tuple[RelationName, ...] = ()
    test_command: str = ""
    directories: tuple[str, ...] = ()
    format_version: int = RETIREMENT_FORMAT_VERSION


class Residue(msgspec.Struct, frozen=True):
    """What is left of a symbol outside the allowed zones. `allowed` counts lines in those.

    `near` are names that look like it, where nothing is left and no plan says that there ever was such a symbol.
    """

    name: str
    left: tuple[Occurrence, ...]
    binary: tuple[str, ...]
    allowed: int
    other: int
    longer: int
    weak: int
    problems: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    format_version: int = RETIREMENT_FORMAT_VERSION

    @property
    def clean(self) -> bool:
        """Whether nothing is left, and everything could be read."""
        return not (self.left or self.binary or self.problems)
