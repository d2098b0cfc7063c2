"""Groups: one is added where the command line is built, one is loaded when it is asked for, one is left over."""

import importlib

import click


class LazyGroup(click.Group):
    def __init__(self, *args, lazy_subcommands=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.lazy_subcommands = lazy_subcommands or {}

    def list_commands(self, ctx):
        return sorted({*super().list_commands(ctx), *self.lazy_subcommands})

    def get_command(self, ctx, cmd_name):
        if cmd_name in self.lazy_subcommands:
            return self.load(cmd_name)
        return super().get_command(ctx, cmd_name)

    def load(self, name):
        module, _, attribute = self.lazy_subcommands[name].partition(":")
        return getattr(importlib.import_module(module), attribute)

    def unload(self, name):  # expect: unreached
        return self.lazy_subcommands.pop(name)


@click.group(cls=LazyGroup, lazy_subcommands={"lazy": "tool.lazy:lazy"})
def remote():
    """Remote."""


@remote.command("push")
def push():
    return target()


@remote.result_callback()
def after(result):
    return result


@click.group()
def leftover():  # expect: unreached
    """Nothing adds it."""


@leftover.command()
def pull():  # expect: unreached
    return source()


@leftover.group()
def inner():  # expect: unreached
    """Goes with it."""


@inner.command()
def deep():  # expect: unreached
    return 0


def target():
    return "origin"


def source():  # expect: unreached
    return "origin"
