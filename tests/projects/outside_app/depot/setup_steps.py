def warm_up():
    return 1


def compact():
    return 2


def forgotten():  # expect: unreached
    return 3
