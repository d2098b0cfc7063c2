"""The two commits of a change, and the rules it is judged by.

In: two revisions as they were asked for, a loaded configuration. Out: where the change began, its head, the rules of
both. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from auditor.config import LoadedConfig
from auditor.git import Repository, starting_point
from auditor.pipeline.places import prefix_in, repository_of
from auditor.pipeline.policy import Policies, policies


class Commits(msgspec.Struct, frozen=True):
    """A change as it was asked for, and what git knows of it.

    Attributes:
        named: Base and head as they were asked for.
        onto: The commit that base names.
        base: Where the change began.
        ancestors: The best common ancestors; of several, as after merges crosswise, `base` is what they make together.
        head: The commit that head names.
        prefix: Of the audited root within the repository; empty, or ending in a slash.
    """

    repository: Repository
    prefix: str
    named: tuple[str, str]
    onto: str
    base: str
    ancestors: tuple[str, ...]
    head: str
    rules: Policies


def commits_of(loaded: LoadedConfig, base: str, head: str, environment: Mapping[str, str]) -> Commits:
    """Return the commits that two revisions name.

    Raises:
        ConfigError: No git repository is here, or base's configuration cannot be read.
        GitError: A revision is unknown, or history is too shallow to find where the change began.
    """
    repository = repository_of(loaded)
    after, onto = repository.resolve(head), repository.resolve(base)
    before, ancestors = starting_point(repository, onto, after)
    rules = policies(loaded, repository, before, after, environment)
    prefix = prefix_in(loaded, repository)
    return Commits(repository, prefix, (base, head), onto, before, ancestors, after, rules)
