import typer

from cli_tool import users

app = typer.Typer()
app.add_typer(users.app, name="users")


@app.callback()
def main(verbose: bool = False):
    configure(verbose)


@app.command()
def hello(name: str):
    typer.echo(f"hello {name}")


def configure(verbose):
    return verbose


def old_hello(name):  # expect: unreached
    return name
