"""What other tools' reports say, in one shape, and the checks that all readers of reports share.

In: decoded JSON. Out: `Opinion`s and `OpinionReport`s; a document of another shape is a ConfigError that names file
and key. Never decides anything: an opinion on Python is evidence beside ours.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from auditor.errors import ConfigError
from auditor.model.code import Problem
from auditor.model.report import ScanFinding

ToolName = Literal["knip", "deadcode", "skylos", "vulture"]


class Opinion(NamedTuple):
    """One thing that a tool calls unused: the path as the tool writes it, a 1-based line, the plain name, the kind."""

    tool: ToolName
    path: str
    line: int
    name: str
    kind: str


class OpinionReport(NamedTuple):
    """What one report says: Knip's `findings` are complete already; `problems` is what the tool could not look into."""

    opinions: tuple[Opinion, ...] = ()
    findings: tuple[ScanFinding, ...] = ()
    problems: tuple[Problem, ...] = ()


class Checked(NamedTuple):
    """A place in a JSON document, for errors: the file and the key that leads there."""

    value: Any
    file: str
    key: str

    def wrong(self, wanted: str) -> ConfigError:
        """Return the error that says what stands here instead of what is wanted."""
        kind = {dict: "a table", list: "a list", str: "text", bool: "a truth value", type(None): "nothing"}
        found = kind.get(type(self.value), "a number")
        return ConfigError(f"{self.file}: {self.key or '(top)'} is {found}; {wanted}")

    def table(self, wanted: str = "it must be a table") -> Mapping[str, Any]:
        """Return the mapping that stands here."""
        if not isinstance(self.value, Mapping):
            raise self.wrong(wanted)
        return self.value

    def at(self, key: str) -> "Checked":
        """Return what stands under a key that must be there."""
        table = self.table()
        if key not in table:
            raise ConfigError(f"{self.file}: {self._inside(key)} is missing; no known version writes such a report")
        return Checked(table[key], self.file, self._inside(key))

    def list(self) -> "list[Checked]":
        """Return the elements of the list that stands here."""
        if not isinstance(self.value, list):
            raise self.wrong("it must be a list")
        return [Checked(one, self.file, f"{self.key}[{place}]") for place, one in enumerate(self.value)]

    def text(self) -> str:
        """Return the text that stands here."""
        if not isinstance(self.value, str):
            raise self.wrong("it must be text")
        return self.value

    def number(self, default: int = 0) -> int:
        """Return the whole number that stands here, the default for null."""
        if self.value is None:
            return default
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.wrong("it must be a whole number")
        return self.value

    def _inside(self, key: str) -> str:
        return f"{self.key}.{key}" if self.key else key


def decoded(content: bytes, file: str, tool: str) -> Checked:
    """Return a JSON document.

    Raises:
        ConfigError: It is not JSON.
    """
    try:
        return Checked(msgspec.json.decode(content), file, "")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{file}: not the JSON of {tool}: {error}") from error
