"""Members whose name is only a key, compared, or printed somewhere; and objects that are only kept or logged."""

import logging
import queue
import sys

log = logging.getLogger(__name__)
WAITING = queue.Queue()


class Finder:
    def find_spec(self, name, path=None, target=None):
        return None


class Trace:
    def filter(self, record):
        return True


class Desk:
    def __init__(self, shelf, kind):
        self.shelf = shelf
        self.kind = kind
        sys.meta_path.append(Finder())
        log.addFilter(Trace())

    def report(self, settings):
        log.info("%s: %s", self, "height")
        WAITING.put(self)
        return settings.get("depth", settings["width"]), self.kind == "notify", self.kind in ("colour", "shape")

    def close(self):
        self.shelf.desks.remove(self)

    def width(self):
        return 1

    def height(self):  # expect: unreached
        return 1

    def depth(self):  # expect: unreached
        return 1

    def notify(self):  # expect: unreached
        return 1

    def colour(self):  # expect: unreached
        return 1

    def opened(self):
        return 1
