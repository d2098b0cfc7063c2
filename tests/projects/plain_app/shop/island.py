# expect-module: unreached
from . import island_too


def one():
    return island_too.two()
