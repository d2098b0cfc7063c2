from base import *

__all__ = [
    "live",
    "dead",  # no more
    "other",
]
__all__ += ["gone"]
__all__ += ("gone", "kept")
__all__ = __all__ + ["lost"]
__all__.extend(["lost", "more"])
__all__.append("extra")
__all__: tuple[str, ...] = ("live", "dead")
__all__ = "live", "dead"


def live(): ...
def dead(): ...
def gone(): ...
def lost(): ...
