"""The face of the package."""

from .inner import X as X
from .inner import Y as Y, Z as Z
from .stars import *

__all__ = ["X", "Y", "Z", "star_only"]
