"""Remotes become web pages, without what is secret in them; pages become addresses of lines."""

import subprocess
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.config import load
from auditor.errors import ConfigError
from auditor.model.repository import RepositoryWeb
from auditor.pipeline.hosting import web_of
from auditor.report.source_links import SourceLinks

COMMIT = "3f9c1e2a7b40d8c95e61f0a2b3c4d5e6f7a8b9c0"


@pytest.mark.parametrize(
    ("remote", "kind", "url"),
    [
        ("git@github.com:acme/shop.git", "github", "https://github.com/acme/shop"),
        ("ssh://git@ssh.github.com:443/acme/shop.git", "github", "https://github.com/acme/shop"),
        ("https://x-access-token:ghs_SECRET@github.com/acme/shop", "github", "https://github.com/acme/shop"),
        ("https://github.acme.example:8443/acme/shop.git/", "github", "https://github.acme.example:8443/acme/shop"),
        ("https://oauth2:SECRET@gitlab.com/a/b/c/shop.git", "gitlab", "https://gitlab.com/a/b/c/shop"),
        ("git@gitlab.acme.example:team/shop.git", "gitlab", "https://gitlab.acme.example/team/shop"),
        ("ssh://git@gitlab.acme.example:2222/team/shop.git", "gitlab", "https://gitlab.acme.example/team/shop"),
        ("http://gitlab.local/team/shop.git", "gitlab", "http://gitlab.local/team/shop"),
        ("git@bitbucket.org:acme/shop.git", "bitbucket", "https://bitbucket.org/acme/shop"),
        ("ssh://git@bitbucket.acme.example:7999/KEY/shop.git", "bitbucket_server",
         "https://bitbucket.acme.example/projects/KEY/repos/shop"),
        ("https://me:SECRET@bitbucket.acme.example/ctx/scm/~me/shop.git", "bitbucket_server",
         "https://bitbucket.acme.example/ctx/users/me/repos/shop"),
        ("https://acme@dev.azure.com/acme/The%20Shop/_git/shop", "azure",
         "https://dev.azure.com/acme/The%20Shop/_git/shop"),
        ("git@ssh.dev.azure.com:v3/acme/The%20Shop/shop", "azure", "https://dev.azure.com/acme/The%20Shop/_git/shop"),
        ("https://acme.visualstudio.com/DefaultCollection/P/_git/shop", "azure", "https://dev.azure.com/acme/P/_git/shop"),
        ("acme@vs-ssh.visualstudio.com:v3/acme/P/shop", "azure", "https://dev.azure.com/acme/P/_git/shop"),
        ("git@codeberg.org:acme/shop.git", "gitea", "https://codeberg.org/acme/shop"),
        ("https://gitea.acme.example/acme/shop.git?private_token=SECRET#x", "gitea",
         "https://gitea.acme.example/acme/shop"),
    ],
)  # fmt: skip
def test_known_hosts(remote: str, kind: str, url: str) -> None:
    found = web_of(remote)
    assert found == RepositoryWeb(kind, url)  # type: ignore[arg-type]
    assert "SECRET" not in SourceLinks(found, COMMIT).of("a.py", 1)


@pytest.mark.parametrize(
    "remote",
    [
        "", "/srv/git/github.com/shop.git", "../shop", "file:///srv/github.com/shop.git", "C:/work/github.com/shop",
        "C:\\work\\shop", "https://git.acme.example/team/shop", "git@host.example:team/shop.git",
        "javascript://github.com/%0aalert(1)/x", "ext::sh -c github.com:a/b", "https://github.com", "https://github.com/acme",
        "https://github.com/acme/..", "https://github.com/a/b%2Fc%2F..", "git@github.com:acme/sh\x1bop.git",
        "https://github.com/a/<script> x", "--upload-pack=x@github.com:a/b", "https://[::1/a/b", "https://github.com:99999/a/b",
    ],
)  # fmt: skip
def test_unknown_hosts_and_forged_remotes_have_no_page(remote: str) -> None:
    assert web_of(remote) is None


