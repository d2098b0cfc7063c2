"""Django as a git repository, and pull requests on it that touch 20 files each.

In: a cache directory. Out: a `Tree` whose branch `main` is the base, with one branch a kind of request. Every touched
file has a helper of its own and a public function that uses it, so that requests can take helpers away.
"""

import ast
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from measuring.fetching import MeasuringError
from measuring.speed import corpus, edits
from measuring.speed.corpus import Tree

FILES = 20
_ASIDE = ("conf/", "migrations/", "management/", "templatetags/")
"""Parts of paths whose files a framework reads as a whole."""
_AUTHOR = ("-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false")


def helpers(text: str, number: int) -> str:
    """Return a file's text with a helper, a function that uses it, and one that nothing uses."""
    return (
        f"{text.rstrip()}\n\n\n{_unused(number)}def _bench_helper_{number}(value):\n    return [value]\n\n\n"
        f"def bench_user_{number}(value):\n    return _bench_helper_{number}(value)\n"
    )


def _unused(number: int) -> str:
    return f"def _bench_unused_{number}(value):\n    return value\n\n\n"


def _unused_deleted(text: str, number: int) -> str:
    return text.replace(_unused(number), "")


def _inlined(text: str, number: int) -> str:
    start = text.index(f"def _bench_helper_{number}(")
    given, _, after = text[start:].partition("    return ")[2].partition("\n\n\n")
    return (text[:start] + after).replace(f"_bench_helper_{number}(value)", given)


def _renamed(text: str, number: int) -> str:
    return text.replace(f"_bench_helper_{number}", f"_bench_renamed_{number}")


def _added(text: str, number: int) -> str:
    return f"{text.rstrip()}\n\n\ndef _bench_added_{number}(value):\n    return bench_user_{number}(value)\n"


def _public_deleted(text: str, number: int) -> str:
    """Return the text without its public function, in the first file alone; a statement edited in the others."""
    return text[: text.index(f"def bench_user_{number}(")].rstrip() + "\n" if number == 0 else _added(text, number)


def _edited(text: str, number: int) -> str:
    """Return the text with a statement more in front of the last return of its function."""
    before, found, after = text.rpartition("    return ")
    return f"{before}    print(value, {number})\n{found}{after}"


KINDS: Mapping[str, Callable[[str, int], str]] = {
    "bodies edited": _edited,
    "functions added": _added,
    "helpers inlined": _inlined,
    "helpers renamed": _renamed,
    "unused functions deleted": _unused_deleted,
    "public function deleted": _public_deleted,
}
"""What each request does to each of its files."""
MOVED, FILE_DELETED, ROUTE_DELETED = "helpers moved", "file deleted", "route deleted"
EVERY = (*KINDS, MOVED, FILE_DELETED, ROUTE_DELETED)
"""All requests; in the last ones helpers go to a module of their own, and a file or a route goes besides edits."""
CODES = {"unused functions deleted": 3, "public function deleted": 1, ROUTE_DELETED: 1}
"""What the gate has to exit with, where that is not 0; with no evidence it cannot know of what nothing uses.

A page of Django's admin links to the route that goes.
"""
_LEFTOVER = "django/_bench_leftover.py"
_URLS = "django/contrib/admindocs/urls.py"


def prepared(cache: Path) -> Tree:
    """Return Django in a repository of its own with all branches, made anew."""
    tree = corpus.copied(f"django-{corpus.DJANGO.version}-gate", corpus.unpacked(corpus.DJANGO, cache), cache)
    chosen = _chosen(tree)
    _git(tree.path, "init", "-q", "-b", "main")
    for number, path in enumerate(chosen):
        place = tree.path / path
        place.write_text(helpers(place.read_text("utf-8"), number), "utf-8")
    _imported(tree.path / chosen[0], "from django._bench_leftover import _bench_leftover\n\n")
    used = (tree.path / chosen[0]).read_text("utf-8").replace("return [value]", "return [_bench_leftover(value)]")
    (tree.path / chosen[0]).write_text(used, "utf-8")
    (tree.path / _LEFTOVER).write_text("def _bench_leftover(value):\n    return value\n", "utf-8")
    _commit(tree.path, "base")
    for kind in EVERY:
        _branch(tree.path, kind)
        _edit(tree.path, kind, chosen)
        _commit(tree.path, kind)
    _git(tree.path, "checkout", "-q", "main")
    return corpus.tree(tree.name, tree.path)


