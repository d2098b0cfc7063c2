"""Metaclasses and hooks that keep subclasses."""


class Registry(type):
    known = {}

    def __new__(mcs, name, bases, body):
        made = super().__new__(mcs, name, bases, body)
        mcs.known[name] = made
        return made

    def lookup(cls, name):
        return cls.known[name]


class Command(metaclass=Registry):
    pass


class Start(Command):
    def execute(self):
        return "start"


class Plugin:
    plugins = []

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        cls.plugins.append(cls)


class Spelling(Plugin):
    def check(self):
        return True

    def forget(self):  # expect: unreached
        return None


class Single(type):
    one = None

    def __call__(cls, *args):
        cls.one = cls.one or super().__call__(*args)
        return cls.one


class Settings(metaclass=Single):
    def load(self):
        return {}

    def save(self):  # expect: unreached
        return None


def run(name):
    Command.lookup(name)().execute()
    for plugin in Plugin.plugins:
        plugin().check()
    Settings().load()
