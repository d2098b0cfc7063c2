import sys

while sys.stdin.readline():
    in_while = 1

try:
    in_finally_only = 1
finally:
    print("always")

try:
    print("work")
except* ValueError:  # of a group
    in_group = 1

try:
    print("work")
except ValueError:
    print("failed")
else:
    # speaks of in_try_else
    in_try_else = 1


class Guarded:
    if sys.platform == "a":

        def twin(self): ...

    else:

        def twin(self): ...


async def make(source):
    async with source:
        in_async = 1
    async for _ in source:
        in_async = 2


if sys.argv:
    first_of_chain = 1
elif sys.stdin.isatty():
    print("second")

if sys.platform == "a":
    one = two = 1
elif sys.platform == "b":
    one, two = 1, 2
else:
    one = 3
    two = 4


class Short: member = 1


for _ in sys.argv: one = _
else: print("done")
