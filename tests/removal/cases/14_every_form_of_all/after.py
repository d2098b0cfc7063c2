from base import *

__all__ = [
    "live",
    "other",
]
__all__ += ("kept",)
__all__ = __all__ + []
__all__.extend(["more"])
__all__: tuple[str, ...] = ("live",)
__all__ = "live",


def live(): ...
