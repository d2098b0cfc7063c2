# expect-module: unreached
from . import island


def two():
    return island.one()
