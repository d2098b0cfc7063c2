from tornado.util import import_object

__all__ = ["make"]


def make(settings):
    return import_object(settings["kind"])()


class Base:
    pass


class Fast(Base):
    pass


class _PrivateChoice(Base):  # expect: unreached
    pass


def helper():  # expect: unreached
    return 1