def branch(kind: str) -> str:
    """Return the branch of a kind of request."""
    return kind.replace(" ", "-")


def _chosen(tree: Tree) -> list[str]:
    """Return as many files as a request touches, spread over all that have a statement to edit."""
    code = [path for path in tree.python if path.startswith("django/") and not any(part in path for part in _ASIDE)]
    fitting = [path for path in code if _fits(tree, path)]
    if len(fitting) < FILES:
        raise MeasuringError(f"{tree.name}: only {len(fitting)} files could be edited")
    return fitting[:: len(fitting) // FILES][:FILES]


def _fits(tree: Tree, path: str) -> bool:
    text = (tree.path / path).read_bytes().decode("utf-8", "replace")
    try:
        return len(text) > 3000 and "__all__" not in text and "\r" not in text and edits.statement(text, 1) != text
    except (StopIteration, SyntaxError):
        return False


def _edit(top: Path, kind: str, chosen: list[str]) -> None:
    """Edit the files of one request; of those that do something else in one file, all others get a function more."""
    edit = KINDS.get(kind, _added)
    if kind == MOVED:
        _move(top, chosen)
        return
    for number, path in enumerate(chosen):
        place = top / path
        place.write_text(edit(place.read_text("utf-8"), number), "utf-8")
    if kind == FILE_DELETED:
        place = top / chosen[0]
        text = place.read_text("utf-8").replace("from django._bench_leftover import _bench_leftover\n\n", "")
        place.write_text(text.replace("[_bench_leftover(value)]", "[value]"), "utf-8")
        (top / _LEFTOVER).unlink()
    elif kind == ROUTE_DELETED:
        place = top / _URLS
        lines = place.read_text("utf-8").splitlines(keepends=True)
        first = next(number for number, line in enumerate(lines) if line.lstrip().startswith("path("))
        last = next(number for number, line in enumerate(lines) if number >= first and line.startswith("    ),"))
        place.write_text("".join(lines[:first] + lines[last + 1 :]), "utf-8")


def _move(top: Path, chosen: list[str]) -> None:
    """Put every helper but the first into one new module, and import it where it was."""
    moved = []
    for number, path in enumerate(chosen):
        place = top / path
        text = place.read_text("utf-8")
        helper = f"def _bench_helper_{number}(value):\n    return [value]\n"
        if helper not in text:
            continue
        moved.append(helper)
        place.write_text(text.replace(f"{helper}\n\n", ""), "utf-8")
        _imported(place, f"from django.bench_helpers import _bench_helper_{number}\n\n")
    (top / "django" / "bench_helpers.py").write_text("\n\n".join(moved), "utf-8")


def _imported(place: Path, statement: str) -> None:
    """Put an import before a file's first statement that may follow one."""
    text = place.read_text("utf-8")
    lines, body = text.splitlines(keepends=True), ast.parse(text).body
    after = next((one for one in body if not _opening(one)), body[0])
    lines.insert(_first_line(after) - 1, statement)
    place.write_text("".join(lines), "utf-8")


def _opening(one: ast.stmt) -> bool:
    future = isinstance(one, ast.ImportFrom) and one.module == "__future__"
    return future or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))


def _first_line(one: ast.stmt) -> int:
    return min([one.lineno, *(decorator.lineno for decorator in getattr(one, "decorator_list", []))])


def _branch(top: Path, kind: str) -> None:
    _git(top, "checkout", "-q", "-b", branch(kind), "main")


def _commit(top: Path, message: str) -> None:
    _git(top, "add", "--all", "--force", ".")
    _git(top, *_AUTHOR, "commit", "-q", "--no-verify", "-m", message)


def _git(top: Path, *arguments: str) -> None:
    done = subprocess.run(["git", *arguments], cwd=top, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MeasuringError(f"git {arguments[0]} failed: {done.stderr.strip()[:200]}")
