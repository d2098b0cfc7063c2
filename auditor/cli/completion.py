"""`auditor completion`: what lets a shell complete auditor's commands; and the answers it asks for at each TAB.

In: the shell's name; later, from the shell's own function, the words typed so far. Out: the function; candidates.
Asking never reads more than the command's own options and the stored plan, and never fails aloud.
"""

import contextlib
from collections.abc import Mapping
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class, shell_complete

from auditor.cli import options

_SHELLS = ("bash", "zsh", "fish")
_INTO = {
    "bash": 'eval "$(auditor completion bash)"   # in ~/.bashrc',
    "zsh": 'eval "$(auditor completion zsh)"   # in ~/.zshrc, after compinit',
    "fish": "auditor completion fish > ~/.config/fish/completions/auditor.fish",
}


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@options.shared
def command(shell: str) -> None:
    """Print what makes SHELL complete commands, options, choices, paths and the plan's batches.

    bash from version 4.4 on, zsh or fish. In ~/.bashrc or ~/.zshrc: eval "$(auditor completion bash)".

    \b
    Example: auditor completion fish > ~/.config/fish/completions/auditor.fish
    """
    from auditor.cli.program import COMPLETING, program

    options.say(f"to use it: {_INTO[shell]}")
    made = get_completion_class(shell)
    assert made is not None
    # Not `source()`: of bash that one asks the version, of the bash on this machine's PATH.
    completion = made(program, {}, "auditor", COMPLETING)
    click.echo(completion.source_template % completion.source_vars(), nl=False)


def answer(program: click.Command, environment: Mapping[str, str]) -> int:
    """Print candidates for the words that the shell's function put into the environment; return the exit code."""
    from auditor.cli.program import COMPLETING

    with contextlib.suppress(Exception):  # whoever types must not see an error for a TAB
        return shell_complete(program, {}, "auditor", COMPLETING, environment[COMPLETING])
    return 1


def batches(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the numbers of the stored plan's batches that were not named yet, each with what it deletes."""
    from auditor import pipeline
    from auditor.config import load

    named = {str(number) for number in context.params.get("numbers") or ()}
    try:
        loaded = load(Path.cwd(), context.params.get("config_file"))
        stored = pipeline.stored_plan(loaded, context.params.get("plan_file"))
    except Exception:  # noqa: BLE001 -- no plan, or none that can be read: nothing to offer
        return []
    return [
        CompletionItem(str(batch.number), help=f"{batch.risk} risk, {batch.lines_removed} lines, {batch.paths[0]}")
        for batch in stored.batches
        if str(batch.number) not in named and str(batch.number).startswith(incomplete)
    ]


def files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete the names of files."""
    return [CompletionItem(incomplete, type="file")]


def references(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return branches and tags of the repository here."""
    from auditor.git import Repository

    repository = Repository.containing(Path.cwd())
    wanted = ("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
    names = repository.run(*wanted).split("\n") if repository else []
    return [CompletionItem(name) for name in ("HEAD", *names) if name and name.startswith(incomplete)]


def documents(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the names of the documents that have a schema."""
    from auditor import pipeline

    known = pipeline.published()
    return [CompletionItem(one.name, help=one.title) for one in known if one.name.startswith(incomplete)]
