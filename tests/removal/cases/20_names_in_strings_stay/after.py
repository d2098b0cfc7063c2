"""Says dead, and means it."""

NAMES = ["dead", "live"]  # dead is a word here
TASK = "shop.tasks.dead"


def live():
    """Not dead."""
    return NAMES
