import argparse
import ast
import atexit
import cmd
import json
import logging
import threading
from functools import singledispatch
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer


class Worker(threading.Thread):
    def run(self):
        self.step()

    def step(self):
        return 1

    def stop(self):  # expect: unreached
        return 2


class Visitor(ast.NodeVisitor):
    def visit_Name(self, node):
        return node.id

    def visitor(self):  # expect: unreached
        return None


class Links(HTMLParser):
    def handle_starttag(self, tag, attrs):
        return tag


class Lines(logging.Handler):
    def emit(self, record):
        return record


class Encoder(json.JSONEncoder):
    def default(self, o):
        return str(o)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply()

    def reply(self):
        return None

    def log_message(self, format, *args):
        return None


class Shell(cmd.Cmd):
    def do_quit(self, line):
        return True


class Twice(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        return None


@singledispatch
def show(value):
    return str(value)


@show.register
def _(value: int):
    return number(value)


def number(value):
    return value


@atexit.register
def goodbye():
    return None


def start(args):
    return args


def stop(args):  # expect: unreached
    return args


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--twice", action=Twice)
    commands = parser.add_subparsers()
    commands.add_parser("start").set_defaults(func=start)
    args = parser.parse_args()
    Worker().start()
    Visitor().visit(ast.parse("x"))
    Links().feed("<a>")
    logging.getLogger().addHandler(Lines())
    json.dumps({}, cls=Encoder)
    HTTPServer(("", 0), Handler)
    Shell().cmdloop()
    show(1)
    return args.func(args)


if __name__ == "__main__":
    main()
