"""What a person found by reading: which definitions of an application are dead, and which are not.

In: `confirmed/NAME.toml` beside this module. Out: verdicts by path and qualified name.
"""

import tomllib
from pathlib import Path

from measuring.units import Key

DIRECTORY = Path(__file__).resolve().parent / "confirmed"


def verdicts(name: str) -> dict[Key, bool]:
    """Return whether each judged unit of an application is dead; empty where nobody judged.

    The file has two tables, `dead` and `alive`, with `"path:qualified" = "the reason in some words"`.
    """
    place = DIRECTORY / f"{name}.toml"
    if not place.is_file():
        return {}
    return read(place.read_text("utf-8"))


def read(text: str) -> dict[Key, bool]:
    """Return the verdicts that a file's text holds."""
    table = tomllib.loads(text)
    found: dict[Key, bool] = {}
    for word, is_dead in (("dead", True), ("alive", False)):
        for place in table.get(word, {}):
            path, _, qualified = place.partition(":")
            found[path, qualified] = is_dead
    return found
