from typing import Annotated

import typer

from cli_tool import reports, users

app = typer.Typer(result_callback=lambda value: value)
app.add_typer(users.app, name="users")
app.add_typer(reports.app)


def show_version(value: bool):
    if value:
        raise typer.Exit


def complete_name(incomplete: str):
    return [name for name in known_names() if name.startswith(incomplete)]


def known_names():
    return ["ada"]


def complete_town(incomplete: str):  # expect: unreached
    return []


@app.callback()
def main(
    verbose: bool = False,
    version: Annotated[bool, typer.Option(callback=show_version, is_eager=True)] = False,
):
    configure(verbose)


@app.command()
def hello(name: Annotated[str, typer.Argument(autocompletion=complete_name)]):
    typer.echo(f"hello {name}")


def configure(verbose):
    return verbose


def old_hello(name):  # expect: unreached
    return name
