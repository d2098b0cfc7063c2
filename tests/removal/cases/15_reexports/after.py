"""The face of the package."""

from .inner import Z as Z
from .stars import *

__all__ = ["Z"]
