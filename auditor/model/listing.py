"""Lists of names in a sentence.

In: names. Out: the first few of them, and how many more there are. Never escapes: that is the surface's part.
"""

from collections.abc import Sequence


def listed(names: Sequence[str], most: int) -> str:
    """Return up to `most` names, joined by commas, and how many more there are: `"a, b and 1,204 more"`."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"
