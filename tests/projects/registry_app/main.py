import inspect
import sys
from string import Template

import handlers.mail
import handlers.text
import checks
import pages
import unlisted
from bases import Job, Shape, Step
from loading import import_string


class Label:
    def shown(self):
        return 1

    def hidden(self):  # expect: unreached
        return 1


class Square(Shape):
    pass


class Nightly(Job):
    pass


class First(Step):
    pass


def page():
    return pages.render("{{ label.shown }} and label.hidden", Label())


def handler_names():
    found = []
    for module in (handlers.mail, handlers.text):
        found += [name for name, one in inspect.getmembers(module) if inspect.isclass(one)]
    return found


def hook(argument):
    return argument


HOOK = __name__ + ".hook"


def carrier(name):
    return import_string(f"carriers.{name}.Carrier")()


SETTINGS = """
handlers:
  mail:
    class: handlers.rest.Rest
"""


def cache_key(name):
    return f"handlers.{name}"


def main(argv):
    print(cache_key(argv[1]), checks.names(), checks.Finder, checks.registry.found, unlisted.USED, SETTINGS)
    print(Shape.__subclasses__(), Job, Step, page(), handler_names(), HOOK, carrier(argv[0]), Template)


if __name__ == "__main__":
    main(sys.argv[1:])
