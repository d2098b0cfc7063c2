import os
import subprocess
from pathlib import Path

import msgspec
import pytest

from auditor.analysis.discover import classify, discover, discover_commit, read_commit, read_content, read_sources
from auditor.config import AuditConfig
from auditor.git import Repository

CONFIG = AuditConfig()


def write(root: Path, *paths: str, text: str = "x = 1\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def git(root: Path, *args: str) -> None:
    subprocess.run(["git", *args], cwd=root, check=True, capture_output=True)


def modules(root: Path, config: AuditConfig = CONFIG) -> dict[str, str]:
    return {one.path: one.module for one in discover(root, config).files}


def test_ignored_files_are_left_out_with_and_without_git(tmp_path: Path) -> None:
    write(
        tmp_path, "a.py", "gen/b.py", "keep/gen.py", "sub/local.py", ".venv/lib/c.py", "node_modules/d.py", "build/e.py"
    )
    (tmp_path / ".gitignore").write_text("gen/\n")
    (tmp_path / "sub/.gitignore").write_text("/local.py\n")
    expected = {"a.py", "keep/gen.py"}
    assert modules(tmp_path).keys() == expected
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "a.py")
    assert modules(tmp_path).keys() == expected


def test_a_folder_of_a_repository_is_its_own_root(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "other/z.py", "service/app/__init__.py", "service/app/main.py")
    assert modules(tmp_path / "service") == {"app/__init__.py": "app", "app/main.py": "app.main"}


def test_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root, "pkg/a.py")
    write(tmp_path, "outside.py")
    (root / "pkg/loop").symlink_to(root / "pkg")
    (root / "self.py").symlink_to(root / "self.py")
    (root / "out.py").symlink_to(tmp_path / "outside.py")
    (root / "twin.py").symlink_to(root / "pkg/a.py")
    found = discover(root, CONFIG)
    assert [one.path for one in found.files] == ["pkg/a.py"]
    assert {one.path for one in found.problems} == {"self.py", "out.py"}


def test_an_unreadable_file_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.py", "b.py")
    read = read_content

    def refuse(path: str) -> bytes:  # root could read a file without permissions
        if path.endswith("b.py"):
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr("auditor.analysis.discover.read_content", refuse)
    found = discover(tmp_path, CONFIG)
    assert [one.path for one in found.files] == ["a.py"]
    assert [one.path for one in found.problems] == ["b.py"]


def test_a_deleted_tracked_file_is_left_out(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "a.py", "b.py")
    git(tmp_path, "add", ".")
    (tmp_path / "b.py").unlink()
    assert modules(tmp_path).keys() == {"a.py"}


def test_names_that_are_no_text_are_problems(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    (tmp_path / os.fsdecode(b"b\xff.py")).write_text("")
    found = discover(tmp_path, CONFIG)
    assert [one.path for one in found.files] == ["a.py"]
    assert len(found.problems) == 1


def test_scripts_without_a_suffix_are_found_by_their_first_line(tmp_path: Path) -> None:
    write(tmp_path, "bin/run", "bin/other", text="#!/usr/bin/env python3\n")
    (tmp_path / "bin/run").chmod(0o755)
    assert modules(tmp_path) == {"bin/run": "bin.run"}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["src/a/__init__.py", "src/a/b.py", "tests/test_a.py"], ["a", "a.b", "tests.test_a"]),
        (["src/ns/a/__init__.py", "src/ns/a/b.py"], ["ns.a", "ns.a.b"]),
        (["backend/app/__init__.py", "backend/app/m.py"], ["app", "app.m"]),
        (["pkg/__init__.py", "pkg/sub/m.py"], ["pkg", "pkg.sub.m"]),
        (["ns/part/m.py"], ["ns.part.m"]),
        (["one/src/a.py", "one/pyproject.toml", "two/src/a.py", "two/pyproject.toml"], ["a", "two.src.a"]),
        (["site/manage.py", "site/shop/__init__.py", "site/shop/models.py"], ["manage", "shop", "shop.models"]),
        (["src/__init__.py", "src/m.py"], ["src", "src.m"]),
    ],
)
def test_import_names(paths: list[str], expected: list[str]) -> None:
    extra = [path for path in paths if path.endswith(("pyproject.toml", "manage.py"))]
    files, _ = classify([path for path in paths if path.endswith(".py")], CONFIG, project_files=extra)
    assert [one.module for one in files] == expected


def test_configured_and_declared_roots(tmp_path: Path) -> None:
    write(tmp_path, "lib/python/acme/m.py", "other/x.py")
    assert modules(tmp_path, msgspec.structs.replace(CONFIG, roots=("lib/python",)))["lib/python/acme/m.py"] == "acme.m"
    (tmp_path / "pyproject.toml").write_text('[tool.setuptools.package-dir]\n"" = "lib/python"\n')
    assert modules(tmp_path)["lib/python/acme/m.py"] == "acme.m"
    (tmp_path / "pyproject.toml").write_text("not toml [")
    assert modules(tmp_path)["lib/python/acme/m.py"] == "lib.python.acme.m"


def test_a_package_given_as_root_keeps_its_name(tmp_path: Path) -> None:
    write(tmp_path, "acme/__init__.py", "acme/web/__init__.py", "acme/web/m.py")
    assert modules(tmp_path / "acme/web") == {"__init__.py": "acme.web", "m.py": "acme.web.m"}


def test_exclude_and_tests_globs() -> None:
    config = msgspec.structs.replace(CONFIG, exclude=("**/migrations/**",))
    files, _ = classify(
        ["a/migrations/m.py", "a/b.py", "a/tests/c.py", "test_d.py", "conftest.py", "a/contest.py"], config
    )
    assert {one.path: one.in_tests for one in files} == {
        "a/b.py": False, "a/tests/c.py": True, "test_d.py": True, "conftest.py": True, "a/contest.py": False,
    }  # fmt: skip


def test_a_commit_reads_like_its_checkout(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, "svc/pyproject.toml", text="")
    write(tmp_path, "svc/src/a/__init__.py", "svc/src/a/b.py", "other.py")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    repository = Repository(tmp_path)
    commit = repository.head() or ""
    checked_out = discover(tmp_path / "svc", CONFIG)
    committed = discover_commit(repository, commit, "svc", CONFIG)
    assert committed == checked_out
    from_tree = dict(read_sources(tmp_path / "svc", checked_out.files))
    assert dict(read_commit(repository, commit, committed.files, "svc/")) == from_tree
    write(tmp_path, "svc/src/a/b.py", text="y = 2\n")
    assert discover_commit(repository, commit, "svc", CONFIG) == committed
