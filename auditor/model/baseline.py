"""The unused code that a project has not mended yet: what `auditor baseline` writes. In: nothing. Out: structs.

History of `auditor-baseline.json`: 1 (2026-11) first version.
"""

import msgspec

BASELINE_FORMAT_VERSION = 1
BASELINE_FILE = "auditor-baseline.json"
"""The file's name, in the audited root; it is committed."""


class Baseline(msgspec.Struct, frozen=True):
    """Keys of findings: rule, id, and from the second of the same on `#2`; sorted, without any line number."""

    findings: tuple[str, ...]
    format_version: int = BASELINE_FORMAT_VERSION


class BaselineWritten(msgspec.Struct, frozen=True):
    """What writing a baseline did: how many it lists, how many it did not list before, how many it lists no more.

    `kept` are modules that could not be read, whose entries stay as they were.
    """

    path: str
    listed: int
    added: int
    taken_out: int
    kept: tuple[str, ...] = ()
