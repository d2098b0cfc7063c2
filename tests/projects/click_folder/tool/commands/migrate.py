import click


def rows():
    return []


@click.command()
def command():
    return rows()
