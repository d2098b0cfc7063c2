"""Where a change begins and what a clone lacks: merges crosswise, shallow clones, revisions that are not there."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.config import load
from auditor.errors import GitError
from auditor.git import Repository
from auditor.model.gate import GateResult
from tests.changes import reasons
from tests.production import NOW, Project

APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"
SHOP = {"shop/__init__.py": "", "shop/main.py": APP, "shop/spare.py": "def spare():\n    return 1\n"}


def route(name: str) -> str:
    return f'\n\n@app.get("/{name}")\ndef {name}():\n    return 1\n'


def judge(root: Path, base: str, head: str) -> GateResult:
    return pipeline.gate(load(root), base, head, days=None, now=NOW, environment={})


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    project = Project(tmp_path, SHOP)
    project.watch({"GET /x": 3}, {"GET /x": "shop.main:x"})
    project.collect()
    return project


def test_what_one_of_two_common_ancestors_has_may_not_go(shop: Project) -> None:
    git = shop.repository.run
    git("checkout", "-q", "-b", "left", "main")
    left = shop.commit({"shop/main.py": APP + route("x")}, days_ago=3)
    git("checkout", "-q", "-b", "right", "main")
    right = shop.commit({"shop/other.py": "o = 1\n"}, days_ago=2)
    git("merge", "-q", "-m", "crosswise", left)
    git("checkout", "-q", "left")
    git("merge", "-q", "-m", "crosswise", right)
    shop.commit({"shop/main.py": APP}, days_ago=1)
    result = judge(shop.root, "right", "left")
    assert reasons(result) == {"shop.main:x": "called"}
    assert result.base in (left, right)
    assert any("crosswise" in note and left[:12] in note and right[:12] in note for note in result.notes)
    git("checkout", "-q", "-b", "clash", "main")
    one = shop.commit({"shop/spare.py": "def spare():\n    return 2\n"})
    git("checkout", "-q", "-b", "clash2", "main")
    shop.commit({"shop/spare.py": "def spare():\n    return 3\n"})
    git("merge", "-q", "-s", "ours", "-m", "crosswise", one)
    git("checkout", "-q", "clash")
    git("merge", "-q", "-s", "ours", "-m", "crosswise", "clash2~1")
    with pytest.raises(GitError, match="merge base into the change"):
        judge(shop.root, "clash2", "clash")


def test_a_merge_as_head_is_judged_against_its_base(shop: Project) -> None:
    git = shop.repository.run
    shop.commit({"shop/main.py": APP + route("x")})
    shop.branch("used", {"shop/main.py": APP})
    git("checkout", "-q", "-b", "queue", "main")
    shop.commit({"shop/more.py": "m = 1\n"}, days_ago=0)
    git("merge", "-q", "--no-ff", "-m", "as the platform merges", "used")
    for base in ("HEAD^1", "main", "HEAD~1"):
        assert reasons(judge(shop.root, base, "HEAD")) == {"shop.main:x": "called"}
    stacked = judge(shop.root, "used", "HEAD")
    assert stacked.passed, stacked.breaches
    assert stacked.deleted == 0


def test_uncommitted_edits_are_not_judged_and_that_is_said(shop: Project) -> None:
    shop.branch("dead", {"shop/spare.py": None})
    shop.repository.run("checkout", "-q", "--detach", "dead")
    (shop.root / "shop/main.py").write_text("", "utf-8")
    result = judge(shop.root, "main", "HEAD")
    assert (result.deleted, result.stopped) == (1, ())
    assert "shop/main.py has uncommitted changes, which are not judged: the commit is" in result.notes
    assert not [note for note in judge(shop.root, "main", "dead").notes if "uncommitted" in note]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("origin"), SHOP)
    project.commit({"shop/more.py": "m = 1\n"})
    project.branch("change", {"shop/spare.py": None})
    project.commit({"shop/more.py": "m = 2\n"})
    return project


Cloned = Callable[..., Path]


@pytest.fixture
def clone(origin: Project, tmp_path: Path) -> Cloned:
    def make(*arguments: str) -> Path:
        target = tmp_path / "clone"
        subprocess.run(["git", "clone", "-q", *arguments, origin.root.as_uri(), str(target)], check=True)
        return target

    return make


def test_a_shallow_clone_names_what_brings_the_rest(clone: Cloned, origin: Project) -> None:
    root = clone("--depth", "1", "--branch", "change")
    deep = "git fetch --unshallow"
    for base, mend in (
        ("origin/main", f"'{deep} origin main:refs/remotes/origin/main'"),
        ("main", f"'{deep} origin main:main'"),
        (origin.repository.resolve("main"), f"'{deep} origin {origin.repository.resolve('main')}'"),
        ("HEAD~1", f"'{deep}'"),
    ):
        with pytest.raises(GitError, match="fetch-depth: 0") as caught:
            judge(root, base, "HEAD")
        assert mend in str(caught.value)
    repository = Repository(root)
    repository.run("fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    with pytest.raises(GitError, match=r"no common ancestor of .* shallow clone: run 'git fetch --unshallow'"):
        judge(root, "origin/main", "HEAD")
    repository.run("fetch", "-q", "--unshallow", "origin", "main:refs/remotes/origin/main")
    assert judge(root, "origin/main", "HEAD").deleted == 1


def test_an_ancestor_that_may_not_be_the_nearest_is_not_believed(shop: Project, tmp_path: Path) -> None:
    git = shop.repository.run
    git("checkout", "-q", "-b", "side", "main")
    side = shop.commit({"shop/side.py": "s = 1\n"})
    git("checkout", "-q", "main")
    parted = shop.commit({"shop/main.py": APP + route("x")})
    for branch in ("change", "main"):
        git("checkout", "-q", *(["-b"] if branch == "change" else []), branch)
        for at in range(3):
            shop.commit({f"shop/{branch}_more.py": f"m = {at}\n"})
        git("merge", "-q", "--no-ff", "-m", "side", "side")
    git("checkout", "-q", "change")
    shop.commit({"shop/main.py": APP})
    assert reasons(judge(shop.root, "main", "change")) == {"shop.main:x": "called"}
    clone = tmp_path / "clone"
    command = ["git", "clone", "-q", "--no-single-branch", "--depth", "3", shop.root.as_uri(), str(clone)]
    subprocess.run(command, check=True)
    cut = Repository(clone)
    assert cut.run("merge-base", "--all", "origin/main", "origin/change") == side != parted
    with pytest.raises(GitError, match="is not certain: this is a shallow clone; run 'git fetch --unshallow'"):
        judge(clone, "origin/main", "origin/change")
    assert judge(clone, "origin/change~1", "origin/change").deleted == 1


def test_a_revision_that_is_not_here_is_named_with_what_brings_it(clone: Cloned) -> None:
    root = clone("--single-branch", "--branch", "change")
    for base, mend in (
        ("origin/main", "'git fetch origin main:refs/remotes/origin/main'"),
        ("v1.2", "'git fetch origin v1.2:v1.2'"),
        ("HEAD~99", "no such ancestor"),
        ("", "variable of the CI"),
        ("a;b", "'git fetch origin' first"),
    ):
        with pytest.raises(GitError) as caught:
            judge(root, base, "HEAD")
        assert mend in str(caught.value)
    Repository(root).run("fetch", "-q", "origin", "main:refs/remotes/origin/main")
    with pytest.raises(GitError, match="did you mean 'origin/main'"):
        judge(root, "main", "HEAD")


def test_histories_that_share_nothing_and_bare_repositories_are_errors(shop: Project, tmp_path: Path) -> None:
    shop.repository.run("checkout", "-q", "--orphan", "alone")
    shop.repository.run("commit", "-q", "-m", "alone")
    with pytest.raises(GitError, match="share no history: name as base"):
        judge(shop.root, "main", "alone")
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(shop.root), str(bare)], check=True)
    with pytest.raises(GitError, match=r"bare repository .* 'git worktree add DIR'"):
        judge(bare, "main", "alone")


def test_links_submodules_and_names_that_nobody_can_read(shop: Project, tmp_path: Path) -> None:
    git = shop.repository.run
    library = tmp_path / "library"
    library.mkdir()
    other = Repository.init(library)
    (library / "lib.py").write_text("x = 1\n", "utf-8")
    other.run("add", "--all")
    other.run("commit", "-q", "-m", "library")
    git("-c", "protocol.file.allow=always", "submodule", "add", "-q", library.as_uri(), "vendored")
    (shop.root / "shop/link.py").symlink_to("spare.py")
    (shop.root / "shop/odd\n.py").write_text("x = 1\n", "utf-8")
    (shop.root / "words").symlink_to("shop/words.txt")
    (shop.root / "package").symlink_to("shop")
    shop.commit({"shop/words.txt": "a\n"})

    git("checkout", "-q", "-b", "bumped", "main")
    (library / "lib.py").write_text("y = 1\n", "utf-8")
    other.run("commit", "-q", "-a", "-m", "less")
    (shop.root / "new.txt").write_text("", "utf-8")
    git("update-index", "--cacheinfo", f"160000,{other.resolve('HEAD')},vendored")
    git("commit", "-q", "-m", "bump")
    git("checkout", "-q", "-f", "main")
    result = judge(shop.root, "main", "bumped")
    assert result.passed, result.undecidable
    assert [note for note in result.notes if note.startswith("vendored is a submodule at another commit")]

    shop.branch("target", {"shop/spare.py": None})
    assert "shop/link.py is a symbolic link to shop/spare.py" in str(judge(shop.root, "main", "target").unknowns)
    shop.branch("words", {"words": None})
    assert judge(shop.root, "main", "words").passed
    shop.branch("package", {"package": None})
    assert "package cannot be known: it is a symbolic link" in str(judge(shop.root, "main", "package").undecidable)
    shop.branch("odd", {"shop/odd\n.py": "y = 1\n"})
    assert "its name is no printable text" in str(judge(shop.root, "main", "odd").undecidable)
    shop.branch("else", {"shop/main.py": APP + route("y")})
    assert judge(shop.root, "main", "else").passed
