"""The ratchet: no new unused code; what is mended leaves the baseline; what cannot be read is not mended."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.cli.program import run
from auditor.config import load
from auditor.git import Repository
from auditor.model.gate import GateResult
from tests.production import NOW

CONFIG = 'app = "shop"\nproject = "application"\n'
FILES: Mapping[str, str] = {
    "auditor.toml": CONFIG,
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[project.scripts]\nshop = "shop.main:main"\n',
    "shop/__init__.py": "",
    "shop/main.py": "import os\nfrom shop import work\n\n\ndef main():\n    return work.start()\n",
    "shop/work.py": """def start():
    return helper()


def helper():
    return 1


def dead(unread):
    return 2
""",
    "shop/old.py": """import re


def leftover():
    return 1


class Gone:
    def go(self):
        return 2
""",
}
BASELINE = "auditor-baseline.json"


class Shop:
    """A repository without any usage, its branch main with a baseline, and changes to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git = Repository.init(root)
        self.base = self.commit(FILES)
        self.wrote = pipeline.baseline(load(root), today=NOW.date())
        self.listed = (root / BASELINE).read_text("utf-8")
        self.base = self.commit({})

    def commit(self, files: Mapping[str, str | None]) -> str:
        for path, text in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                (self.root / path).unlink()
            else:
                (self.root / path).write_text(text, "utf-8")
        self.git.run("add", "--all")
        self.git.run("commit", "-q", "--allow-empty", "-m", "change")
        return self.git.resolve("HEAD")

    def at(self, base: str = "") -> None:
        self.git.run("checkout", "-q", "-f", "--detach", base or self.base)

    def judged(self, files: Mapping[str, str | None], base: str = "", *, renewed: bool = False) -> GateResult:
        self.at(base)
        self.commit(files)
        if renewed:
            pipeline.baseline(load(self.root), today=NOW.date())
            self.commit({})
        head = self.git.resolve("HEAD")
        return pipeline.gate_new(load(self.root), base or self.base, head, now=NOW, environment={})

    def without(self, *keys: str) -> str:
        listed = json.loads(self.listed)
        listed["findings"] = [key for key in listed["findings"] if key not in keys]
        return json.dumps(listed, indent=2)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("ratchet"))


def found(result: GateResult) -> dict[str, str]:
    return {one.id: one.why for one in result.breaches}


def said(result: GateResult) -> str:
    return " ".join((*result.notes, *(one.detail for one in result.breaches), str(result.undecidable)))


def test_the_baseline_lists_one_finding_a_line_without_lines_of_code(shop: Shop) -> None:
    keys = json.loads(shop.listed)["findings"]
    assert keys == sorted(keys)
    assert keys == ["AUD001 shop.work:dead", "AUD002 shop.old:", "AUD010 shop.main:os"]
    assert all(f'    "{key}"' in line for key, line in zip(keys, shop.listed.splitlines()[2:], strict=False))
    assert (shop.wrote.listed, shop.wrote.added, shop.wrote.taken_out) == (3, 3, 0)
    assert shop.judged({}, renewed=True).notes == ()


def test_what_is_new_is_stopped_and_a_change_cannot_list_it_itself(shop: Shop) -> None:
    more = FILES["shop/work.py"] + "\n\ndef fresh():\n    return 3\n"
    for renewed in (False, True):
        result = shop.judged({"shop/work.py": more}, renewed=renewed)
        (breach,) = result.breaches
        assert (breach.id, breach.why, breach.path, breach.line) == (
            "shop.work:fresh",
            "new_finding",
            "shop/work.py",
            13,
        )
        assert ("does not count" in breach.detail) is renewed
        assert result.stopped


def test_what_nobody_calls_any_more_is_new_wherever_it_lies(shop: Shop) -> None:
    result = shop.judged({"shop/work.py": FILES["shop/work.py"].replace("return helper()", "return 1")})
    assert found(result) == {"shop.work:helper": "new_finding"}


def test_what_is_mended_has_to_leave_the_baseline(shop: Shop) -> None:
    mended = {"shop/main.py": FILES["shop/main.py"].replace("import os\n", "")}
    result = shop.judged(mended)
    (breach,) = result.breaches
    assert (breach.id, breach.why, breach.path) == ("shop.main:os", "fixed_finding", BASELINE)
    assert "shop.main:os" in shop.listed.splitlines()[breach.line - 1]
    assert "auditor baseline" in breach.detail
    assert shop.judged(mended, renewed=True).passed
    result = shop.judged({BASELINE: shop.without("AUD010 shop.main:os")})
    assert found(result) == {"shop.main:os": "new_finding"}
    assert "takes it out of the baseline" in said(result)


