from . import inner
from .inner import __all__ as inner_all

__all__ = {"dead", "live"}
__all__ = sorted(["live", "dead"])
__all__ = list(("live", "gone"))
__all__ = [*inner.__all__, "dead"]
__all__ = ["dead"] + inner_all + ["gone", "live"]
__all__ = _names = ["dead", "live"]
__all__ = ["de" "ad", 'gone', "live"]
__all__ = ["live",
           "dead"]
__all__ = (
    # both
    "dead",
    "live",
    # alone
    "gone",
)
__all__ = ["dead", "live"] if inner_all else ["live", "dead"]
__all__ += inner.__all__
__all__ += "gone",
__all__ += [f"{name}" for name in ("dead", "live")]
__all__.insert(0, "dead")
__all__.remove("gone")
__all__.extend(("gone",))
if inner_all:
    __all__.append("dead")
else:
    __all__ += ["live"]


def dead(): ...


def gone(): ...


def live(): ...
