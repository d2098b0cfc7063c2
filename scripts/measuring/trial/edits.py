"""Single removals on real code: each takes out what it names, and not a byte more.

In: a directory of Python files. Out: how many removals were tried and refused, and everything that was not right. The
judge reads before and after with `ast` and line by line, and knows nothing of the editor. Nothing is written.
"""

import ast
import copy
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from auditor.analysis.extraction.extract import extract
from auditor.errors import EditError
from auditor.model.code import Definition, SourceFile
from auditor.model.spans import source_lines
from auditor.removal import edit
from auditor.removal.encoding import decode

MODULE = "m"
USED = re.compile(r":(\d+): cannot remove .*: it is still used here")
COMPOUND_PARTS = ("body", "orelse", "finalbody", "handlers", "cases")
PARTS = (ast.ExceptHandler, ast.match_case)


class Edits(NamedTuple):
    """What was tried: removals that were made, refusals by reason, and what was wrong by place and name."""

    files: int
    made: int
    refused: Counter[str]
    wrong: tuple[str, ...]


def edits(directory: Path, *, each: int, seed: int) -> Edits:
    """Remove up to `each` definitions, one at a time, from every Python file below a directory."""
    files = made = 0
    refused: Counter[str] = Counter()
    wrong: list[str] = []
    for path in sorted(directory.rglob("*.py")):
        source = path.read_bytes()
        found = _definitions(source)
        if not found:
            continue
        files += 1
        chance = random.Random(f"{seed} {path.name} {len(source)}")
        for definition in chance.sample(found, min(each, len(found))):
            try:
                names = removable(source, definition, found)
            except EditError as error:
                refused[str(error).rpartition(": ")[2][:60]] += 1
                continue
            made += 1
            wrong += [f"{path}:{definition.line}: {names}: {said}" for said in complaints(source, names)]
    return Edits(files, made, refused, tuple(wrong))


def _definitions(source: bytes) -> list[Definition]:
    facts = extract(source, SourceFile("m.py", MODULE, False, False, ""), frozenset(), opinions=False)
    return [one for one in facts.definitions if one.kind != "module"] if facts.parsed else []


def removable(source: bytes, first: Definition, found: Sequence[Definition]) -> tuple[str, ...]:
    """Return the ids to remove: a definition, and up to eight around what still uses it; raise EditError without."""
    names = [first.id]
    while True:
        try:
            edit.remove(source, MODULE, names)
        except EditError as error:
            used = USED.search(str(error))
            users = [one for one in found if used and one.line <= int(used[1]) <= one.end_line]
            if not users or users[0].id in names or len(names) > 8:
                raise
            names.append(users[0].id)
        else:
            return tuple(names)


def complaints(source: bytes, names: Sequence[str]) -> Iterator[str]:
    """Yield everything that is wrong with removing the names."""
    after = edit.remove(source, MODULE, names)
    try:
        if edit.remove(after, MODULE, names) != after:
            yield "removing again changes something"
    except EditError as error:
        yield f"removing again is refused: {error}"
    if edit.remove(source, MODULE, tuple(reversed(names))) != after:
        yield "the order of the names matters"
    old, new = decode(source, MODULE).text, decode(after, MODULE).text
    try:
        trees = ast.parse(old), ast.parse(new)
    except (SyntaxError, ValueError):
        return  # newer than this Python; the editor has checked that it parses
    judge = _Judge(frozenset(name.partition(":")[2] for name in names))
    yield from judge.body(trees[0].body, trees[1].body, "")
    yield from _lines(old, new, judge.gone)