def test_moves_renames_and_tests_of_what_is_listed_are_no_news(shop: Shop) -> None:
    old = FILES["shop/old.py"]
    shifted = {"shop/old.py": f"# A comment.\n\n{old}", "shop/main.py": "\n\n" + FILES["shop/main.py"]}
    tested = "from shop import old\n\n\ndef test_it():\n    assert old.leftover() == 1\n"
    assert shop.judged(shifted).passed
    result = shop.judged({"shop/old.py": None, "shop/older.py": old.replace("return 1", "return 11")})
    assert result.passed, said(result)
    assert "knows it by its old place" in said(result)
    result = shop.judged({
        "shop/work.py": FILES["shop/work.py"].partition("\n\n\ndef dead")[0] + "\n",
        "shop/rest.py": "def dead(unread):\n    return 2\n",
    })  # fmt: skip
    assert found(result) == {"shop.rest:": "new_finding"}
    assert shop.judged({"tests/test_old.py": tested}).passed


def test_what_cannot_be_read_is_not_mended(shop: Shop) -> None:
    result = shop.judged({"shop/old.py": "def broken(:\n"})
    assert (found(result), result.passed) == ({}, False)
    assert "shop/old.py could not be read at head" in str(result.undecidable)
    again = shop.judged({"shop/old.py": "def broken(:\n"}, renewed=True)
    assert again.undecidable == result.undecidable
    assert "AUD002 shop.old:" in (shop.root / BASELINE).read_text("utf-8")
    result = shop.judged({path: None for path in FILES if path.endswith(".py")})
    assert (found(result), result.passed) == ({}, False)
    assert "no Python" in str(result.undecidable)
    result = shop.judged({"auditor.toml": CONFIG + 'exclude = ["shop/**"]\n', "shop/work.py": FILES["shop/work.py"]
                          + "\n\ndef fresh():\n    return 3\n"})  # fmt: skip
    assert found(result) == {"shop.work:fresh": "new_finding"}


def test_what_others_left_behind_stops_nobody(shop: Shop) -> None:
    more = FILES["shop/work.py"] + "\n\ndef fresh():\n    return 3\n"
    shop.at()
    base = shop.commit({"shop/work.py": more, "shop/main.py": FILES["shop/main.py"].replace("import os\n", "")})
    result = shop.judged({"shop/__init__.py": "# Nothing.\n"}, base)
    assert result.passed, said(result)
    assert "no baseline lists: shop.work:fresh" in said(result)
    assert "mended before this change (1)" in said(result)
    assert shop.judged({}, base, renewed=True).passed
    shop.at()
    bare = shop.commit({BASELINE: None})
    assert shop.judged({BASELINE: shop.listed}, bare).passed
    assert found(shop.judged({BASELINE: shop.listed, "shop/work.py": more}, bare)) == {"shop.work:fresh": "new_finding"}


def test_the_commands_exit_by_what_they_found(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shop.root)
    gate = ["gate", "--base", shop.base, "--now", NOW.isoformat()]

    def code(files: Mapping[str, str | None], *options: str) -> int:
        shop.at()
        shop.commit(files)
        return run([*gate, *options])

    dead = {"shop/old.py": None, BASELINE: shop.without("AUD002 shop.old:")}
    assert code(dead, "--only-new") == 0
    assert "Deletions were not judged" in capsys.readouterr().out
    assert code(dead, "--no-new") == 3
    assert "no such file" in capsys.readouterr().out
    fresh = FILES["shop/work.py"] + "\n\ndef fresh():\n    return 3\n"
    assert code({"shop/work.py": fresh}, "--no-new") == 1
    assert code({"shop/work.py": fresh}, "--only-new", "--exit-zero") == 0
    assert code({"shop/work.py": "def broken(:\n"}, "--only-new", "--exit-zero") == 3
    assert code({BASELINE: None}, "--only-new") == 2
    assert code({BASELINE: "<<<<<<< HEAD\n"}, "--no-new") == 2
    assert code({}, "--only-new", "--days", "3") == 2
    assert run(["gate", "--base", "HEAD", "--only-new"]) == 3
    shown = capsys.readouterr()
    assert "auditor baseline" in shown.err
    assert "Traceback" not in shown.err
    assert code({path: None for path in FILES if path.endswith(".py")}, "--only-new") == 3
    assert run(["baseline", "--now", NOW.isoformat()]) == 3
    assert (shop.root / BASELINE).read_text("utf-8") == shop.listed
