"""How much of a day was watched, in one word. In: minutes. Out: the word that pictures and their styles use."""

from typing import Literal

State = Literal["full", "part", "none"]


def watched_state(minutes: int, possible: int, enough: float) -> State:
    """Return how much of a day was watched.

    Args:
        minutes: That were watched.
        possible: That the day had.
        enough: Share of them from which a day counts as watched, above 0 to 1.
    """
    return "none" if not minutes else "full" if minutes >= enough * possible else "part"
