"""Click: commands, groups, nested groups, aliases; what fails before a command runs counts its group alone."""

from collections.abc import Sequence

import click
from drive import compare, recorded, registered

from auditor.tracking import click as tracker


@click.group()
def cli() -> None:
    """A command line."""


@cli.command()
@click.argument("number", type=int)
def show(number: int) -> None:
    click.echo(number)


@cli.command()
def breaks() -> None:
    raise RuntimeError("on purpose")


@cli.group(invoke_without_command=True)
def users() -> None:
    """Users."""


@users.command("import")
@click.option("--quick", is_flag=True)
def import_users(quick: bool) -> None:
    click.echo(quick)


@cli.command()
def never_called() -> None:
    """Exist."""


cli.add_command(import_users, "load")
tracker.track(cli, name="shop")


def run(arguments: Sequence[str]) -> int:
    """Return the exit code of one call."""
    try:
        cli.main(arguments, prog_name="shop", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except RuntimeError:
        return 1
    return 0


CALLS = {
    "show 1": 0, "show 2": 0, "show x": 2, "show --help": 0, "breaks": 1, "users import --quick": 0, "users": 0,
    "load": 0, "nothing": 2,
}  # fmt: skip
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
        "commands": {
            "shop": 8, "shop show": 2, "shop breaks": 1, "shop users": 2, "shop users import": 1, "shop load": 1,
        },
        "outcomes": {"commands failed shop breaks": 1},
        "registered": {
            "commands shop": "__main__:cli",
            "commands shop show": "__main__:show",
            "commands shop breaks": "__main__:breaks",
            "commands shop users": "__main__:users",
            "commands shop users import": "__main__:import_users",
            "commands shop load": "__main__:import_users",
            "commands shop never-called": "__main__:never_called",
        },
    },
)  # fmt: skip
