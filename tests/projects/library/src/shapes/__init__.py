from shapes._square import Square

__all__ = ["Square", "area"]


def area(shape):
    return shape.area()


def not_exported():  # expect: unreached
    return None
