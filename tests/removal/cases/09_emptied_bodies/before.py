import contextlib
import sys


class C:
    # speaks of x
    x = 1


class Documented:
    """Stays, and is enough of a body."""

    x = 1


class C2(C):
    def m(self):
        return 1

    # a comment is no body


class Outer:
    class Inner:
        y = 1


if sys.platform == "win32":
    in_if = 1

if sys.platform == "linux":
    print("linux")
else:
    in_else = 2

if sys.platform == "a":
    print("a")
elif sys.platform == "b":
    in_elif = 1

if sys.stdin.isatty():
    called = 1

with contextlib.suppress(KeyError):
    in_with = 1

match sys.platform:
    case "linux":
        in_match = 1
    case _:
        print("other")

try:
    in_try = 1
except ValueError:
    print("never")

for _ in range(3):
    in_for = 1
else:
    in_orelse = 2

if sys.argv: short = 1

try:
    print("work")
except ValueError:
    print("failed")
finally:
    in_finally = 1
