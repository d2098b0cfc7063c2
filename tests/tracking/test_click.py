"""Commands of Click and Typer: trees of every kind, as they run in this process and as programs of their own."""

import contextlib
import functools
import inspect
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
import redis
import typer
from click.testing import CliRunner

from auditor.tracking import click as tracker
from auditor.tracking import shared


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, records: Any) -> Callable[..., dict[str, int]]:
    """Return what was counted of a kind, after delivering it."""
    monkeypatch.setenv("AUDITOR_APP", "shop")
    monkeypatch.setenv("AUDITOR_SINK", f"file://{tmp_path}/usage")

    def read(kind: str = "commands") -> dict[str, int]:
        shared.close_all()
        totals: dict[str, int] = {}
        for record in records(tmp_path / "usage"):
            for fields in record.get(kind, {}).values():
                for name, count in fields.items():
                    totals[name] = totals.get(name, 0) + count
        return totals

    return read


@pytest.fixture
def published(records: Any, tmp_path: Path) -> Callable[[], dict[str, str]]:
    """Return the handlers of what was published, by name."""

    def read() -> dict[str, str]:
        shared.close_all()
        return {
            name: record["handler"].rpartition(".")[2]
            for one in records(tmp_path / "usage")
            if one["kind"] == "registered"
            for name, record in one["registered"].items()
        }

    return read


def shop() -> click.Group:
    @click.group()
    @click.option("--verbose", is_flag=True)
    def cli(verbose: bool) -> None: ...

    @cli.group()
    def users() -> None: ...

    @users.command("import")
    @click.argument("path")
    @click.option("--dry", is_flag=True)
    def import_users(path: str, dry: bool) -> None:
        click.echo(f"imported {path}")

    @users.command()
    def never() -> None: ...

    @cli.command()
    @click.argument("how")
    def end(how: str) -> None:
        if how == "raise":
            raise ValueError("own")
        if how == "abort":
            raise click.Abort
        if how == "usage":
            raise click.UsageError("own")
        if how == "zero":
            sys.exit(0)
        click.get_current_context().exit(int(how))

    return cli


def run(cli: Any, *arguments: str, **options: Any) -> Any:
    return CliRunner().invoke(cli, arguments, prog_name="shop", **options)


def test_a_command_counts_under_its_full_name_without_options(counted: Any) -> None:
    cli = shop()
    tracker.track(cli)
    assert run(cli, "--verbose", "users", "import", "--dry", "a.csv").output == "imported a.csv\n"
    assert counted() == {"shop": 1, "shop users": 1, "shop users import": 1}


def test_what_runs_no_command_counts_none(counted: Any) -> None:
    cli = shop()
    tracker.track(cli)
    for arguments in (["--help"], ["users", "import"], ["nothing"], [], ["users", "import", "--no-such", "a"]):
        run(cli, *arguments)
    cli.commands["users"].commands["never"].callback()  # other code calls the function
    assert set(counted()) <= {"shop", "shop users"}, "the groups' own functions ran"


@pytest.mark.parametrize(
    ("how", "failed"),
    [("raise", 1), ("abort", 1), ("usage", 1), ("3", 1), ("0", 0), ("zero", 0)],
)
@pytest.mark.parametrize("standalone", [True, False])
def test_a_command_fails_by_what_it_raises_or_exits_with(counted: Any, how: str, failed: int, standalone: bool) -> None:
    cli = shop()
    tracker.track(cli)
    run(cli, "end", how, standalone_mode=standalone)
    assert counted() == {"shop": 1, "shop end": 1}
    assert counted("outcomes") == ({"commands failed shop end": 1} if failed else {})


def test_every_command_is_published_with_its_function(counted: Any, published: Any) -> None:
    cli = shop()
    tracker.track(cli, name="store")
    assert published() == {}
    run(cli, "users", "import", "a.csv")
    assert published() == {
        "commands store": "cli", "commands store users": "users", "commands store users import": "import_users",
        "commands store users never": "never", "commands store end": "end",
    }  # fmt: skip


def test_tracking_twice_counts_once(counted: Any) -> None:
    cli = shop()
    tracker.track(cli)
    tracker.track(cli)
    run(cli, "end", "0")
    assert counted() == {"shop": 1, "shop end": 1}


