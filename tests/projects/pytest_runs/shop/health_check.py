"""Named like the tests of a command, but it has none: it is production."""


def is_well() -> bool:
    return _answer() == 1


def _answer() -> int:
    return 1
