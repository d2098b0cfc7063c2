__all__ = [
    # models
    "a",
    # views
    "d",
]
y = 2
from x import (a,  # first
    d)
