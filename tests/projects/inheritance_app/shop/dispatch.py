"""`singledispatch` keeps what is registered, as long as the generic function is used."""

import functools


@functools.singledispatch
def show(value):
    return str(value)


@show.register
def _(value: int):
    return number(value)


@show.register(list)
def show_list(value):
    return ", ".join(value)


def number(value):
    return f"{value:n}"


class Printer:
    @functools.singledispatchmethod
    def emit(self, value):
        return value

    @emit.register
    def _(self, value: int):
        return self.round(value)

    def round(self, value):
        return value


def run(value):
    show(value), Printer().emit(value)
