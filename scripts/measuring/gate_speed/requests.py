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
    """Return a file's text with a helper and a function that uses it."""
    return (
        f"{text.rstrip()}\n\n\ndef _bench_helper_{number}(value):\n    return [value]\n\n\n"
        f"def bench_user_{number}(value):\n    return _bench_helper_{number}(value)\n"
    )


def _inlined(text: str, number: int) -> str:
    helper = f"def _bench_helper_{number}(value):\n    return [value]\n\n\n"
    return text.replace(helper, "").replace(f"_bench_helper_{number}(value)", "[value]")


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
    "public function deleted": _public_deleted,
}
"""What each request does to each of its files, besides `moved`, where helpers go to a module of their own."""
MOVED = "helpers moved"
STOPPED = ("public function deleted",)
"""Requests that the gate has to stop; all others it has to let pass."""


def prepared(cache: Path) -> Tree:
    """Return Django in a repository of its own with all branches, made anew."""
    tree = corpus.copied(f"django-{corpus.DJANGO.version}-gate", corpus.unpacked(corpus.DJANGO, cache), cache)
    chosen = _chosen(tree)
    _git(tree.path, "init", "-q", "-b", "main")
    for number, path in enumerate(chosen):
        place = tree.path / path
        place.write_text(helpers(place.read_text("utf-8"), number), "utf-8")
    _commit(tree.path, "base")
    for kind, edit in KINDS.items():
        _branch(tree.path, kind)
        for number, path in enumerate(chosen):
            place = tree.path / path
            place.write_text(edit(place.read_text("utf-8"), number), "utf-8")
        _commit(tree.path, kind)
    _branch(tree.path, MOVED)
    _move(tree.path, chosen)
    _commit(tree.path, MOVED)
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


def _move(top: Path, chosen: list[str]) -> None:
    """Put every helper into one new module, and import it where it was."""
    moved = []
    for number, path in enumerate(chosen):
        place = top / path
        text = place.read_text("utf-8")
        helper = f"def _bench_helper_{number}(value):\n    return [value]\n"
        moved.append(helper)
        lines = text.replace(f"{helper}\n\n", "").splitlines(keepends=True)
        body = ast.parse("".join(lines)).body
        after = next((one for one in body if not _opening(one)), body[0])
        lines.insert(_first_line(after) - 1, f"from django.bench_helpers import _bench_helper_{number}\n\n")
        place.write_text("".join(lines), "utf-8")
    (top / "django" / "bench_helpers.py").write_text("\n\n".join(moved), "utf-8")


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
