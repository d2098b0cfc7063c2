def a(): ...


def b(): ...


def live(): ...
def c(): ...


class K:

    first = 1

    middle = 2

    last = 3


x = 1
d = 2

y = 3
