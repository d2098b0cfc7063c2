"""The documentation's pages as programs: what they tell people to write and to type, in order.

In: a page of Markdown, a directory, an environment. Out: what each block did. Never invents a step that the page does
not have. `docs/contributing/documentation.md` tells authors what a block means:

- `bash`: commands; each must succeed.
- `console`: commands behind `$ `, and what they print. Lines that are shown must be printed, in this order; `…` stands
  for anything, up to 200 characters. Where lines are wrapped does not matter. A command that fails must be followed by
  `$ echo $?`.
- any language with a `title`: the file of that name. `title="NAME, at the end"` adds to it, and a `diff` changes it.
- anything else is configuration or output for the eye, and is not run.
"""

import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

REPOSITORY = Path(__file__).parent.parent.parent
COMMANDS, SESSION = "bash", "console"
_AT_THE_END = ", at the end"
_ANYTHING = ".{0,200}?"
_TITLE = re.compile(r'title="(?P<title>[^"]+)"')


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, its title or "", its text and the line on which it begins."""

    page: str
    language: str
    title: str
    text: str
    line: int

    @property
    def place(self) -> str:
        """Where a failure is to be looked for."""
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Step:
    """A part of a shell script, the block it comes from and the lines it must print."""

    block: Block
    script: str
    expected: tuple[str, ...] = ()
    may_fail: bool = False


def pages() -> list[Path]:
    """Every page that people write: README and its like, and all of docs but what is made from the code."""
    made = REPOSITORY / "docs" / "reference"
    written = (page for page in REPOSITORY.glob("docs/**/*.md") if made not in page.parents)
    return sorted([*REPOSITORY.glob("*.md"), *written])


def name_of(page: Path) -> str:
    """Return a page's path from the repository's root."""
    return page.relative_to(REPOSITORY).as_posix()


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    found = []
    for token in MarkdownIt("commonmark").parse(page.read_text("utf-8")):
        if token.type == "fence":
            language, _, rest = token.info.strip().partition(" ")
            title = _TITLE.search(rest)
            line = token.map[0] + 1 if token.map else 0
            found.append(Block(name_of(page), language, title["title"] if title else "", token.content, line))
    return found


def steps(block: Block) -> Iterator[Step]:
    """Turn a block into what a shell does for it; nothing for a block that is only looked at."""
    if block.title:
        yield Step(block, _written(block))
    elif block.language == COMMANDS:
        yield Step(block, block.text)
    elif block.language == SESSION:
        yield from _session(block)


def run(page: Path, directory: Path, environment: Mapping[str, str], replaced: Mapping[str, str] | None = None) -> None:
    """Do what a page says, in one shell that begins in a directory, and insist on what it says of the outcome.

    Args:
        page: The page.
        directory: Where a reader would begin.
        environment: All variables of the shell.
        replaced: What stands for something else here: ports, addresses.

    Raises:
        AssertionError: A command failed, or did not print what the page shows.
    """
    todo = [step for block in blocks(page) for step in steps(block)]
    assert todo, f"{name_of(page)} has no commands"
    directory.mkdir(parents=True, exist_ok=True)
    outcomes = directory.parent / f"{directory.name}.outcomes"
    outcomes.mkdir()
    parts = [_part(number, step, outcomes, replaced or {}) for number, step in enumerate(todo)]
    ended = subprocess.run(
        ["bash", "--norc", "--noprofile", "-c", "\n".join([*parts, _THE_END])],
        cwd=directory, env=dict(environment), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    for number, step in enumerate(todo):
        _judge(step, outcomes / f"{number}", ended.stderr)


_THE_END = 'remaining=$(jobs -p); [ -z "$remaining" ] || { kill $remaining; wait; }'


def _part(number: int, step: Step, outcomes: Path, replaced: Mapping[str, str]) -> str:
    """Return the shell's text for a step: run in this shell, its output and its exit code each in a file."""
    script = outcomes / f"{number}.sh"
    script.write_text(_with(step.script, replaced), "utf-8")
    out, code = shlex.quote(str(outcomes / f"{number}.out")), shlex.quote(str(outcomes / f"{number}.code"))
    stop = "" if step.may_fail else f'[ "$code" = 0 ] || {{ {_THE_END}; exit 1; }}\n'
    begin = "(exit ${code:-0})" if step.block.language == SESSION and not step.block.title else "set -e"
    return (
        f"trap 'echo $? >{code}' EXIT\n{begin}\n"
        f"source {shlex.quote(str(script))} >{out} 2>&1\n"
        f"code=$?; set +e; echo $code >{code}; trap - EXIT\n{stop}"
    )


def _with(text: str, replaced: Mapping[str, str]) -> str:
    for written, meant in replaced.items():
        text = text.replace(written, meant)
    return text


def _judge(step: Step, outcome: Path, shell_said: str) -> None:
    said, code = outcome.with_suffix(".out"), outcome.with_suffix(".code")
    printed = said.read_text("utf-8", "replace") if said.exists() else ""
    failure = f"{step.block.place}: {step.script.strip()}\nprinted:\n{printed}{shell_said}"
    assert code.exists(), f"not reached: {failure}"
    assert step.may_fail or code.read_text().strip() == "0", f"ended with {code.read_text().strip()}: {failure}"
    told, position = " ".join(printed.split()), 0
    for line in step.expected:
        found = _pattern(line).search(told, position)
        assert found, f"does not print\n{line}\n{failure}"
        position = found.end()


def _pattern(line: str) -> re.Pattern[str]:
    """Return what a shown line means: whole words, wherever the program breaks its lines."""
    parts = [re.escape(part.strip()) for part in " ".join(line.split()).split("…")]
    text = _ANYTHING.join(parts)
    return re.compile(rf"(?<!\S){text}(?!\S)" if parts[0] and parts[-1] else text)


def _session(block: Block) -> Iterator[Step]:
    """Split a console's text into its commands, each with the lines below it."""
    entries: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            entries.append((line[2:], []))
        elif entries and entries[-1][0].endswith("\\") and not entries[-1][1]:
            entries[-1] = (f"{entries[-1][0]}\n{line.removeprefix('> ')}", [])
        elif line.strip():
            assert entries, f"{block.place}: output before any command"
            entries[-1][1].append(line)
    commands = [command for command, _ in entries]
    for (command, expected), following in zip(entries, [*commands[1:], ""], strict=True):
        yield Step(block, command, tuple(expected), may_fail=following.strip() == "echo $?")


def _written(block: Block) -> str:
    title = block.title
    if block.language == "diff":
        return f"patch --quiet --fuzz=0 -p1 {shlex.quote(title)} <<'END-OF-FILE'\n{block.text}END-OF-FILE\n"
    path, how = (title.removesuffix(_AT_THE_END), ">>") if title.endswith(_AT_THE_END) else (title, ">")
    directory = shlex.quote(str(Path(path).parent))
    return f"mkdir -p {directory}\ncat {how}{shlex.quote(path)} <<'END-OF-FILE'\n{block.text}END-OF-FILE\n"
