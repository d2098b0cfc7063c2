import argparse
import asyncio
import code
import configparser
import contextlib
import enum
import http.server
import importlib.abc
import io
import logging
import socketserver
import string
import sys
import unittest.mock
from collections import UserDict, UserList
from xml.sax import ContentHandler, parseString


class Colour(enum.Enum):
    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        return name.lower()

    @classmethod
    def _missing_(cls, value):
        return cls.other()

    @classmethod
    def other(cls):
        return cls.RED

    @classmethod
    def brightest(cls):  # expect: unreached
        return cls.RED

    RED = enum.auto()


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.greet(transport)

    def data_received(self, data):
        return data

    def greet(self, transport):
        return transport

    def goodbye(self):  # expect: unreached
        return None


class Feed(ContentHandler):
    def startElement(self, name, attrs):
        return name

    def start_feed(self):  # expect: unreached
        return None


class Loose(string.Formatter):
    def get_value(self, key, args, kwargs):
        return ""

    def missing_value(self, key):  # expect: unreached
        return ""


class Counts(UserDict):
    def __missing__(self, key):
        return self.start()

    def start(self):
        return 0

    def reset(self):  # expect: unreached
        self.data = {}


class Names(UserList):
    def append(self, item):
        super().append(item)

    def prepend(self, item):  # expect: unreached
        self.data.insert(0, item)


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname, path, target=None):
        return None

    def find_nothing(self):  # expect: unreached
        return None


class Entered(contextlib.AbstractContextManager):
    def __exit__(self, *error):
        return self.left()

    def left(self):
        return None

    def again(self):  # expect: unreached
        return None


class Requests(socketserver.StreamRequestHandler):
    def handle(self):
        return self.answered()

    def answered(self):
        return None

    def handled(self):  # expect: unreached
        return None


class Pages(http.server.SimpleHTTPRequestHandler):
    def do_PUT(self):
        return None

    def put_all(self):  # expect: unreached
        return None

    def translate_path(self, path):
        return path


class Short(logging.Formatter):
    def formatTime(self, record, datefmt=None):
        return ""

    def shorten(self, record):  # expect: unreached
        return record


class OnlyErrors(logging.Filter):
    def filter(self, record):
        return True

    def filtered(self, record):  # expect: unreached
        return False


class Tagged(logging.LoggerAdapter):
    def process(self, msg, kwargs):
        return msg, kwargs


class Pair(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        setattr(namespace, self.dest, self.split(values))

    def split(self, values):
        return values

    def join(self, values):  # expect: unreached
        return values


class Wide(argparse.HelpFormatter):
    def _split_lines(self, text, width):
        return [text]

    def widest(self):  # expect: unreached
        return 0


class Console(code.InteractiveConsole):
    def raw_input(self, prompt=""):
        return ""

    def quit(self):  # expect: unreached
        return None


class Ini(configparser.ConfigParser):
    def optionxform(self, optionstr):
        return optionstr

    def as_table(self):  # expect: unreached
        return {}


class Tee(io.TextIOBase):
    def write(self, text):
        return len(text)

    def tee(self):  # expect: unreached
        return self


class Old(asyncio.Protocol):  # expect: unreached
    def connection_made(self, transport):
        return transport


def positive(text):
    return int(text)


def negative(text):  # expect: unreached
    return -int(text)


def show(arguments):
    return arguments


def hide(arguments):  # expect: unreached
    return arguments


def serve():
    parser = argparse.ArgumentParser(formatter_class=Wide)
    commands = parser.add_subparsers()
    shown = commands.add_parser("show")
    shown.add_argument("--pair", action=Pair, type=positive)
    shown.set_defaults(func=show)
    arguments = parser.parse_args()
    sys.meta_path.append(Finder())
    logging.getLogger().addFilter(OnlyErrors())
    logging.StreamHandler().setFormatter(Short())
    parseString("<a/>", Feed())
    asyncio.get_event_loop().create_server(Echo, "", 1)
    socketserver.TCPServer(("", 0), Requests)
    http.server.HTTPServer(("", 0), Pages)
    with Entered():
        print(Colour("x"), Loose().format("{a}"), Counts()["a"], Names([1]), Tagged(logging.getLogger(), {}), Tee())
    Console().interact()
    Ini().read("x")
    with unittest.mock.patch("os.getcwd"):
        return arguments.func(arguments)


if __name__ == "__main__":
    serve()
