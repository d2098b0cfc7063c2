"""Command lines of head that still run what base had a command for and head has not: `manage.py tidy` in a crontab.

In: the static sides of both commits, head's files. Out: `Mention`s for the gate. Reads files only where a command went.
A name counts only where the program stands before it, or where a program's own name is what a line starts with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from auditor.analysis.outside.files import MAX_BYTES, is_test, kind_of
from auditor.analysis.outside.project_files import Declared
from auditor.analysis.outside.text import logical, meant
from auditor.gate import Mention
from auditor.gate.commands import Command, typed
from auditor.git import Repository
from auditor.model.code import DefinitionId
from auditor.pipeline.names import TreeNames
from auditor.pipeline.static import Static

_SCRIPTS = ("console_scripts", "gui_scripts")
_QUOTES = str.maketrans("\"',[]`{}", "        ")
_DJANGO = r"(?:manage(?:\.py)?|django-admin(?:\.py)?|-m\s+django)"
_OPTIONS = r"(?:\s+-[\w-]+(?:=\S+)?)*"
_START = (
    r"(?:^|&&|\|\||[;|(]|(?<=\s)--(?=\s)|\b(?:exec|run|sudo|nohup|time|then|do|RUN|CMD|ENTRYPOINT|Exec\w+=[-@+!]*)|"
    r"^(?:(?:[\d*][\d*/,-]*\s+){3}(?:\S+\s+){2}|@[a-z]+\s+)(?:\w+\s+)?|[\w-]*(?:command|entrypoint|run|script|cmd|web|worker|release)\w*\s*[:=])"
)
"""What may stand before a program: the start of a line, another command, the keys and words that lead in a command."""
_END = r"(?=$|[\s;&|)])"


def lost_commands(
    repository: Repository, prefix: str, head: str, sides: tuple[Static, Static], names: TreeNames
) -> Iterator[Mention]:
    """Yield the lines of head that run a command which only base has; `names` are those of base."""
    before, after = (_programs(side.declared) for side in sides)
    gone = {name: one for name, one in before.items() if name not in after}
    meant_by = names.named(gone.values())
    wanted = [(_program(name), meant_by[one]) for name, one in gone.items() if one in meant_by]
    wanted += [(_command(one, before), one.definition) for one in _lost(*sides)]
    if not wanted:
        return
    for path, text in _texts(repository, prefix, head):
        lines = meant(path, text, kind_of(path) or "text")
        for number, line in logical(lines):
            yield from _in_line(path, number, line.translate(_QUOTES).strip(), wanted)


def _in_line(
    path: str, number: int, line: str, wanted: Iterable[tuple[re.Pattern[str], DefinitionId]]
) -> Iterator[Mention]:
    for pattern, definition in wanted:
        if found := pattern.search(line):
            yield Mention(path, number, " ".join(found[1].split()), definition)


def _programs(declared: Iterable[Declared]) -> dict[str, Declared]:
    return {one.name: one for one in declared if one.group in _SCRIPTS}


def _lost(before: Static, after: Static) -> Iterator[Command]:
    """Yield the commands of base whose name nothing of head answers to."""
    kept = {(one.group, one.name) for one in typed(after.analysis, after.facts)}
    old = list(typed(before.analysis, before.facts))
    if {(one.group, one.name) for one in old} - kept:
        spellings = {name.replace("_", "-") for _, name in kept}
        yield from (one for one in old if one.name.replace("_", "-") not in spellings)


def _program(name: str) -> re.Pattern[str]:
    """Return what finds a program as the first word of a command."""
    return re.compile(rf"{_START}\s*(?:\S*/bin/)?({re.escape(name)}){_END}")


def _command(one: Command, programs: Mapping[str, Declared]) -> re.Pattern[str]:
    """Return what finds a command behind the program that runs it."""
    name = re.escape(one.name)
    if one.group == "manage.py":
        return re.compile(rf"(?<![\w-])({_DJANGO}{_OPTIONS}\s+{name}){_END}")
    module = re.escape(one.definition.partition(":")[0])
    package = re.escape(one.definition.partition(":")[0].rpartition(".")[0] or "?")
    file = re.escape(f"{one.definition.partition(':')[0].rpartition('.')[2]}.py")
    own = "|".join([*map(re.escape, sorted(programs)), "flask"])
    program = rf"{_START}\s*(?:\S*/bin/)?(?=(?:{own})\s)|(?<!\S)(?=-m\s+(?:{module}|{package})\s|(?:\S*/)?{file}\s)"
    return re.compile(rf"(?:{program})((?:-m\s+)?[\w./-]+(?:\s+[\w.:=/@-]+)*?\s+{name}){_END}")


def _texts(repository: Repository, prefix: str, head: str) -> Iterator[tuple[str, str]]:
    """Yield the files of head in which commands may stand: path, text."""
    files = {
        path[len(prefix) :]: blob
        for path, blob in repository.files_at(head).items()
        if path.startswith(prefix) and kind_of(path[len(prefix) :]) in ("shell", "text", "json")
    }
    contents = dict(repository.blobs(dict.fromkeys(files.values())))
    for path, blob in sorted(files.items()):
        content = contents.get(blob, b"")
        if not is_test(path) and len(content) <= MAX_BYTES and b"\0" not in content[:1024]:
            yield path, content.decode("utf-8-sig", "replace")
