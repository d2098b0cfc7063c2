import sys


if sys.version_info >= (3, 11):
    live = 1
else:
    live = 2


print(live)
