"""Overrides and abstract methods.

An abstract method goes with its class, and what implements it with that: without it, no object could be made.
"""

import abc


class Carrier(abc.ABC):
    @abc.abstractmethod
    def deliver(self):
        raise NotImplementedError

    @abc.abstractmethod
    def estimate(self):
        raise NotImplementedError

    def notify(self):
        self._before()
        return self.deliver()

    def _before(self):
        return None

    def refund(self):  # expect: unreached
        return self._undo()

    def _undo(self):  # expect: unreached
        return None


class Train(Carrier):
    def deliver(self):
        return "train"

    def estimate(self):
        return 1

    def refund(self):  # expect: unreached
        return super().refund()

    def whistle(self):  # expect: unreached
        return None


class Ship(Carrier):  # expect: unreached
    def deliver(self):
        return "ship"

    def estimate(self):
        return 2


class Truck(Carrier):
    def deliver(self):
        return "truck"

    def estimate(self):
        return 3

    def _before(self):
        return self.honk()

    def honk(self):
        return None


class Pigeon:
    """Not a carrier, for all its names."""

    def deliver(self):  # expect: unreached
        return "pigeon"

    def notify(self):  # expect: unreached
        return None


def send(carrier: Carrier):
    return carrier.notify()


def run():
    send(Train()), send(Truck()), Pigeon()


class Store:
    """Its methods say what every store must have; nobody makes a plain one."""

    def load(self):
        """Return what was kept."""
        raise NotImplementedError("load")

    def forget(self):  # expect: unreached
        raise NotImplementedError

    def path(self):  # expect: unreached
        return "nowhere"


class Drawer(Store):
    def load(self):
        return self.path()

    def path(self):
        return "drawer"

    def forget(self):  # expect: unreached
        return None


def opened() -> Drawer:
    return Drawer()
