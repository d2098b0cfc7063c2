"""The frame: exit codes, one line of complaint, stdout for results only, what happens when nobody reads."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from auditor.cli.program import COMMANDS, program

Run = Callable[..., subprocess.CompletedProcess[str]]

MISTAKES = [
    ("scan", "--nope"),
    ("scan", "--format", "yaml"),
    ("scan", "--jobs", "many"),
    ("scan", "--jobs", "-1"),
    ("scan", "nowhere"),
    ("scan", "--config", "nowhere.toml"),
    ("scan", "--output", "."),
    ("nope",),
    ("why",),
    ("why", "nowhere.py:3"),
    ("why", ""),
    ("routes", "nowhere"),
    ("collect",),
    ("collect", "--days", "0"),
    ("usage", "nope"),
    ("usage", "stats", "--days", "4000"),
    ("plan", "--now", "yesterday"),
    ("plan", "--now", "0001-01-01"),
    ("plan", "--now", "9999-12-31T23:59:59Z"),
    ("plan", "--max-files", "6"),
    ("apply",),
    ("apply", "1"),
    ("apply", "--all", "1"),
    ("rollback", "1"),
    ("gate",),
    ("gate", "--base", "nowhere"),
    ("gate", "--base", "--upload-pack=x"),
    ("report",),
    ("report", "--plan", "main.py"),
    ("serve", "--port", "0"),
    ("init",),
    ("demo", "main.py"),
]
CANNOT_AUDIT = [
    ("usage", "stats"),
    ("usage", "unused"),
    ("usage", "health"),
    ("plan",),
]


@pytest.mark.parametrize("arguments", MISTAKES, ids=" ".join)
def test_mistake_is_one_line_on_stderr_and_exit_code_2(auditor: Run, shop: Path, arguments: tuple[str, ...]) -> None:
    done = auditor(*arguments, cwd=shop)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("auditor: ")
    assert done.stderr.count("\n") == 1
    assert "internal error" not in done.stderr


@pytest.mark.parametrize("arguments", CANNOT_AUDIT, ids=" ".join)
def test_missing_evidence_is_one_line_and_exit_code_3(auditor: Run, shop: Path, arguments: tuple[str, ...]) -> None:
    done = auditor(*arguments, cwd=shop)
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("auditor: ")
    assert done.stderr.count("\n") == 1
    assert "internal error" not in done.stderr


def test_control_characters_of_arguments_are_shown_as_escapes(auditor: Run, shop: Path) -> None:
    evil = "x\x1b[31m\n::error::y"
    for arguments in (("scan", evil), ("why", evil), ("gate", "--base", evil), ("scan", "--config", evil), (evil,),
                      ("scan", "--format", evil), ("scan", f"--{evil}")):  # fmt: skip
        done = auditor(*arguments, cwd=shop)
        assert done.returncode == 2
        assert "\x1b" not in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", ["scan --format json", "--help", "scan --help", "routes"])
def test_reader_that_goes_away_does_not_read_as_no(shop: Path, arguments: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *arguments.split()], cwd=shop, stdout=writing, stderr=subprocess.PIPE,
        check=False, timeout=60,
    )  # fmt: skip
    os.close(writing)
    assert done.returncode == 141
    assert done.stderr == b""


@pytest.mark.parametrize("arguments", ["scan --format json", "--help"])
def test_full_disk_is_said_in_one_line(shop: Path, arguments: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "auditor", *arguments.split()], cwd=shop, stdout=full, stderr=subprocess.PIPE,
            text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 2
    assert re.fullmatch(r"auditor: cannot write: No space left on device; .*\n", done.stderr)


def test_nowhere_to_complain_still_gives_the_exit_code(shop: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "auditor", "scan", "--nope"], cwd=shop, stderr=full, check=False, timeout=60
        )
    assert done.returncode == 2


@pytest.mark.parametrize("environment", [
    {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "C", "LANG": "C"},
    {"COLUMNS": "200", "TERM": "dumb"},
], ids=str)  # fmt: skip
def test_output_does_not_depend_on_locale_or_width(auditor: Run, shop: Path, environment: dict[str, str]) -> None:
    (shop / "läden.py").write_text("def größe():\n    return 1\n", "utf-8")
    for arguments in (("scan",), ("scan", "--format", "json"), ("routes",), ("why", "läden.py:1")):
        expected = auditor(*arguments, cwd=shop)
        done = auditor(*arguments, cwd=shop, env=environment)
        assert (done.returncode, done.stderr) == (0, "")
        if "PYTHONIOENCODING" not in environment:
            assert done.stdout == expected.stdout
        assert len(done.stdout.splitlines()) == len(expected.stdout.splitlines())


def _commands() -> list[tuple[str, ...]]:
    context = click.Context(program)
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        command = program.get_command(context, name)
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.commands]
        else:
            found.append((name,))
    return found


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_has_an_example_and_the_shared_options(command: tuple[str, ...]) -> None:
    from click.testing import CliRunner

    done = CliRunner().invoke(program, [*command, "--help"], prog_name="auditor")
    assert done.exit_code == 0
    assert f"Example: auditor {' '.join(command)}" in done.output
    for option in ("--config", "--quiet", "--verbose", "--no-color", "--help"):
        assert option in done.output
    assert max(map(len, done.output.splitlines())) <= 80


def test_help_imports_nothing_heavy(shop: Path) -> None:
    code = (
        "import sys\nfrom auditor.cli.program import run\nrun(['--help'])\n"
        "heavy = {'libcst', 'vulture', 'redis', 'duckdb', 'sqlalchemy', 'alembic', 'jinja2', 'rustworkx', 'msgspec',"
        " 'pathspec', 'starlette', 'uvicorn', 'rich'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=shop, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_settings_of_every_command_are_taken_from_the_named_file(auditor: Run, shop: Path, tmp_path: Path) -> None:
    named = tmp_path / "broken.toml"
    named.write_text("ap = 1\n", "utf-8")
    for command in (("scan",), ("routes",), ("why", "main:app"), ("collect",), ("usage", "stats"), ("usage", "health"),
                    ("usage", "unused"), ("plan",), ("apply", "1"), ("rollback", "1"), ("gate", "--base", "HEAD"),
                    ("report",), ("serve",)):  # fmt: skip
        done = auditor(*command, "--config", str(named), cwd=shop)
        assert (done.returncode, done.stdout) == (2, "")
        assert "broken.toml: unknown key ap" in done.stderr


def test_json_goes_to_stdout_or_to_the_file_alike(auditor: Run, shop: Path) -> None:
    printed = auditor("scan", "--format", "json", "-v", cwd=shop)
    written = auditor("scan", "--format", "json", "-q", "--output", "out/scan.json", cwd=shop)
    assert (written.stdout, written.stderr) == ("", "")
    assert (shop / "out" / "scan.json").read_text("utf-8") == printed.stdout
    assert [path.name for path in (shop / "out").iterdir()] == ["scan.json"]
    json.loads(printed.stdout)


def test_without_git_a_scan_works_and_what_needs_git_says_so(auditor: Run, shop: Path) -> None:
    nowhere = {"PATH": "/nonexistent"}
    assert auditor("scan", cwd=shop, env=nowhere).returncode == 0
    for arguments in (("gate", "--base", "HEAD"), ("plan",)):
        done = auditor(*arguments, cwd=shop, env=nowhere)
        assert (done.returncode, done.stderr) == (2, "auditor: git was not found on the PATH; install it\n")
