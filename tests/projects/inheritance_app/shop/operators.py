"""What operators, `sorted` and `len` call by themselves."""

from functools import total_ordering


@total_ordering
class Version:
    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return self.key() == other.key()

    def __lt__(self, other):
        return self.key() < other.key()

    def __add__(self, other):
        return Version(self.text + other.text)

    def key(self):
        return self.text.split(".")

    def bump(self):  # expect: unreached
        return self


def run():
    return Version("1") + Version("2") < Version("3")
