import sys

if sys.version_info >= (3, 12):
    from itertools import batched
else:

    def batched(items, size):
        return [items[n : n + size] for n in range(0, len(items), size)]


if sys.version_info >= (3, 11):
    live = 1

    def removed():
        return live
else:
    live = 2

    def removed():
        return live


try:
    from functools import cached
except ImportError:

    def cached(function):
        return function


print(live)
