"""A class that says which protocol it implements has other members too."""

from shop.ports import Closable, Store


class Memory(Store):
    def put(self, key):
        return self.index(key)

    def drop(self, key):
        return None

    def index(self, key):
        return key

    def statistics(self):  # expect: unreached
        return {}


class Disk:
    def put(self, key):
        return None

    def drop(self, key):
        return None

    def close_down(self):
        return None


class Shelf:
    def put(self, key):  # expect: unreached
        return None

    def dust(self):
        return None


def fill(store: Store):
    store.put("a")
    store.drop("a")
    if isinstance(store, Closable):
        store.close_down()


def run():
    fill(Memory()), fill(Disk())
    Shelf().dust()
