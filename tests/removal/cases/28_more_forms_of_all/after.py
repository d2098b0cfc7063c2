from . import inner
from .inner import __all__ as inner_all

__all__ = {"live"}
__all__ = sorted(["live"])
__all__ = list(("live",))
__all__ = [*inner.__all__]
__all__ = [] + inner_all + ["live"]
__all__ = _names = ["live"]
__all__ = ["live"]
__all__ = ["live",
           ]
__all__ = (
    # both
    "live",
    # alone
)
__all__ = ["live"] if inner_all else ["live"]
__all__ += inner.__all__
__all__ += [f"{name}" for name in ("live",)]
if inner_all:
    pass
else:
    __all__ += ["live"]


def live(): ...
