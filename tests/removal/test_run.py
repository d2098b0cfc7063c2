"""Batches applied and taken back in real repositories: all of it or nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.config import PlanConfig
from auditor.errors import AuditorError, ConfigError, EditError, GitError, VerificationError
from auditor.git import Repository
from auditor.model.plan import Step
from auditor.removal import run
from tests.removal.shop import FILES, NOW, apply, batch, commit_all, made, plan, state, step, take_back, two_batches


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return made(tmp_path / "project")


def test_apply_commits_tags_and_leaves_the_rest_alone(repository: Repository) -> None:
    made_plan = two_batches(repository)
    before = repository.resolve("HEAD")
    notes: list[str] = []
    first = apply(repository, made_plan, 1, on_progress=notes.append)
    second = apply(repository, made_plan, 2)
    assert repository.resolve("HEAD") == second.commit
    assert repository.run("rev-parse", "HEAD^", "HEAD^^") == f"{first.commit}\n{before}"
    assert (first.before_tag, first.verified_tag) == (
        "auditor/2026-11-21-3f9c/b01/before", "auditor/2026-11-21-3f9c/b01/verified"
    )  # fmt: skip
    assert repository.resolve(first.before_tag) == before
    assert repository.resolve(first.verified_tag) == first.commit
    assert repository.run("cat-file", "-t", f"refs/tags/{first.verified_tag}") == "tag"
    assert not (repository.root / "shop/island.py").exists()
    assert (repository.root / "shop/prices.py").read_bytes() == b"def live():\n    return 1\n"
    assert (repository.root / "shop/windows.py").read_bytes() == b"\xef\xbb\xbfLIVE = 1\r\n"
    assert (repository.root / "shop/latin.py").read_bytes() == b"# coding: latin-1\nNAME = '\xe9'\n"
    assert repository.uncommitted() == ()
    assert [v.passed for v in first.verifications] == [True, True]
    assert any("rollback rehearsed" in note for note in notes)
    assert [entry.state for entry in run.status(repository, made_plan)] == ["applied", "applied"]


def test_the_commit_says_what_it_is_and_nothing_can_be_forged(repository: Repository) -> None:
    applied = apply(repository, two_batches(repository), 1)
    message = repository.run("log", "-1", "--format=%B", applied.commit)
    assert message.rstrip().splitlines()[-2:] == ["Auditor-Batch: 2026-11-21-3f9c/1", "Auditor-Evidence: sha256:ab"]
    assert "shop.island:" in message
    assert (
        repository.run("log", "-1", "--format=%an %at %ct", applied.commit)
        == f"Test {NOW.timestamp():.0f} {NOW.timestamp():.0f}"
    )


def test_rollback_gives_every_byte_and_mode_back(repository: Repository) -> None:
    made_plan = two_batches(repository)
    before = state(repository)[4:]
    tree = repository.tree("HEAD")
    apply(repository, made_plan, 1)
    apply(repository, made_plan, 2)
    with pytest.raises(GitError, match="batch 2 rests on batch 1; run 'auditor rollback 2' first"):
        take_back(repository, 1)
    assert take_back(repository, 2).restored
    back = take_back(repository, 1)
    assert repository.tree("HEAD") == tree
    assert state(repository)[4:] == before
    assert back.commit == repository.resolve("HEAD")
    assert "Auditor-Rollback: 2026-11-21-3f9c/1" in repository.run("log", "-1", "--format=%B")
    assert [entry.state for entry in run.status(repository, made_plan)] == ["rolled_back", "rolled_back"]
    with pytest.raises(GitError, match="batch 1 is not applied on this branch"):
        take_back(repository, 1)


def test_a_batch_applied_again_gets_tags_of_its_own(repository: Repository) -> None:
    made_plan = two_batches(repository)
    first = apply(repository, made_plan, 1)
    with pytest.raises(GitError, match=f"batch 1 of plan 2026-11-21-3f9c is applied already by {first.commit[:12]}"):
        apply(repository, made_plan, 1)
    take_back(repository, 1)
    again = apply(repository, made_plan, 1)
    assert again.verified_tag == "auditor/2026-11-21-3f9c/b01/verified-2"
    assert repository.resolve(first.verified_tag) == first.commit
    assert run.status(repository, made_plan)[0].commit == again.commit


def test_a_plain_git_revert_counts_as_taken_back(repository: Repository) -> None:
    made_plan = two_batches(repository)
    apply(repository, made_plan, 1)
    repository.run("revert", "--no-edit", "HEAD")
    assert run.status(repository, made_plan)[0].state == "rolled_back"
    repository.run("revert", "--no-edit", "HEAD")
    assert run.status(repository, made_plan)[0].state == "applied"


def test_dry_run_is_the_patch_and_changes_nothing(repository: Repository) -> None:
    made_plan = two_batches(repository)
    before = state(repository)
    patch = run.diff(repository, "", made_plan, 1, now=NOW)
    assert "deleted file mode" in patch and "-from shop.prices import dead" in patch
    assert state(repository) == before
    applied = apply(repository, made_plan, 1)
    assert repository.patch(f"{applied.commit}^", applied.commit) + "\n" == patch


def test_batches_wait_for_what_they_depend_on(repository: Repository) -> None:
    with pytest.raises(GitError, match="batch 2 needs batch 1 first; run 'auditor apply 1'"):
        apply(repository, two_batches(repository), 2)


def test_unknown_batches_are_named(repository: Repository) -> None:
    with pytest.raises(GitError, match="has no batch 7; it has 1, 2"):
        apply(repository, two_batches(repository), 7)


@pytest.mark.parametrize(
    ("config", "error", "message"),
    [
        (PlanConfig(test_command=f"{sys.executable} -c 'print(\"it broke\"); raise SystemExit(3)'"),
         VerificationError, "it broke"),
        (PlanConfig(smoke=("shop.island",)), VerificationError, "No module named 'shop.island'"),
        (PlanConfig(smoke=("shop.main:missing",)), VerificationError, "has no attribute 'missing'"),
        (PlanConfig(smoke=("import os; os.system('x')",)), ConfigError, "is not 'module:attribute'"),
        (PlanConfig(test_command="no-such-program-anywhere"), ConfigError, "cannot be started"),
        (PlanConfig(test_command="'"), ConfigError, "cannot be split"),
        (PlanConfig(test_command=f"{sys.executable} -c 'import time; time.sleep(60)'", timeout="1s"),
         VerificationError, "stopped after 1 s"),
    ],
)  # fmt: skip
def test_a_failed_verification_leaves_nothing_behind(
    repository: Repository, config: PlanConfig, error: type[AuditorError], message: str
) -> None:
    made_plan = two_batches(repository)
    before = state(repository)
    with pytest.raises(error, match=message):
        apply(repository, made_plan, 1, config)
    assert state(repository) == before
    assert apply(repository, made_plan, 1).merged


def test_failing_verification_ends_with_exit_code_1() -> None:
    assert VerificationError.exit_code == 1


def test_uncommitted_changes_are_refused(repository: Repository) -> None:
    made_plan = two_batches(repository)
    (repository.root / "shop/main.py").write_text("x = 1\n")
    with pytest.raises(GitError, match=r"shop/main.py has uncommitted changes; commit or stash them first"):
        apply(repository, made_plan, 1)
    repository.run("checkout", "-q", "--", "shop/main.py")
    (repository.root / "notes.txt").write_text("untracked files are fine")
    apply(repository, made_plan, 1)
    (repository.root / "shop/main.py").write_text("x = 1\n")
    with pytest.raises(GitError, match=r"shop/main.py has uncommitted changes"):
        take_back(repository, 1)


def test_an_untracked_file_in_the_way_stops_the_rollback_untouched(repository: Repository) -> None:
    made_plan = two_batches(repository)
    apply(repository, made_plan, 1)
    (repository.root / "shop/island.py").write_text("mine = 1\n")
    before = state(repository)
    with pytest.raises(GitError, match="untracked working tree files would be overwritten"):
        take_back(repository, 1)
    assert state(repository) == before


def test_code_that_moved_since_the_plan_is_refused(repository: Repository) -> None:
    made_plan = two_batches(repository)
    prices = repository.root / "shop/prices.py"
    prices.write_text(prices.read_text().replace("os.name", "os.sep"))
    (repository.root / "shop/island.py").write_text("from shop.prices import dead\n\nprint(dead, 1)\n")
    commit_all(repository, "Change both")
    with pytest.raises(GitError, match=r"what it removes from shop/island.py changed after the plan was made"):
        apply(repository, made_plan, 1)
    loose = msgspec.structs.replace(made_plan, batches=(batch(2, *made_plan.batches[1].steps),))
    with pytest.raises(GitError, match=r"what it removes from shop/prices.py changed after the plan was made"):
        apply(repository, loose, 2)


def test_changes_around_a_definition_do_not_matter(repository: Repository) -> None:
    made_plan = plan(repository, batch(1, step(repository, "shop/windows.py", "dead")))
    windows = repository.root / "shop/windows.py"
    windows.write_bytes(windows.read_bytes() + b"MORE = 2\r\n")
    commit_all(repository, "Add")
    assert apply(repository, made_plan, 1).paths == ("shop/windows.py",)
    assert windows.read_bytes() == b"\xef\xbb\xbfLIVE = 1\r\nMORE = 2\r\n"


def test_a_plans_own_batches_may_touch_a_file_twice(repository: Repository) -> None:
    edited = batch(1, step(repository, "shop/latin.py", "DEAD"))
    deleted = batch(2, step(repository, "shop/latin.py"), depends_on=(1,))
    made_plan = plan(repository, edited, deleted)
    apply(repository, made_plan, 1)
    assert apply(repository, made_plan, 2).paths == ("shop/latin.py",)


def test_a_hash_that_was_never_right_is_refused(repository: Repository) -> None:
    wrong = Step("shop/latin.py", "edit", ("shop.latin:DEAD",), {"shop.latin:DEAD": "0" * 32})
    with pytest.raises(GitError, match=r"shop.latin:DEAD in shop/latin.py is not what the plan was made for"):
        apply(repository, plan(repository, batch(1, wrong)), 1)


def test_what_cannot_be_edited_is_said_with_its_file(repository: Repository) -> None:
    made_plan = plan(repository, batch(1, step(repository, "shop/prices.py", "live")))
    assert apply(repository, made_plan, 1, PlanConfig()).verifications == ()
    main = plan(repository, batch(1, step(repository, "shop/main.py", "prices")))
    main = msgspec.structs.replace(main, plan_id="other")
    with pytest.raises(EditError, match=r"shop/main.py: shop.main:5: cannot remove prices: it is still used here"):
        apply(repository, main, 1)
    absent = msgspec.structs.replace(
        plan(repository, batch(1, step(repository, "shop/main.py", "nothing"))), plan_id="third"
    )
    with pytest.raises(EditError, match=r"shop/main.py: nothing to remove"):
        apply(repository, absent, 1)


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../outside.py", "shop/../../outside.py", ".git/config", "shop/.GIT/config", "shop/link.py",
     "linked/prices.py", "vendored", "shop", "shop/absent.py", "shop//prices.py", "-rf", ":(glob)**", "a\nb.py"],
)  # fmt: skip
def test_paths_of_a_plan_are_not_trusted(repository: Repository, path: str, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("x = 1\n")
    (repository.root / "shop/link.py").symlink_to(tmp_path / "outside.py")
    (repository.root / "linked").symlink_to("shop")
    commit = repository.resolve("HEAD")
    repository.run("update-index", "--add", "--cacheinfo", f"160000,{commit},vendored")
    repository.run("add", "-A", "shop", "linked")
    repository.run("commit", "-q", "-m", "Add links and a submodule")
    for one in (Step(path, "delete_file", ("m:",)), Step(path, "edit", ("m:x",))):
        with pytest.raises(GitError, match=r"batch 1: .* make the plan again"):
            run.diff(repository, "", plan(repository, batch(1, one)), 1, now=NOW)
    assert (tmp_path / "outside.py").read_text() == "x = 1\n"


def test_a_hostile_plan_id_is_refused(repository: Repository) -> None:
    hostile = msgspec.structs.replace(two_batches(repository), plan_id="../../heads/main")
    with pytest.raises(GitError, match=r"plan id '../../heads/main' is not one"):
        apply(repository, hostile, 1)


def test_hooks_of_the_repository_do_not_run(repository: Repository, tmp_path: Path) -> None:
    for hook in ("pre-commit", "commit-msg", "post-checkout", "post-merge", "post-commit", "reference-transaction"):
        place = repository.root / ".git/hooks" / hook
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"#!/bin/sh\ntouch {tmp_path}/hook-{hook}\nexit 1\n")
        place.chmod(0o755)
    made_plan = two_batches(repository)
    apply(repository, made_plan, 1)
    take_back(repository, 1)
    assert not list(tmp_path.glob("hook-*"))


def test_line_ending_conversion_of_the_users_tree_is_gits_own_affair(tmp_path: Path) -> None:
    repository = made(tmp_path / "project")
    repository.run("config", "core.autocrlf", "true")
    (repository.root / "shop/prices.py").unlink()
    repository.run("checkout", "-q", "--", "shop/prices.py")
    before = (repository.root / "shop/prices.py").read_bytes()
    assert b"\r\n" in before
    made_plan = two_batches(repository)
    apply(repository, made_plan, 1)
    apply(repository, made_plan, 2)
    assert repository.content("HEAD", "shop/prices.py") == b"def live():\n    return 1\n"
    assert repository.content("HEAD", "shop/windows.py") == b"\xef\xbb\xbfLIVE = 1\r\n"
    assert repository.modified() == ()
    take_back(repository, 2)
    assert (repository.root / "shop/prices.py").read_bytes() == before


def test_no_merge_leaves_the_branch_alone(repository: Repository) -> None:
    made_plan = two_batches(repository)
    head = repository.resolve("HEAD")
    applied = apply(repository, made_plan, 1, merge=False)
    assert not applied.merged
    assert repository.resolve("HEAD") == head
    assert (repository.root / "shop/island.py").exists()
    repository.run("merge", "-q", "--ff-only", applied.verified_tag)
    assert run.status(repository, made_plan)[0].state == "applied"


def test_rollback_names_later_commits_on_the_same_lines(repository: Repository) -> None:
    made_plan = plan(repository, batch(1, step(repository, "shop/prices.py", "dead", "os")))
    apply(repository, msgspec.structs.replace(made_plan), 1)
    (repository.root / "shop/prices.py").write_text("def live():\n    return 2\n\n\nNEW = 1\n")
    later = commit_all(repository, "Add a price")
    before = state(repository)
    with pytest.raises(GitError, match=rf"later commits changed the same lines: {later[:12]} \(Add a price\); run"):
        take_back(repository, 1)
    assert state(repository) == before


def test_rollback_keeps_later_work_elsewhere(repository: Repository) -> None:
    made_plan = two_batches(repository)
    apply(repository, made_plan, 1)
    (repository.root / "shop/new.py").write_text("NEW = 1\n")
    commit_all(repository, "Add new")
    assert not take_back(repository, 1).restored
    assert (repository.root / "shop/new.py").exists() and (repository.root / "shop/island.py").exists()


def test_an_audited_root_below_the_top(tmp_path: Path) -> None:
    inner = made(tmp_path / "project")
    (tmp_path / "project" / ".git").rename(tmp_path / ".git")
    repository = Repository(tmp_path)
    commit_all(repository, "Move down")
    assert inner.root.exists()
    made_plan = plan(repository, batch(1, step(repository, "shop/island.py", prefix="project/")))
    applied = apply(repository, made_plan, 1, prefix="project/")
    assert applied.paths == ("project/shop/island.py",)
    take_back(repository, 1)
    assert (tmp_path / "project/shop/island.py").exists()


DRIVER = """
import msgspec, pathlib, sys
from datetime import UTC, datetime
from auditor.config import PlanConfig
from auditor.git import Repository
from auditor.model.plan import Plan
from auditor.removal import run
root, plan, command = sys.argv[1:]
plan = msgspec.json.decode(pathlib.Path(plan).read_bytes(), type=Plan)
run.apply(
    Repository(pathlib.Path(root)), plan, 1, config=PlanConfig(test_command=command), roots=("",), now=datetime.now(UTC)
)
"""


def test_a_killed_run_leaves_a_state_in_which_apply_works(repository: Repository, tmp_path: Path) -> None:
    made_plan = two_batches(repository)
    before = state(repository)
    (tmp_path / "plan.json").write_bytes(msgspec.json.encode(made_plan))
    (tmp_path / "slow.py").write_text(f"import time\nopen({str(tmp_path / 'started')!r}, 'w')\ntime.sleep(15)\n")
    arguments = [str(repository.root), str(tmp_path / "plan.json"), f"{sys.executable} {tmp_path / 'slow.py'}"]
    child = subprocess.Popen(
        [sys.executable, "-c", DRIVER, *arguments], env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "started").exists():
        assert child.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    left = repository.worktrees()[1:]
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert len(left) == 1
    assert left[0].exists()
    assert (repository.resolve("HEAD"), repository.run("for-each-ref")) == before[:2]
    assert apply(repository, made_plan, 1).merged
    assert not left[0].parent.exists()
    take_back(repository, 1)
    assert state(repository)[4:] == before[4:]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.sampled_from(["shop/prices.py", "shop/windows.py", "shop/latin.py", "check.py"]), min_size=1),
    st.binary(max_size=40).map(lambda raw: b"# " + raw.replace(b"\n", b"").replace(b"\r", b"").replace(b"\0", b"")),
    st.sampled_from([b"", b"\n", b"\r\n", b"\n\n\n"]),
)
def test_apply_then_rollback_restores_the_tree(
    tmp_path_factory: pytest.TempPathFactory, paths: set[str], odd: bytes, end: bytes
) -> None:
    repository = made(tmp_path_factory.mktemp("any") / "project")
    (repository.root / "shop/latin.py").write_bytes(FILES["shop/latin.py"] + odd + end)
    commit_all(repository, "Vary")
    names = {"shop/prices.py": ("dead", "os"), "shop/windows.py": ("dead",), "shop/latin.py": ("DEAD",)}
    made_plan = plan(repository, batch(1, *(step(repository, path, *names.get(path, ())) for path in sorted(paths))))
    tree, before = repository.tree("HEAD"), state(repository)[4:]
    apply(repository, made_plan, 1, PlanConfig())
    assert repository.tree("HEAD") != tree
    take_back(repository, 1)
    assert repository.tree("HEAD") == tree
    assert state(repository)[4:] == before
