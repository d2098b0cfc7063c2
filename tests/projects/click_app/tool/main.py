import click

from tool import database, extra, groups


class Size(click.ParamType):
    name = "size"

    def convert(self, value, param, ctx):
        return int(value)

    def unused(self):  # expect: unreached
        return None


@click.group()
def cli():
    """Entry."""


@cli.command()
@click.option("--size", type=Size(), callback=lambda ctx, param, value: value)
def shrink(size):
    return helper(size)


@cli.group()
def db():
    """Nested."""


@db.command("migrate")
def migrate():
    return database.upgrade()


@click.command()
def added():
    return 1


@click.command()
def never_added():  # expect: unreached
    return 2


cli.add_command(added)
cli.add_command(groups.remote)
cli.add_command(extra.extra_command, "extra")


def helper(size):
    return size
