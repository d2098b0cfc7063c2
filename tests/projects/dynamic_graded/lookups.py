import operator

FIELDS = ("width", "height")
STEPS = [("first", 1), ("second", 2)]
KIND = "finish"


class Loop:
    """Every name is written down, so what is not named is unused."""

    def width(self):
        return 1

    def height(self):
        return 1

    def depth(self):  # expect: unreached
        return 1

    def first(self):
        return 1

    def second(self):
        return 1

    def third(self):  # expect: unreached
        return 1

    def do_finish(self):
        return 1

    def do_nothing(self):  # expect: unreached
        return 1

    def left(self):
        return 1

    def right(self):
        return 1

    def run(self, flag):
        side = "left" if flag else "right"
        found = [getattr(self, name)() for name in FIELDS]
        for name, count in STEPS:
            found += [getattr(self, name)] * count
        return found, getattr(self, "do_{}".format(KIND)), getattr(self, side)


class Suffix:
    def jpg_reader(self):
        return 1

    def png_reader(self):
        return 1

    def jpg_writer(self):  # expect: unreached
        return 1

    def run(self, kind):
        return getattr(self, "%s_%s" % (kind, "reader"))


class Record:
    name = ""
    other = ""  # expect: unreached

    def close(self):
        return 1

    def open(self):  # expect: unreached
        return 1


def fetch(record):
    return operator.attrgetter("name")(record)


def records():
    return [Record()]