class _Judge:
    """Compares two trees statement by statement. `gone` are the lines, 1-based, of what was taken out or rewritten."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.gone: set[int] = set()

    def body(self, before: Sequence[ast.AST], after: Sequence[ast.AST], prefix: str) -> Iterator[str]:
        """Yield what went without being asked for, or came."""
        rest = list(after)
        if _passes(rest) and not any(isinstance(one, ast.Pass) for one in before):
            rest = []
        for node in before:
            if rest and _same(node, rest[0]):
                rest.pop(0)
            elif rest and self._rewritten(node, rest[0], prefix):
                self._note(node)
                rest.pop(0)
            elif rest and isinstance(node, PARTS) and self._heads_agree(node, rest[0]):
                yield from self._inner(node, rest.pop(0), prefix)
            elif self._may_go(node, prefix):
                self._note(node)
            elif rest and self._heads_agree(node, rest[0]):
                yield from self._inner(node, rest.pop(0), prefix)
            else:
                yield f"line {getattr(node, 'lineno', 0)} went or changed: {ast.unparse(node).splitlines()[0][:80]}"
                return
        if rest:
            yield f"came: {ast.unparse(rest[0])[:80]}"

    def _note(self, node: ast.AST) -> None:
        first = min((one.lineno for one in getattr(node, "decorator_list", ())), default=node.lineno)
        self.gone.update(range(first, node.end_lineno + 1))

    def _may_go(self, node: ast.AST, prefix: str) -> bool:
        if isinstance(node, ast.Import):
            return all({f"{prefix}{one}" for one in (_local(node, a), a.name)} & self.names for a in node.names)
        names = {f"{prefix}{name}" for name in _bound(node)}
        if names and names <= self.names:
            return True
        if isinstance(node, ast.Expr | ast.AugAssign) and "__all__" in ast.unparse(node) and not prefix:
            return all(text in self.names for text in _texts(node))
        if isinstance(node, ast.If | ast.Try | ast.TryStar | ast.ExceptHandler | ast.match_case):
            inner = [one for part in COMPOUND_PARTS for one in getattr(node, part, ())]
            return all(isinstance(one, ast.Pass) or self._may_go(one, prefix) or _idle(one) for one in inner) and any(
                self._may_go(one, prefix) for one in inner
            )
        return False

    def _rewritten(self, node: ast.AST, new: ast.AST, prefix: str) -> bool:
        """Return whether `new` is `node` without some of the names."""
        match node, new:
            case (ast.Import(), ast.Import()) | (ast.ImportFrom(), ast.ImportFrom()):
                whole = isinstance(node, ast.Import)
                left = [
                    a
                    for a in node.names
                    if not {f"{prefix}{_local(node, a)}", f"{prefix}{a.name if whole else ''}"} & self.names
                ]
                return bool(left) and list(map(ast.dump, left)) == list(map(ast.dump, new.names))
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign(), ast.Expr():
                return node.value is not None and _same(node.value, new.value) and self._may_go(node, prefix)
            case ast.Assign(), ast.Assign() if _same(node.value, new.value):
                wanted = [self._target(one, prefix) for one in node.targets]
                left = [one for one in wanted if not re.fullmatch(r"[_, ()\[\]]*", one)]
                renamed = ["".join(ast.unparse(one)) for one in new.targets]
                return renamed in (left, wanted)
        if "__all__" in ast.unparse(node)[:40] and not prefix and type(node) is type(new):
            return [text for text in _texts(node) if text not in self.names] == _texts(new)
        return False

    def _target(self, target: ast.expr, prefix: str) -> str:
        copied = ast.parse(ast.unparse(target), mode="eval").body
        for name in ast.walk(copied):
            if isinstance(name, ast.Name) and f"{prefix}{name.id}" in self.names:
                name.id = "_"
        return ast.unparse(copied)

    def _heads_agree(self, node: ast.AST, new: ast.AST) -> bool:
        if type(node) is not type(new) or not any(getattr(node, part, None) for part in COMPOUND_PARTS):
            return False
        return _head(node) == _head(new)

    def _inner(self, node: ast.AST, new: ast.AST, prefix: str) -> Iterator[str]:
        if isinstance(node, ast.ClassDef):
            prefix = f"{prefix}{node.name}."
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            prefix = f"{prefix}{node.name}.<locals>."
        for part in COMPOUND_PARTS:
            yield from self.body(getattr(node, part, ()), getattr(new, part, ()), prefix)
            if getattr(node, part, ()) and not getattr(new, part, ()):
                self.gone.add(getattr(node, part)[0].lineno - 1)  # the line of `else` or `finally`


def _head(node: ast.AST) -> str:
    """Return a compound statement without its blocks."""
    copied = copy.copy(node)
    for part in COMPOUND_PARTS:
        if hasattr(copied, part):
            setattr(copied, part, [])
    return ast.dump(copied)


def _passes(body: Sequence[ast.AST]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Pass)


def _idle(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _same(one: ast.AST, other: ast.AST) -> bool:
    return type(one) is type(other) and ast.dump(one) == ast.dump(other)


def _local(node: ast.AST, alias: ast.alias) -> str:
    return alias.asname or (alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name)


def _bound(node: ast.AST) -> set[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {node.name}
        case ast.ImportFrom():
            return {_local(node, alias) for alias in node.names}
        case ast.Assign():
            return {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        case ast.AnnAssign() | ast.AugAssign() if isinstance(node.target, ast.Name):
            return {node.target.id}
    return {node.name.id} if type(node).__name__ == "TypeAlias" else set()


def _texts(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _lines(old: str, new: str, gone: set[int]) -> Iterator[str]:
    """Yield lines that went or came outside of what was taken out: own comments and blank lines may."""
    before, after = source_lines(old), source_lines(new)
    must = [
        (n, text)
        for n, text in enumerate(before, 1)
        if text.strip() and n not in gone and not _own_comment(before, n - 1, gone)
    ]
    came = iter([text for text in after if text.strip()])
    extra: list[str] = []
    for number, text in must:
        for other in came:
            if other == text:
                break
            extra.append(other)
        else:
            yield f"line {number} went or changed: {text.strip()[:80]}"
            return
    known = {text for n, text in enumerate(before, 1) if n in gone or text.lstrip().startswith("#")}
    for text in (*extra, *came):
        left = re.sub(r"^(pass|_)$", "", text.strip())
        if text not in known and left and not any(_subsequence(left, one) for one in known):
            yield f"came: {text.strip()[:80]}"
    yield from _gaps(before, after)


def _subsequence(text: str, whole: str) -> bool:
    rest = iter(whole)
    return all(character in rest for character in re.sub("[_,]", "", text))


def _own_comment(lines: Sequence[str], line: int, gone: set[int]) -> bool:
    """Return whether a line is a comment right above, or at the end of the body, of what went."""
    if not lines[line].lstrip().startswith("#"):
        return False
    below = line + 1
    while below < len(lines) and lines[below].lstrip().startswith("#"):
        below += 1
    above = line
    while above >= 0 and (lines[above].lstrip().startswith("#") or not lines[above].strip()):
        above -= 1
    deeper = len(lines[line]) - len(lines[line].lstrip()) > 0
    return below + 1 in gone or (above + 1 in gone and deeper)


def _gaps(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Yield gaps that are wider than any was before."""
    most = max(map(len, re.findall(r"\n*", "\n".join("" if not line.strip() else "x" for line in before))), default=0)
    now = max(map(len, re.findall(r"\n*", "\n".join("" if not line.strip() else "x" for line in after))), default=0)
    if now > most:
        yield f"a gap of {now} lines came"