class Aliases(click.Group):
    """Takes any unambiguous beginning of a name, as Click's documentation shows."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        found = [one for one in self.list_commands(ctx) if one.startswith(name)]
        return super().get_command(ctx, found[0]) if found else None


def test_aliases_count_under_the_commands_own_name(counted: Any) -> None:
    @click.group(cls=Aliases)
    def cli() -> None: ...

    @click.command("named-otherwise")
    def report() -> None: ...

    cli.add_command(report, "report")
    tracker.track(cli)
    run(cli, "rep")
    run(cli, "report")
    assert counted() == {"shop": 2, "shop report": 2}


def test_lazy_groups_load_nothing_before_it_is_asked_for(counted: Any, published: Any) -> None:
    loaded = []

    class Lazy(click.Group):
        def list_commands(self, ctx: click.Context) -> list[str]:
            return ["late", "later"]

        def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
            loaded.append(name)

            @click.group(name, invoke_without_command=True)
            def late() -> None: ...

            @late.command()
            def within() -> None: ...

            return late

    cli = Lazy("cli")
    tracker.track(cli)
    assert loaded == []
    assert run(cli, "late", "within").exit_code == 0
    assert run(cli, "later").exit_code == 0
    assert loaded == ["late", "later"]
    assert counted() == {"shop late": 1, "shop late within": 1, "shop later": 1}
    assert set(published()) >= {"commands shop late", "commands shop late within", "commands shop later"}


def test_commands_that_are_added_later_count(counted: Any) -> None:
    cli = shop()
    tracker.track(cli)

    @cli.command()
    def late() -> None: ...

    run(cli, "late")
    assert counted() == {"shop": 1, "shop late": 1}


def test_chains_count_each_and_groups_without_a_command_themselves(counted: Any) -> None:
    @click.group(chain=True, invoke_without_command=True)
    def cli() -> None: ...

    for name in ("a", "b"):
        cli.command(name)(lambda: None)
    tracker.track(cli)
    run(cli, "a", "b", "a")
    run(cli)
    assert counted() == {"shop": 2, "shop a": 2, "shop b": 1}


def test_a_command_that_another_invokes_counts_under_its_own_name(counted: Any) -> None:
    cli = shop()

    @cli.command()
    @click.pass_context
    def everything(ctx: click.Context) -> None:
        ctx.invoke(cli.commands["users"].commands["never"])

    tracker.track(cli)
    assert run(cli, "everything").exit_code == 0
    assert counted() == {"shop": 1, "shop everything": 1, "shop users never": 1}


def test_commands_among_a_programs_own(counted: Any, published: Any) -> None:
    ours = click.Group("app")

    @ours.group()
    def users() -> None: ...

    @users.command("import")
    def import_users() -> None: ...

    @ours.command()
    def never() -> None: ...

    class Program(click.Group):
        def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
            return super().get_command(ctx, name) or ours.get_command(ctx, name)

    program = Program("program")
    program.command("own")(lambda: None)
    tracker.track(ours)
    run(program, "users", "import")
    run(program, "own")
    assert counted() == {"shop users": 1, "shop users import": 1}
    assert set(published()) == {"commands shop users", "commands shop users import", "commands shop never"}


def test_durations_and_signatures(counted: Any) -> None:
    cli = shop()
    signature = inspect.signature(cli.commands["end"].callback)
    tracker.track(cli, durations=True)
    assert inspect.signature(cli.commands["end"].callback) == signature
    run(cli, "end", "0")
    assert "commands sum shop end" in counted("durations")


def typer_shop() -> typer.Typer:
    app = typer.Typer()
    users = typer.Typer()

    @app.callback()
    def main(verbose: bool = False) -> None: ...

    @app.command()
    def show_all(context: typer.Context, number: int = 1) -> None:
        typer.echo(f"{context.info_name} {number + 1}")

    @users.command("import")
    def import_users(path: Path) -> None:
        raise typer.Exit(3)

    @users.command()
    def never() -> None: ...

    app.add_typer(users, name="users")
    return app


def test_typer(counted: Any, published: Any) -> None:
    from typer.testing import CliRunner

    app = typer_shop()
    tracker.track(app)
    invoke = functools.partial(CliRunner().invoke, app, prog_name="shop")
    assert invoke(["show-all", "--number", "41"]).output == "show-all 42\n"
    assert invoke(["users", "import", "a.csv"]).exit_code == 3
    invoke(["--help"])
    invoke(["show-all", "--number", "x"])
    assert counted() == {"shop": 3, "shop show-all": 1, "shop users import": 1}
    assert counted("outcomes") == {"commands failed shop users import": 1}
    assert published() == {
        "commands shop": "main", "commands shop show-all": "show_all", "commands shop users import": "import_users",
        "commands shop users never": "never",
    }  # fmt: skip


def test_typer_with_one_command(counted: Any) -> None:
    app = typer.Typer()

    @app.command()
    def only(fail: bool = False) -> None:
        if fail:
            raise ValueError("own")

    tracker.track(app)
    with contextlib.suppress(SystemExit):
        app([], prog_name="shop")
    with contextlib.suppress(SystemExit, ValueError):
        app(["--fail"], prog_name="shop", standalone_mode=False)
    assert counted() == {"shop": 2}
    assert counted("outcomes") == {"commands failed shop": 1}


PROGRAM = """
import sys
import click
from auditor.tracking import click as tracker

@click.group()
def cli(): ...

@cli.command()
@click.argument("code", type=int)
def end(code):
    print("done")
    sys.exit(code)

tracker.track(cli)
if __name__ == "__main__":
    cli()
"""


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    (tmp_path / "store.py").write_text(PROGRAM)

    def start(*arguments: str, **environment: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "store", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "AUDITOR_APP": "shop"} | environment,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    return start


def test_a_short_program_delivers_as_it_ends(program: Any, redis_url: str) -> None:
    assert program("end", "3", AUDITOR_SINK=redis_url) == (3, "done\n")
    assert program("end", "0", AUDITOR_SINK=redis_url) == (0, "done\n")
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        (day,) = client.keys("*:commands:*")
        assert client.hgetall(day) == {"store": "2", "store end": "2"}
        (day,) = client.keys("*:outcomes:*")
        assert client.hgetall(day) == {"commands failed store end": "1"}
        assert set(client.hgetall("{auditor:shop}:registered")) == {"commands store", "commands store end"}
        assert client.keys("*:watched*") == [], "a program that runs now and then watches nothing"


def test_a_sink_that_hangs_or_is_away_costs_a_program_little(program: Any, redis_server: Any) -> None:
    redis_server.process.send_signal(signal.SIGSTOP)
    begin = time.monotonic()
    assert program("end", "0", AUDITOR_SINK=redis_server.url) == (0, "done\n")
    hung = time.monotonic()
    redis_server.process.send_signal(signal.SIGCONT)
    redis_server.stop()
    assert program("end", "0", AUDITOR_SINK=redis_server.url) == (0, "done\n")
    away = time.monotonic()
    assert hung - begin < 8
    assert away - hung < 6
