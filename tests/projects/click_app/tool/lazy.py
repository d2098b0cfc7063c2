import click


@click.command(context_settings={})
@click.argument("name", shell_complete=lambda ctx, param, incomplete: names())
def lazy(name):
    return name


def names():
    return []


@click.command()
def unlisted():  # expect: unreached
    return 1
