"""What a person found by reading a change, where a rule cannot tell.

In: `judged.toml` beside this module. Out: verdicts by repository and commit.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from measuring.history.asking import Answer
from measuring.history.truth import Truth

FILE = Path(__file__).resolve().parent / "judged.toml"


def verdicts(repository: str) -> dict[str, Truth]:
    """Return what is right for the judged changes of a repository, by the first 10 digits of the commit."""
    return read(FILE.read_text("utf-8"), repository)


def read(text: str, repository: str) -> dict[str, Truth]:
    """Return the verdicts that a file's text holds: `[REPOSITORY]`, `COMMIT = ["stop", "why"]`."""
    return {commit: Truth(*row) for commit, row in tomllib.loads(text).get(repository, {}).items()}


def corrected(answer: Answer, judged: Mapping[str, Truth]) -> Answer:
    """Return an answer with what a person says is right, where one has judged the change."""
    right = judged.get(answer.commit[:10])
    return answer if right is None else answer._replace(expected=right.expected, why=right.why)
