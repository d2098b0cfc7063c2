"""One file a command, read when it is asked for."""

import importlib.util
from pathlib import Path

import click

from tool.naming import file_of

commands = Path(__file__).parent / "commands"


class FolderGroup(click.MultiCommand):
    def list_commands(self, ctx):
        return sorted(one.stem for one in commands.glob("*.py"))

    def get_command(self, ctx, name):
        path = file_of(commands, name)
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.command


class TextGroup(click.MultiCommand):
    def list_commands(self, ctx):
        return sorted(one.stem for one in commands.glob("*.py"))

    def get_command(self, ctx, name):
        namespace = {}
        eval(compile(file_of(commands, name).read_text(), name, "exec"), namespace, namespace)
        return namespace["command"]


main = FolderGroup() or TextGroup()
