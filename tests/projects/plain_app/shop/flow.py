from .cart import use_duck
from . import messages

__all__ = ["run", "walk"]


def run(cart):
    cart.add(1)
    cart.run()
    print(cart.total, nested()(), scoped([1]), use_duck)
    if (size := len(messages.TEXT)) > 3:
        match cart:
            case messages.Shape(width=w):
                return w + size
    return messages.say(**{"a": 1})


def walk():  # expect: unreached
    return 0


def nested():
    def inner():
        return shadowed()

    def never():  # expect: unreached
        return 2

    def shadowed():
        return 1

    return inner


def shadowed():  # expect: unreached
    return "the local one is used"


def scoped(values):
    comprehended = [size for size in values]
    return comprehended


def size():  # expect: unreached
    return "only a comprehension and a walrus have this name"


def counter():  # expect: unreached
    global COUNT
    COUNT += 1


COUNT = 0  # expect: unreached
