"""Exports of JavaScript and TypeScript taken out by `knip --fix`, in a worktree of its own.

In: a commit, paths, the command that runs Knip. Out: the new contents of these paths; whatever else Knip changes is let
be. The command is the user's own, from the configuration; nothing is installed, and the user's tree is only read.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from auditor.config import PlanConfig, parse_duration
from auditor.errors import EditError
from auditor.git import Repository
from auditor.removal.verify import Checkout, run_tests
from auditor.removal.worktrees import worktree

Fix = Callable[[str, Sequence[str]], Mapping[str, bytes]]
"""(commit, paths from the repository's top) -> path -> content without unused exports."""


def no_fix(_commit: str, paths: Sequence[str]) -> Mapping[str, bytes]:
    """Refuse; for whoever cannot run Knip.

    Raises:
        EditError: Always.
    """
    raise EditError(f"{paths[0]}: only Knip takes exports out of it; run 'auditor apply'")


class KnipFix:
    """Runs Knip once for each commit and set of paths.

    Args:
        repository: The user's repository.
        prefix: The audited root relative to the repository's top: empty, or ending in `/`.
        config: How the project's Knip is run, and for how long.
        environment: Of the command; by default the process's own.
    """

    def __init__(
        self, repository: Repository, prefix: str, config: PlanConfig, environment: Mapping[str, str] | None = None
    ) -> None:
        self._repository = repository
        self._prefix = prefix
        self._config = config
        self._environment = os.environ if environment is None else environment
        self._done: dict[tuple[str, tuple[str, ...]], Mapping[str, bytes]] = {}

    def __call__(self, commit: str, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Return path -> content after Knip took the unused exports out.

        Raises:
            EditError: Knip left one of the files as it was.
            ConfigError: Its command cannot be started.
        """
        key = commit, tuple(paths)
        if key not in self._done:
            self._done[key] = self._fixed(commit, paths)
        return self._done[key]

    def _fixed(self, commit: str, paths: Sequence[str]) -> Mapping[str, bytes]:
        original, command = self._repository.root / self._prefix, f"{self._config.knip} --fix"
        with worktree(self._repository, commit) as tree:
            root = tree.root / self._prefix
            lend_modules(root, original)
            timeout = parse_duration(self._config.timeout)
            done = run_tests(Checkout(root, original, ()), command, timeout, self._environment)
            contents = {path: (tree.root / path).read_bytes() for path in paths}
        for path, content in contents.items():
            if content == self._repository.content(commit, path):
                said = done.tail.strip().splitlines()
                more = f"; it said: {said[-1][:200]}" if said else ""
                raise EditError(f"{path}: `{command}` took no export out of it{more}")
        return contents


def lend_modules(root: Path, original: Path) -> None:
    """Let each package of a checkout use what is installed for it in the user's tree, by a link."""
    for manifest in sorted(root.glob("**/package.json")):
        place = manifest.parent.relative_to(root)
        installed, wanted = original / place / "node_modules", root / place / "node_modules"
        if installed.is_dir() and not wanted.exists() and "node_modules" not in place.parts:
            wanted.symlink_to(installed, target_is_directory=True)