def test_names_in_addresses_are_quoted() -> None:
    found = web_of('git@github.com:acme/"><script>.git')
    assert found is not None
    assert found.url == "https://github.com/acme/%22%3E%3Cscript%3E"


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("github", f"/blob/{COMMIT}/back/a%20b/%C3%A9%23%3F.py#L3-L7"),
        ("gitlab", f"/-/blob/{COMMIT}/back/a%20b/%C3%A9%23%3F.py#L3-7"),
        ("gitea", f"/src/commit/{COMMIT}/back/a%20b/%C3%A9%23%3F.py#L3-L7"),
        ("bitbucket", f"/src/{COMMIT}/back/a%20b/%C3%A9%23%3F.py#lines-3:7"),
        ("bitbucket_server", f"/browse/back/a%20b/%C3%A9%23%3F.py?at={COMMIT}#3-7"),
        ("azure", f"?path=%2Fback%2Fa%20b%2F%C3%A9%23%3F.py&version=GC{COMMIT}&line=3&lineEnd=8&lineStartColumn=1"
                  "&lineEndColumn=1&_a=contents"),
    ],
)  # fmt: skip
def test_addresses_of_lines(kind: str, address: str) -> None:
    links = SourceLinks(RepositoryWeb(kind, "https://h.example/a/b", "back/"), COMMIT)  # type: ignore[arg-type]
    assert links.of("a b/é#?.py", 3, 7) == f"https://h.example/a/b{address}"
    assert links.of("a.py", 3, 3).count("3") == links.of("a.py", 3).count("3")
    assert "line" not in links.of("a.py").lower().replace("lines", "line") or kind == "azure"
    assert [links.of(path, 1) for path in ("", "../x", "a//b", "/etc/passwd")] == [""] * 4
    assert links.of_commit().endswith(COMMIT)


def test_no_stored_plan_leads_anywhere_but_to_the_web() -> None:
    for url in (
        "javascript:alert(1)",
        "data:text/html,x",
        "https://u:p@h/a",
        'https://h/a"b',
        "//h/a",
        "https://h/a b",
        "",
    ):
        assert SourceLinks(RepositoryWeb("github", url), COMMIT).of("a.py", 1) == ""
    assert SourceLinks(RepositoryWeb("github", "https://h/a/b"), "HEAD~1").of("a.py") == ""
    assert SourceLinks(None, COMMIT).of("a.py") == ""


def _git(root: Path, *args: str) -> None:
    subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@x.example", *args], cwd=root, check=True)


def test_a_scan_names_owners_and_where_its_code_is_read(tmp_path: Path) -> None:
    files = {
        "back/auditor.toml": 'app = "shop"\n', "back/shop/__init__.py": "",
        "back/shop/a.py": "def gone():\n    pass\n\n\ndef kept():\n    pass\n",
        "back/main.py": "import shop.a\n\nif __name__ == '__main__':\n    shop.a.kept()\n",
        "CODEOWNERS": "* @all\n/back/shop/ @team/shop\n", "docs/CODEOWNERS": "* @never\n",
    }  # fmt: skip
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", "-A")
    _git(tmp_path, "commit", "-qm", "x")
    _git(tmp_path, "remote", "add", "origin", "https://me:SECRET@git.acme.example/team/shop.git")
    found = pipeline.scan(load(tmp_path / "back"), cache=False)
    assert {one.path: one.owners for one in found.findings}["shop/a.py"] == ("@team/shop",)
    assert found.repository is None
    settings = tmp_path / "back" / "auditor.toml"
    settings.write_text('[report]\nrepository_host = "gitlab"\n')
    told = pipeline.scan(load(tmp_path / "back"), cache=False).repository
    assert told == RepositoryWeb("gitlab", "https://git.acme.example/team/shop", "back/")
    settings.write_text('[report]\nrepository_url = "https://me:SECRET@h.example/a/b"\n')
    with pytest.raises(ConfigError, match=r"report\.repository_url") as refused:
        load(tmp_path / "back")
    assert "SECRET" not in str(refused.value)
