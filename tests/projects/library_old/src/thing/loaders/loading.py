from tornado.util import import_object

__all__ = ["make"]


def make(settings):
    return import_object(settings["kind"])()


class Fast:
    pass


def _private_choice():  # expect: unreached
    return 1
