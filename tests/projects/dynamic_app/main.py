import importlib
import sys

import sending
import targets
from evaluating import compute


class Machine:
    def on_start(self):
        return 1

    def on_stop(self):
        return 2

    def off(self):  # expect: unreached
        return 3

    def fire(self, event):
        return getattr(self, f"on_{event}")()


class Sub(Machine):
    def on_extra(self):
        return 4


class Unused(Machine):  # expect: unreached
    def on_other(self):
        return 4


class Open:
    """Whatever is named at run time stays, and what it uses; nothing elsewhere does."""

    def maybe(self):
        return only_for_maybe()

    def call(self, name):
        return getattr(self, name)()


class Literal:
    def wanted(self):
        return 1

    def unwanted(self):  # expect: unreached
        return 1


def only_for_maybe():
    return 1


def truly_dead():  # expect: unreached
    return 1


def load(name):
    return importlib.import_module(f"plugins.{name}")


def main(argv):
    load(argv[0]).setup()
    Sub().fire(argv[1])
    Open().call(argv[2])
    getattr(Literal(), "wanted")()
    compute(argv[3])
    sending.send_all()
    importlib.import_module("steps.first")
    path = "targets.by_string"
    return path, getattr(targets, "get_" + argv[4])()


if __name__ == "__main__":
    main(sys.argv[1:])
