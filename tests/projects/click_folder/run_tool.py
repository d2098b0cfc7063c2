import os

import click

FOLDER = os.path.join(os.path.dirname(__file__), "extra_commands")


class Extra(click.Group):
    def list_commands(self, ctx):
        return sorted(name[:-3] for name in os.listdir(FOLDER) if name.endswith(".py"))

    def get_command(self, ctx, name):
        found = {}
        path = os.path.join(FOLDER, f"{name}.py")
        with open(path) as stream:
            exec(compile(stream.read(), path, "exec"), found, found)
        return found[name]


if __name__ == "__main__":
    from tool.cli import main

    Extra()
    main()
