import click


@click.command()
def extra_command():
    return "extra"
