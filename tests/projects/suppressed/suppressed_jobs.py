"""Jobs."""

import os  # noqa: F401
import sys  # noqa


def payroll() -> int:  # noqa: V103 # expect: local
    return 1
