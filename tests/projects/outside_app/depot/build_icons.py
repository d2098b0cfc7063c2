import sys


def build(target):
    return target


def old_build(target):  # expect: unreached
    return target


build(sys.argv[1])
