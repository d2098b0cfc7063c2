import contextlib
import sys


class C:
    pass


class Documented:
    """Stays, and is enough of a body."""


class C2(C):
    pass

    # a comment is no body


class Outer:
    pass


if sys.platform == "linux":
    print("linux")

if sys.platform == "a":
    print("a")

if sys.stdin.isatty():
    pass

with contextlib.suppress(KeyError):
    pass

match sys.platform:
    case "linux":
        pass
    case _:
        print("other")

try:
    pass
except ValueError:
    print("never")

for _ in range(3):
    pass

try:
    print("work")
except ValueError:
    print("failed")
