"""Repositories as people have them: hooks, signing, filters, sparse files, submodules, no name, roots below the top."""

import os
from pathlib import Path

import pytest

from auditor.config import PlanConfig
from auditor.errors import GitError
from auditor.git import Repository
from auditor.removal import history
from tests.removal.shop import FILES, apply, batch, commit_all, made, plan, state, step, take_back, two_batches

NOTHING_RUNS = PlanConfig()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return made(tmp_path / "project")


def round_trip(repository: Repository) -> None:
    """Apply both batches and take them back: every byte and mode of the user's tree is as it was."""
    made_plan = two_batches(repository)
    before, tree = state(repository)[4:], repository.tree("HEAD")
    first, second = apply(repository, made_plan, 1, NOTHING_RUNS), apply(repository, made_plan, 2, NOTHING_RUNS)
    assert repository.resolve("HEAD") == second.commit
    assert repository.resolve(first.verified_tag) == first.commit
    assert repository.modified() == ()
    take_back(repository, 2)
    assert take_back(repository, 1).restored
    assert (state(repository)[4:], repository.tree("HEAD")) == (before, tree)


def test_signing_without_a_key_and_a_template_and_autostash_change_nothing(repository: Repository) -> None:
    for name, value in {
        "commit.gpgSign": "true", "tag.gpgSign": "true", "tag.forceSignAnnotated": "true", "gpg.program": "/bin/false",
        "commit.template": "/nowhere", "merge.ff": "false", "merge.autoStash": "true", "core.editor": "/bin/false",
        "merge.conflictStyle": "zdiff3", "diff.noprefix": "true", "color.ui": "always", "core.fileMode": "false",
        "rerere.enabled": "true", "diff.renames": "copies", "status.showUntrackedFiles": "no", "core.abbrev": "4",
        "advice.detachedHead": "true", "log.showSignature": "true", "status.relativePaths": "true",
    }.items():  # fmt: skip
        repository.run("config", name, value)
    round_trip(repository)


def test_filters_and_line_endings_of_attributes_keep_every_byte(repository: Repository) -> None:
    repository.run("config", "filter.shout.clean", "tr A-Z a-z")
    repository.run("config", "filter.shout.smudge", "tr a-z A-Z")
    attributes = "*.txt filter=shout\nshop/windows.py text eol=crlf\nshop/latin.py -text\nshop/prices.py text ident\n"
    (repository.root / ".gitattributes").write_text(attributes)
    (repository.root / "LOUD.txt").write_text("LOUD\n")
    commit_all(repository, "Add attributes")
    repository.run("rm", "-q", "--cached", "-r", ".")
    repository.run("reset", "-q", "--hard")
    round_trip(repository)
    assert (repository.root / "LOUD.txt").read_text() == "LOUD\n"
    assert repository.content("HEAD", "LOUD.txt") == b"loud\n"


def test_a_sparse_checkout_stays_sparse_and_is_tested_whole(repository: Repository) -> None:
    (repository.root / "docs").mkdir()
    (repository.root / "docs/page.md").write_text("page\n")
    commit_all(repository, "Add docs")
    repository.run("sparse-checkout", "set", "shop")
    assert not (repository.root / "docs").exists()
    made_plan = two_batches(repository)
    apply(repository, made_plan, 1, PlanConfig(test_command="ls docs/page.md check.py"))
    assert not (repository.root / "docs").exists()
    round_trip_tree = repository.tree("HEAD^")
    assert take_back(repository, 1).restored
    assert repository.tree("HEAD") == round_trip_tree
    assert not (repository.root / "docs").exists()


def test_submodules_are_left_where_they_are(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Repository.init(tmp_path / "other")
    (other.root / "lib.py").write_text("x = 1\n")
    commit_all(other, "Start")
    repository.run("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.root), "vendored")
    commit_all(repository, "Add a submodule")
    round_trip(repository)
    assert (repository.root / "vendored/lib.py").exists()


def test_who_commits_is_asked_before_anything_runs(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [key for key in os.environ if key.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    repository.run("config", "user.useConfigOnly", "true")
    before = state(repository)
    ran = repository.root.parent / "ran"
    with pytest.raises(GitError, match=r"git does not know who commits; set user.name and user.email"):
        apply(repository, two_batches(repository), 1, PlanConfig(test_command=f"touch {ran}"))
    assert state(repository) == before
    assert not ran.exists()


def test_several_batches_without_merging_stand_on_each_other(repository: Repository) -> None:
    made_plan = two_batches(repository)
    head = repository.resolve("HEAD")
    first = apply(repository, made_plan, 1, NOTHING_RUNS, merge=False)
    second = apply(repository, made_plan, 2, NOTHING_RUNS, merge=False, onto=first.commit)
    assert repository.resolve("HEAD") == head
    repository.run("merge", "-q", "--ff-only", second.verified_tag)
    assert [one.number for one in history.applied(repository)] == [2, 1]


def test_an_executable_and_names_that_differ_in_case_only(repository: Repository) -> None:
    blob = repository.run("hash-object", "-w", "--stdin", stdin=FILES["shop/prices.py"])
    repository.run("update-index", "--add", "--cacheinfo", f"100755,{blob},shop/Prices.py")
    repository.run("commit", "-q", "-m", "Add a twin")
    repository.run("checkout", "-q", "--", "shop/Prices.py")
    twin = step(repository, "shop/Prices.py", "dead", "os")
    apply(repository, plan(repository, batch(1, twin)), 1, NOTHING_RUNS)
    assert repository.entries("HEAD", ["shop/Prices.py"])["shop/Prices.py"][0] == "100755"
    assert repository.content("HEAD", "shop/prices.py") == FILES["shop/prices.py"]
    take_back(repository, 1)
    assert os.access(repository.root / "shop/Prices.py", os.X_OK)
