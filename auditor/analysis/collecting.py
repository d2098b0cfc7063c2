"""A pause for Python's cycle collector, for steps that make very many objects and hardly a cycle.

In: a block or a function. Out: it ran without collections, and the collector is as it was. Never frees anything.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Look for no cycles meanwhile: each look costs as much as all that is alive, and there is much."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
