"""Code in a namespace of its own sees nothing of this module."""

NOTE = "1 + 1"


def add(one, two):
    return one + two


def run(path):
    found = {"__name__": "config"}
    with open(path) as stream:
        exec(compile(stream.read(), path, "exec"), found)
    return found, eval("add(1, 2)"), eval(NOTE, {"__builtins__": {}}, {})


def not_seen():  # expect: unreached
    return 1
