TEXT = "hello"


class Shape:
    width = 1
    height = 2  # expect: unreached


def say(a):
    text = f"{_quote(a)} {a:{_width()}}"
    unread = 1  # expect: local
    return text
    print("never")  # expect: local


def _quote(a):
    return a


def _width():
    return 3


def _left_over():  # expect: unreached
    return 0
