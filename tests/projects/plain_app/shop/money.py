RATE = 2
Alias = RATE  # expect: unreached


class Amount:
    def rounded(self):
        return 1

    def split(self):  # expect: unreached
        return 2


def by_name(name):
    return globals()[f"_by_{name}"]()


def _by_a():
    return 1


def _by_b():
    return 2


def _for_a():  # expect: unreached
    return 3


def for_tests(value):  # expect: test_only
    return _inner(value)


def _inner(value):  # expect: test_only
    return value
