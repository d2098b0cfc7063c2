"""Typer: commands, a callback, an application within another."""

from collections.abc import Sequence

import typer
from drive import compare, recorded, registered

from auditor.tracking import click as tracker

app, users = typer.Typer(), typer.Typer()
app.add_typer(users, name="users")


@app.callback()
def prepare() -> None:
    """Run before each command."""


@app.command()
def show(number: int) -> None:
    typer.echo(number)


@app.command()
def breaks() -> None:
    raise typer.Exit(3)


@users.command("import")
def import_users(quick: bool = False) -> None:
    typer.echo(quick)


@users.command()
def never_called() -> None:
    """Exist."""


tracker.track(app, name="shop")


def run(arguments: Sequence[str]) -> int:
    """Return the exit code of one call."""
    try:
        app(arguments, prog_name="shop", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


CALLS = {"show 1": 0, "show x": 2, "breaks": 3, "users import --quick": 0, "users import": 0, "nothing": 2}
codes = {call: run(call.split(" ")) for call in CALLS}
compare(
    {
        "codes": codes,
        "commands": recorded("commands"),
        "outcomes": recorded("outcomes"),
        "registered": registered(),
    },
    {
        "codes": CALLS,
        "commands": {"shop": 5, "shop show": 1, "shop breaks": 1, "shop users import": 2},
        "outcomes": {"commands failed shop breaks": 1},
        "registered": {
            "commands shop": "__main__:prepare",
            "commands shop show": "__main__:show",
            "commands shop breaks": "__main__:breaks",
            "commands shop users import": "__main__:import_users",
            "commands shop users never-called": "__main__:never_called",
        },
    },
)
