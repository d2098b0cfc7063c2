__all__ = [
    # models
    "a",
    "b",  # the second
    # views
    "c",
    "d",
]
__all__ += ["b", "c"]; y = 2
from x import (a,  # first
    b, c,
    d)
