"""Runs killed with SIGKILL, at every call of git that matters: the next run goes on, and nothing is half done."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from auditor.config import PlanConfig
from auditor.errors import GitError
from auditor.git import Repository
from auditor.model.plan import Plan
from auditor.removal import moving, run
from auditor.removal.one_at_a_time import alone
from tests.removal.shop import NOW, apply, made, state, take_back, two_batches

KILLER = """#!/bin/sh
case " $* " in *" {verb} "*)
  count=$(($(cat {counter} 2>/dev/null || echo 0) + 1)); echo $count > {counter}
  if [ $count = {number} ]; then
    {real} "$@"
    kill -9 $PPID; exit 1
  fi;;
esac
exec {real} "$@"
"""
NOTHING_RUNS = PlanConfig()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return made(tmp_path / "project")


def killed_at(scratch: Path, verb: str, number: int, action: "callable[[], object]") -> int:  # type: ignore[valid-type]
    """Run something in a child whose git kills it after a call of a verb; return the signal it ended by."""
    wrapper = scratch / f"{verb}-{number}" / "git"
    wrapper.parent.mkdir()
    real = shutil.which("git")
    wrapper.write_text(KILLER.format(verb=verb, number=number, real=real, counter=wrapper.with_name("count")))
    wrapper.chmod(0o755)
    child = os.fork()
    if child == 0:
        os.environ["PATH"] = f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}"
        try:
            action()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.parametrize(
    ("verb", "number"),
    [("commit-tree", 1), ("worktree add", 1), ("revert", 1), ("worktree remove", 1), ("merge", 1), ("tag -", 1),
     ("tag -", 2)],
)  # fmt: skip
def test_apply_goes_on_after_a_kill(repository: Repository, tmp_path: Path, verb: str, number: int) -> None:
    made_plan = two_batches(repository)
    before = state(repository)
    verb = "--no-sign" if verb == "tag -" else verb
    ended = killed_at(tmp_path, verb, number, lambda: apply(repository, made_plan, 1, NOTHING_RUNS))
    assert ended == signal.SIGKILL
    moved = repository.resolve("HEAD") != before[0]
    assert moved == (verb in ("merge", "--no-sign"))
    notes: list[str] = []
    if moved:
        with pytest.raises(GitError, match="applied already"):
            apply(repository, made_plan, 1, NOTHING_RUNS, on_progress=notes.append)
        assert "its tags are complete now" in notes[0]
    else:
        apply(repository, made_plan, 1, NOTHING_RUNS)
    assert repository.tags("*") == ("auditor/2026-11-21-3f9c/b01/before", "auditor/2026-11-21-3f9c/b01/verified")
    assert len(repository.worktrees()) == 1
    take_back(repository, 1)
    assert state(repository)[4:] == before[4:]
    assert sorted(repository.own_directory().glob("auditor*")) == [repository.own_directory() / "auditor.lock"]


def test_rollback_goes_on_after_a_kill(repository: Repository, tmp_path: Path) -> None:
    made_plan = two_batches(repository)
    before = state(repository)
    apply(repository, made_plan, 1, NOTHING_RUNS)
    assert killed_at(tmp_path, "revert", 1, lambda: take_back(repository, 1)) == signal.SIGKILL
    assert killed_at(tmp_path, "merge", 1, lambda: take_back(repository, 1)) == signal.SIGKILL
    assert run.status(repository, made_plan)[0].state == "rolled_back"
    assert state(repository)[4:] == before[4:]
    assert apply(repository, made_plan, 1, NOTHING_RUNS).verified_tag.endswith("verified-2")


def half_moved(repository: Repository, made_plan: Plan) -> str:
    """Leave what a git that was killed in the middle of the fast-forward of batch 2 leaves."""
    apply(repository, made_plan, 1, NOTHING_RUNS)
    head = repository.resolve("HEAD")
    new = apply(repository, made_plan, 2, NOTHING_RUNS, merge=False).commit
    moving._write(repository.own_directory() / moving._NOTE, moving._Move(head, new, (), NOW))
    (repository.root / "shop/windows.py").write_bytes(b"\xef\xbb\xbfLIVE = 1\r\n")
    (repository.root / "shop/latin.py").write_bytes(b"# coding: la")
    return new


def test_a_fast_forward_that_was_cut_short_is_taken_back(repository: Repository) -> None:
    made_plan = two_batches(repository)
    half_moved(repository, made_plan)
    lock = repository.own_directory() / "index.lock"
    lock.touch()
    with pytest.raises(GitError, match=r"git was stopped .* delete .*index.lock, then run again"):
        apply(repository, made_plan, 2, NOTHING_RUNS)
    lock.unlink()
    notes: list[str] = []
    assert apply(repository, made_plan, 2, NOTHING_RUNS, on_progress=notes.append).merged
    assert "the files are as they were before it" in notes[0]
    assert repository.modified() == ()


def test_what_the_user_wrote_after_a_kill_is_not_overwritten(repository: Repository) -> None:
    made_plan = two_batches(repository)
    half_moved(repository, made_plan)
    mine = repository.root / "shop/prices.py"
    mine.write_text("mine = 1\n")
    with pytest.raises(GitError, match=r"shop/prices.py: .* neither as before nor as after; save what you want"):
        apply(repository, made_plan, 2, NOTHING_RUNS)
    assert mine.read_text() == "mine = 1\n"
    repository.run("checkout", "HEAD", "--", "shop/prices.py")
    assert apply(repository, made_plan, 2, NOTHING_RUNS).merged


def test_two_runs_in_one_repository_do_not_meet(repository: Repository, tmp_path: Path) -> None:
    made_plan = two_batches(repository)
    repository.run("worktree", "add", "-q", "-b", "side", str(tmp_path / "second"))
    with alone(repository), pytest.raises(GitError, match="another 'auditor apply' or 'rollback' is at work here"):
        apply(Repository(tmp_path / "second"), made_plan, 1, NOTHING_RUNS)
    assert apply(Repository(tmp_path / "second"), made_plan, 1, NOTHING_RUNS).merged
    assert (repository.root / "shop/island.py").exists()
    assert not (tmp_path / "second/shop/island.py").exists()


def test_a_branch_that_moved_meanwhile_is_left_alone(repository: Repository, tmp_path: Path) -> None:
    made_plan = two_batches(repository)
    identity = "-c user.name=Test -c user.email=test@example.org"
    committing = f"git -C {repository.root} {identity} commit -q --allow-empty -m Meanwhile"
    with pytest.raises(GitError, match="HEAD moved while the batch was checked; nothing was changed; run it again"):
        apply(repository, made_plan, 1, PlanConfig(test_command=committing))
    assert repository.tags("*") == ()
    assert (repository.root / "shop/island.py").exists()
