"""May be imported by its name: held back, with what it has."""


def hit():
    return 1
