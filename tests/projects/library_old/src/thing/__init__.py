__all__ = ("Kept",)


class Kept:
    pass


Former = Kept  # compat: users still import the old name


def inner():  # expect: unreached
    return 1
