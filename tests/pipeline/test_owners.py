"""Who owns a file: GitHub's and GitLab's own examples of their rules, and files that mean harm."""

import pytest

from auditor.pipeline.owners import CodeOwners, Dialect

GITHUB = """\
# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octolog
/apps/ @octocat
/apps/github
with\\ space.md @spaced
/lib @lib
!/lib/not @negated
file[0-9].py @ranges
/wrong.py not-an-owner @octocat
"""

GITLAB = """\
* @default
[Docs][2] @docs-team
docs/
README.md @readme
/only.md
^[Backend] @backend
*.py
!*_gen.py
/db/*  @@maintainer person@example.com
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README", ("@global-owner1", "@global-owner2")),
        ("deep/down/x.js", ("@js-owner",)),
        ("x.go", ("docs@example.com",)),
        ("build/logs/a/b.txt", ("@octolog",)),
        ("src/build/logs.py", ("@global-owner1", "@global-owner2")),
        ("docs/getting-started.md", ("@doctocat",)),
        ("other/docs/a.md", ("@global-owner1", "@global-owner2")),
        ("src/apps/a.py", ("@octocat",)),
        ("apps/x/y.py", ("@octocat",)),
        ("apps/github/y.py", ()),
        ("apps/githubs/y.py", ("@octocat",)),
        ("a/with space.md", ("@spaced",)),
        ("lib/deep/x.py", ("@lib",)),
        ("lib/not", ("@lib",)),
        ("file1.py", ("@global-owner1", "@global-owner2")),
        ("wrong.py", ("@global-owner1", "@global-owner2")),
        ("scripts/x", ("@doctocat", "@octocat")),
    ],
)
def test_github(path: str, owners: tuple[str, ...]) -> None:
    assert CodeOwners(GITHUB, "github").of(path) == owners


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("x.txt", ("@default",)),
        ("a/docs/b/c.md", ("@default", "@docs-team")),
        ("a/README.md", ("@default", "@readme")),
        ("docs/README.md", ("@default", "@readme")),
        ("only.md", ("@default", "@docs-team")),
        ("a/only.md", ("@default",)),
        ("a/b.py", ("@default", "@backend")),
        ("a/b_gen.py", ("@default",)),
        ("db/one.sql", ("@default", "@@maintainer", "person@example.com")),
        ("db/deep/one.sql", ("@default",)),
    ],
)
def test_gitlab(path: str, owners: tuple[str, ...]) -> None:
    assert CodeOwners(GITLAB, "gitlab").of(path) == owners


@pytest.mark.parametrize("dialect", ["github", "gitlab"])
def test_no_file_names_anything_but_owners(dialect: Dialect) -> None:
    hostile = (
        "* <script>alert(1)</script> @ok\x1b[31m\n/a @\u202egnp\n../../etc @up\n/ @root\n[ @x\n[]\n^[\n\\ \n# * @y\n"
        "b.py @a/b/c @good javascript:alert(1)\n"
        + "*" * 3000
        + " @stars\n"
        + "**/" * 500
        + "x @deep\n"
        + "?" * 300
        + " @q\n"
    )
    rules = CodeOwners(hostile, dialect)
    for path in ("a", "b.py", "x", "etc", "c/d/e.py", "a" * 300):
        assert all(set(one) <= set("@abcdefghijklmnopqrstuvwxyz/") for one in rules.of(path))
    assert CodeOwners("", dialect).of("a") == ()


def test_patterns_that_could_match_in_many_ways_take_no_time() -> None:
    text = "\n".join(f"/{'*a' * 60}b{n} @x\n{'**/a/' * 40}b{n} @x" for n in range(50))
    rules = CodeOwners(text, "github")
    assert rules.of("/".join(["a" * 200, *["a"] * 200])) == ()  # trying every way would never end
