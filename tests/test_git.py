"""Git as the stages see it."""

from pathlib import Path

import pytest

from auditor.errors import GitError
from auditor.git import Repository


def test_a_directory_outside_git_has_no_repository(tmp_path: Path) -> None:
    assert Repository.containing(tmp_path) is None


def test_a_repository_of_another_user_is_an_error_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Repository.init(tmp_path)
    # git's own switch for testing its ownership check, which needs no second user
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError, match=r"add safe\.directory"):
        Repository.containing(tmp_path)


def test_renames_are_changes_with_both_paths(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path)
    (tmp_path / "a.py").write_text("x = 1\n" * 20, "utf-8")
    repository.run("add", "-A")
    repository.run("commit", "-q", "-m", "one")
    (tmp_path / "a.py").rename(tmp_path / "b c.py")
    repository.run("add", "-A")
    repository.run("commit", "-q", "-m", "two")
    (change,) = repository.changes("HEAD~1", "HEAD")
    assert (change.status, change.old_path, change.path) == ("R", "a.py", "b c.py")
