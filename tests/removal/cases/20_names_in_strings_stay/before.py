"""Says dead, and means it."""

NAMES = ["dead", "live"]  # dead is a word here
TASK = "shop.tasks.dead"


def dead():
    return "dead"


def live():
    """Not dead."""
    return NAMES
