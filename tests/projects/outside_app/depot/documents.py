def shown():
    return 1


class Shown:
    pass


def mentioned():  # expect: unreached
    return 1
