"""Decorators that keep what they decorate, and some that only wrap it."""

import functools

from shop.keeping import exporter, keep

FORMATS = {}


def register(name):
    def add(function):
        FORMATS[name] = function
        return function

    return add


class Route:
    known = []

    def __init__(self, path):
        self.path = path

    def __call__(self, function):
        self.known.append(function)
        return function


def timed(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


def retried(times):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args):
            return function(*args) or times

        return wrapper

    return decorate


@register("pdf")
def as_pdf(document):
    return document


@Route("/home")
def home():
    return None


@keep
def kept():
    return None


@exporter.add("csv")
def as_csv():
    return None


@timed
def slow():  # expect: unreached
    return None


@retried(3)
def flaky():  # expect: unreached
    return None


@timed
def used():
    return 1


@retried(2)
def tried():
    return 1


def run(name):
    return FORMATS[name], used(), tried()
