"""What a long step tells while it works: the name of its part, how much of it is done, of how much.

In: nothing. Out: the callback's type, and one that hears nothing. Whoever shows it decides how often; no step prints.
"""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Is called in the thread that works, with the part's name, what is done of it and of how much; `0, 0` if unknown."""


def unheard(_part: str, _done: int, _all: int) -> None:
    """Hear nothing."""
