def check(value):
    return value


def never():  # expect: unreached
    return 1
