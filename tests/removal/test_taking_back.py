"""Batches taken back where things are not simple: later work, other clones, squashed merges, several plans."""

from pathlib import Path

import msgspec
import pytest

from auditor.errors import GitError
from auditor.git import Repository
from auditor.removal import history, run, taking_back
from tests.removal.shop import NOW, apply, batch, commit_all, made, plan, state, step, take_back, two_batches


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return made(tmp_path / "project")


def write(repository: Repository, path: str, text: str) -> None:
    (repository.root / path).write_text(text, "utf-8")


def test_files_come_back_beside_later_changes_to_the_same_lines(repository: Repository) -> None:
    made_plan = plan(
        repository,
        batch(1, step(repository, "shop/prices.py", "dead", "os"), step(repository, "shop/island.py")),
    )
    apply(repository, made_plan, 1)
    write(repository, "shop/prices.py", "def live(one=1):\n    return one\n\n\ndef later():\n    return 2\n")
    later = commit_all(repository, "Add later")
    with pytest.raises(GitError, match=rf"same lines: {later[:12]} \(Add later\); run 'auditor rollback 1 --restore-"):
        take_back(repository, 1)
    taken = take_back(repository, 1, restore_files=True)
    assert not taken.restored
    assert taken.notes == (f"shop/prices.py: kept what was changed later: {later[:12]} (Add later)",)
    text = (repository.root / "shop/prices.py").read_text("utf-8")
    assert all(text.count(part) == 1 for part in ("import os\n", "def live(one=1)", "def dead()", "def later()"))
    assert (repository.root / "shop/island.py").exists()
    assert run.status(repository, made_plan)[0].state == "rolled_back"
    assert repository.modified() == ()


@pytest.mark.parametrize(
    ("later", "why"),
    [
        ("def live():\n    return 1\n\n\ndef dead():\n    return 'another'\n", r"cannot both stand \(dead"),
        ("def live(:\n", "would not parse"),
        (None, "it was deleted or renamed later"),
    ],
)
def test_what_cannot_stand_beside_a_later_change_is_refused_with_the_way_by_hand(
    repository: Repository, later: str | None, why: str
) -> None:
    made_plan = plan(repository, batch(1, step(repository, "shop/prices.py", "dead", "os")))
    apply(repository, made_plan, 1)
    if later is None:
        repository.run("rm", "-q", "shop/prices.py")
    else:
        write(repository, "shop/prices.py", later)
    commit_all(repository, "Change")
    before = state(repository)
    with pytest.raises(
        GitError, match=rf"shop/prices.py: .*{why}.*; restore it by hand: git checkout \w+\^ -- shop/pr"
    ):
        take_back(repository, 1, restore_files=True)
    assert state(repository) == before


def test_a_clone_without_tags_and_plans_takes_everything_back(repository: Repository, tmp_path: Path) -> None:
    made_plan = two_batches(repository)
    tree = repository.tree("HEAD")
    apply(repository, made_plan, 1)
    apply(repository, made_plan, 2)
    repository.run("clone", "-q", "--no-tags", str(repository.root), str(tmp_path / "clone"))
    clone = Repository(tmp_path / "clone")
    standing = history.applied(clone)
    assert [(one.number, one.needs, one.paths) for one in standing] == [
        (2, (1,), ("shop/latin.py", "shop/prices.py", "shop/windows.py")), (1, (), ("shop/island.py",))
    ]  # fmt: skip
    with pytest.raises(GitError, match="batch 2 rests on batch 1; run 'auditor rollback 2' first"):
        take_back(clone, 1)
    take_back(clone, 2)
    assert take_back(clone, 1).restored
    assert clone.tree("HEAD") == tree
    assert history.applied(clone) == ()


def test_batches_of_two_plans_do_not_collide(repository: Repository) -> None:
    first = plan(repository, batch(1, step(repository, "shop/island.py")))
    second = msgspec.structs.replace(
        plan(repository, batch(1, step(repository, "shop/windows.py", "dead"))), plan_id="2026-11-21-0000"
    )
    apply(repository, first, 1)
    other = apply(repository, second, 1)
    assert other.verified_tag == "auditor/2026-11-21-0000/b01/verified"
    with pytest.raises(GitError, match="of several plans; choose one with --plan: 2026-11-21-0000, 2026-11-21-3f9c"):
        taking_back.find(repository, 1)
    assert taking_back.find(repository, 1, "2026-11-21-3f9c").paths == ("shop/island.py",)


def test_a_squashed_merge_is_taken_back_file_by_file(repository: Repository) -> None:
    made_plan = two_batches(repository)
    base = repository.resolve("HEAD")
    first, second = apply(repository, made_plan, 1), apply(repository, made_plan, 2)
    messages = [repository.run("log", "-1", "--format=%B", one.commit) for one in (first, second)]
    repository.run("reset", "-q", "--soft", base)
    repository.run("commit", "-q", "-m", "\n\n".join(["Squash", *messages]))
    assert [one.alone for one in history.applied(repository)] == [False, False]
    with pytest.raises(GitError, match="holds more than batch 2, as after a squashed merge"):
        take_back(repository, 2)
    take_back(repository, 2, restore_files=True)
    assert repository.content("HEAD", "shop/prices.py") == repository.content(base, "shop/prices.py")
    assert repository.content("HEAD", "shop/island.py") is None
    take_back(repository, 1, restore_files=True)
    assert repository.tree("HEAD") == repository.tree(base)


def test_all_is_refused_before_anything_where_the_branch_cannot_move(repository: Repository, tmp_path: Path) -> None:
    made_plan = two_batches(repository)
    apply(repository, made_plan, 1)
    repository.run("worktree", "add", "-q", "--force", str(tmp_path / "second"), "main")
    with pytest.raises(GitError, match=r"the branch is checked out in .*second as well"):
        take_back(repository, 1)
    repository.run("worktree", "remove", "--force", str(tmp_path / "second"))
    write(repository, "shop/new.py", "NEW = 1\n")
    conflicting = commit_all(repository, "Add new")
    repository.run("checkout", "-q", "-b", "side", "HEAD^")
    write(repository, "shop/other.py", "OTHER = 1\n")
    commit_all(repository, "Add other")
    repository.run("merge", "-q", "--no-commit", conflicting)
    with pytest.raises(GitError, match="a merge is under way; finish it, or end it with 'git merge --abort'"):
        take_back(repository, 1)
    repository.run("merge", "--abort")
    repository.run("checkout", "-q", "--detach")
    taken = taking_back.rollback(repository, taking_back.find(repository, 1), now=NOW)
    assert repository.resolve("HEAD") == taken.commit
    assert repository.branch() is None
