import sys

while sys.stdin.readline():
    pass

try:
    pass
finally:
    print("always")

try:
    print("work")
except* ValueError:  # of a group
    pass

try:
    print("work")
except ValueError:
    print("failed")


class Guarded:
    pass


async def make(source):
    async with source:
        pass
    async for _ in source:
        pass


if sys.argv:
    pass
elif sys.stdin.isatty():
    print("second")


class Short: pass


for _ in sys.argv: pass
else: print("done")
