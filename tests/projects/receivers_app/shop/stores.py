"""Attributes: by annotated parameter, by constructor, by class attribute, and those nobody can be sure of."""


class Disk:
    def inspect(self):
        return 1

    def burn(self):
        return 1

    def sync(self):
        return 1


class Tape:
    def inspect(self):  # expect: unreached
        return 2

    def burn(self):
        return 2

    def sync(self):
        return 2

    def rewind(self):  # expect: unreached
        return 2


class Cloud:
    def burn(self):  # expect: unreached
        return 3

    def sync(self):
        return 3


class Store:
    medium = Disk

    def __init__(self, disk: Disk, tape: "Tape", other=None) -> None:
        self.disk = disk
        self.tape = tape
        self.changing = Disk()
        self.other = other

    def run(self):
        self.disk.inspect()
        self.medium().burn()
        self.changing.sync()
        self.other.unknown()


class CloudStore(Store):
    def __init__(self):
        self.changing = Cloud()


class TapeStore(Store):
    medium = Tape


class Guess:
    def unknown(self):
        return None


class Unused:  # expect: unreached
    def unknown(self):
        return None


def replace(store):
    store.changing = Tape()


def run():
    store = Store(Disk(), Tape(), Guess())
    store.run(), CloudStore(), TapeStore(), replace(store)
