"""Pull requests for the gate to judge: two that delete what is used, one that deletes what is dead.

In: the demonstration's repository. Out: branches with one commit each; `main` is checked out again afterwards.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from auditor.demo.build import commit_all
from auditor.git import Repository


class Branch(msgspec.Struct, frozen=True):
    """A pull request: its branch, its commit's subject, what it does to the tree, and what the gate ought to say."""

    name: str
    subject: str
    change: Callable[[Path], None]
    exit_code: int


def make(repository: Repository, branch: Branch, now: datetime) -> None:
    """Make the branch from `main` with one commit."""
    repository.run("checkout", "--quiet", "-b", branch.name, "main")
    try:
        branch.change(repository.root)
        commit_all(repository, branch.subject, now)
    finally:
        repository.run("checkout", "--quiet", "--force", "main")


def delete_helper(root: Path) -> None:
    """Delete the function that adds VAT to every price."""
    _replace(
        root / "shop/services/pricing.py",
        "def add_vat(cents):\n    return cents + cents * VAT_PERCENT // 100\n\n\n",
        "",
    )


def delete_serving_handler(root: Path) -> None:
    """Delete the assistant, since "the same path is defined in assistant_simple as well"."""
    (root / "shop/api/assistant.py").unlink()
    (root / "shop/services/chat.py").unlink()
    package = root / "shop/api/__init__.py"
    _replace(package, "import assistant, assistant_simple", "import assistant_simple")
    _replace(package, "router.include_router(assistant.router)\n", "")


def delete_island(root: Path) -> None:
    """Delete the old shop's importer, which nothing reaches."""
    shutil.rmtree(root / "shop/legacy")


BRANCHES = (
    Branch("tidy-pricing", "Remove the VAT helper", delete_helper, 1),
    Branch("remove-old-assistant", "Remove the assistant that is defined twice", delete_serving_handler, 1),
    Branch("remove-importer", "Remove the old shop's importer", delete_island, 0),
)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, f"{path} has changed; adapt the demonstration's branches"
    path.write_text(text.replace(old, new), "utf-8")
