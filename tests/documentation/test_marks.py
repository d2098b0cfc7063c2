"""Blocks say what they are, synopses name what exists, and links lead somewhere."""

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt

from auditor.cli.program import COMMANDS as AUDITOR_COMMANDS
from auditor.cli.program import program
from tests.documentation.pages import COMMANDS, REPOSITORY, SESSION, Block, blocks, name_of, pages

_RUN = {COMMANDS, SESSION}
_LOOKED_AT = {"text", "toml", "yaml", "json", "ini", "python", "groovy", "js", "jsx", "ts", "diff", "sh"}
_OF_A_FILE = re.compile(r"\A(?:#|//) (?P<path>config/ci/\S+)\n")
_CALL = re.compile(r"`auditor (?P<arguments>[^`]+)`")
_IN_BRACKETS = re.compile(r"\[[A-Za-z. ]+\]|[\[\]]")
EVERY_BLOCK = [block for page in pages() for block in blocks(page)]


def _synopses(block: Block, program_name: str) -> list[str]:
    """Return what a block that is not run says of a program's arguments."""
    if block.language != "text":
        return []
    lines = [line.split("  #")[0].strip() for line in block.text.splitlines()]
    return [line.removeprefix(program_name).strip() for line in lines if line.startswith(f"{program_name} ")]


def _calls() -> list[tuple[str, str]]:
    """Return where pages name a call of auditor, in synopses and within sentences, and its arguments."""
    of_blocks = [(block.place, text) for block in EVERY_BLOCK for text in _synopses(block, "auditor")]
    in_text = [
        (name_of(page), " ".join(match["arguments"].split()))
        for page in pages()
        if page.name != "CHANGELOG.md"
        for match in _CALL.finditer(_without_fences(page.read_text("utf-8")))
    ]
    return of_blocks + in_text


def _without_fences(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def test_every_block_says_what_it_is() -> None:
    unknown = [block.place for block in EVERY_BLOCK if block.language not in _RUN | _LOOKED_AT]
    assert unknown == []
    shown = [
        block.place for block in EVERY_BLOCK if block.language not in _RUN and re.search("^[$] ", block.text, re.M)
    ]
    assert shown == [], "what is typed belongs into a block of commands"


def test_calls_of_auditor_name_commands_and_options_that_exist() -> None:
    wrong = []
    for place, arguments in _calls():
        words = ["1" if word == "N" else word for word in shlex.split(_IN_BRACKETS.sub("", arguments))]
        try:
            _understand(words)
        except (AssertionError, click.ClickException) as error:
            wrong.append(f"{place}: auditor {arguments}: {error}")
    assert wrong == []


def _understand(words: list[str]) -> None:
    """Raise unless the command line takes these words; what is missing behind them is no error."""
    name, *rest = words
    assert name in AUDITOR_COMMANDS, f"there is no command {name}"
    command = program.get_command(click.Context(program), name)
    assert command is not None
    if isinstance(command, click.Group) and rest:
        command = command.commands[rest.pop(0)]
    try:
        command.make_context(name, rest, resilient_parsing=False)
    except (click.MissingParameter, click.exceptions.NoArgsIsHelpError):
        return


def test_readme_names_every_command() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    assert [name for name in AUDITOR_COMMANDS if not re.search(rf"\bauditor {name}\b", readme)] == []


@pytest.mark.parametrize("program_name", sorted({
    text.split()[0] for block in EVERY_BLOCK if block.language == "text"
    for text in block.text.splitlines() if text.startswith("scripts/")
}))  # fmt: skip
def test_synopses_of_scripts_name_options_that_exist(program_name: str) -> None:
    written = [text for block in EVERY_BLOCK for text in _synopses(block, program_name)]
    options = {word for text in written for word in text.split() if word.startswith("--")}
    told = _help(program_name)
    assert {option for option in options if option not in told} == set()


@cache
def _help(program_name: str) -> str:
    script = REPOSITORY / program_name
    text = script.read_text("utf-8")
    module = re.search(r"-m (measuring[\w.]*)", text)
    if module is None:
        return text
    return subprocess.run(
        [sys.executable, "-m", module[1], "--help"],
        cwd=REPOSITORY / "scripts", capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_excerpts_of_files_are_in_them() -> None:
    excerpts = [(block, match["path"]) for block in EVERY_BLOCK if (match := _OF_A_FILE.match(block.text))]
    assert excerpts
    for block, path in excerpts:
        lines = iter((REPOSITORY / path).read_text("utf-8").splitlines())
        for line in block.text.splitlines()[1:]:
            assert any(line.strip() == given.strip() for given in lines), f"{block.place}: not in {path}: {line}"


@pytest.mark.parametrize("page", [page for page in pages() if page.parent == REPOSITORY], ids=name_of)
def test_links_of_pages_that_are_not_in_the_site_lead_somewhere(page: Path) -> None:
    broken = []
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8")):
        for child in token.children or ():
            target = str(child.attrs.get("href") or child.attrs.get("src") or "")
            if target and "://" not in target:
                path, _, anchor = target.partition("#")
                found = (page.parent / path) if path else page
                if not found.exists() or (anchor and anchor not in _anchors(found)):
                    broken.append(target)
    assert broken == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _without_fences(page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
