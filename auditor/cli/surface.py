"""What the terminal, or whatever stdout is, can show. In: stdout, the environment, options. Out: a `Screen`."""

import contextlib
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from auditor.report.layout import Screen

_WIDEST = 200


def screen(stream: TextIO, environment: Mapping[str, str], *, no_color: bool) -> "Screen":
    """Return the screen that a stream is: as wide as its terminal; where there is none, names stand whole."""
    from auditor.report.layout import NARROWEST, Screen

    colours = not no_color and coloured(stream, environment)
    if not _is_terminal(stream):
        return Screen(whole=True, colours=colours)
    return Screen(min(max(_columns(stream, environment), NARROWEST), _WIDEST), colours=colours)


def plain() -> "Screen":
    """Return what a file is."""
    from auditor.report.layout import Screen

    return Screen(whole=True)


def coloured(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Return whether to colour: NO_COLOR forbids it, FORCE_COLOR wants it, else a terminal that has colours does."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return _is_terminal(stream) and environment.get("TERM", "") not in ("dumb", "unknown", "")


def _is_terminal(stream: TextIO) -> bool:
    return not stream.closed and stream.isatty()


def _columns(stream: TextIO, environment: Mapping[str, str]) -> int:
    with contextlib.suppress(ValueError):
        return int(environment.get("COLUMNS", ""))
    with contextlib.suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns
    return 0
