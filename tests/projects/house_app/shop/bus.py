"""The project's own bus. What it does with functions cannot be seen: it hands them to a library in C."""

import shopbus


def subscribe(topic):
    def wrap(function):
        return shopbus.wrap(topic, lambda event: function(event))

    return wrap


def check(function):  # expect: test_only
    def run(*args):
        return function(*args)

    return run


def forgotten(topic):  # expect: unreached
    return topic


class Bus:
    def on_error(self, function):
        return function

    def detach(self, function):  # expect: unreached
        return function


bus = Bus()
