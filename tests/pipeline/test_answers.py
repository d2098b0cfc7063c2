"""Answers kept between scans: a scan that recalls one says what a scan from nothing says."""

import json
import random
import shutil
from pathlib import Path

import msgspec
import pytest

from auditor.config import load
from auditor.model.report import ScanResult
from auditor.pipeline import scan, scanning

PROJECTS = Path(__file__).parents[1] / "projects"
SHOP = {
    "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.cli:main"\n',
    "shop/__init__.py": "",
    "shop/cli.py": "from shop.prices import total\n\n\ndef main():\n    return total()\n",
    "shop/prices.py": (
        "import os\n\n\ndef total():\n    unused = 1\n    return 2\n\n\n"
        "# an old one\ndef forgotten(rate):\n    return 3\n\n\n"
        "class Basket:\n    size = 3\n\n    def empty(self):\n        return self.size\n"
    ),
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in SHOP.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def _scan(root: Path, *, cache: bool = True, opinions: bool = True) -> ScanResult:
    return scan(load(root), jobs=1, cache=cache, opinions=opinions, suppressions=True, differing=True)


def _text(result: ScanResult) -> str:
    return json.dumps(msgspec.to_builtins(result), indent=1)


@pytest.fixture
def no_join(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("everything was joined anew")

    monkeypatch.setattr(scanning, "analyse", refuse)


def test_nothing_changed_joins_nothing(shop: Path, request: pytest.FixtureRequest) -> None:
    first = _scan(shop)
    request.getfixturevalue("no_join")
    assert _text(_scan(shop)) == _text(first)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import os\n", "import os\n\n"),
        ("    return 2\n", "    # two, as ever\n    return 2\n"),
        ("    return 2\n", "    return 22222\n"),
        ("def total():\n", "def total():\n\n"),
        ("\n\n# an old one\n", "\n"),
        ("\nclass Basket:", "\n\n\n# things to buy\nclass Basket:"),
    ],
)
def test_an_edit_of_lines_joins_nothing(shop: Path, old: str, new: str, request: pytest.FixtureRequest) -> None:
    _scan(shop)
    _edit(shop / "shop/prices.py", old, new)
    fresh = _text(_scan(shop, cache=False))
    request.getfixturevalue("no_join")
    assert _text(_scan(shop)) == fresh
    assert _text(_scan(shop)) == fresh


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    return 2\n", "    return forgotten(2)\n"),
        ("def forgotten(rate):\n", "def forgotten(rate, *more):\n"),
        ("    return 3\n", "    return 3\n\n\ndef another():\n    return 4\n"),
        ("# an old one\n", "# auditor: keep until the old shop is closed\n"),
        ("import os\n", "import os\n\nos.getcwd()\n"),
        ("class Basket:", "class Basket(Exception):"),
        ("    unused = 1\n", ""),
        ("    return 2\n", "    return (\n"),
    ],
)
def test_an_edit_of_meaning_is_seen(shop: Path, old: str, new: str) -> None:
    before = _text(_scan(shop))
    _edit(shop / "shop/prices.py", old, new)
    after = _text(_scan(shop))
    assert after == _text(_scan(shop, cache=False))
    assert after != before


@pytest.mark.parametrize("spoil", ["cut", "flip", "foreign", "empty", "directory"])
def test_a_spoilt_answer_is_none(shop: Path, spoil: str) -> None:
    fresh = _text(_scan(shop))
    (path,) = (shop / ".auditor" / "cache").glob("*.answer")
    content = path.read_bytes()
    if spoil == "directory":
        path.unlink()
        path.mkdir()
    else:
        flipped = content[:-40] + bytes([content[-40] ^ 1]) + content[-39:]
        path.write_bytes({"cut": content[:-7], "flip": flipped, "foreign": b"PK\x03\x04", "empty": b""}[spoil])
    assert _text(_scan(shop)) == fresh


def test_what_else_a_scan_depends_on_is_seen(shop: Path) -> None:
    """Configuration, packaging, templates, documentation and lists of names are no Python and count all the same."""
    steps = {
        "auditor.toml": 'exclude = ["shop/cli.py"]\n',
        "pyproject.toml": SHOP["pyproject.toml"].replace("shop.cli:main", "shop.prices:forgotten"),
        "Procfile": "web: python -m shop.prices\n",
        "names.py": "forgotten\nBasket.empty\n",
        "shop/extra.py": "from shop.prices import Basket\n",
    }
    _scan(shop)
    for name, text in steps.items():
        (shop / name).write_text(text)
        assert _text(_scan(shop)) == _text(_scan(shop, cache=False)), name
    (shop / "shop/extra.py").unlink()
    assert _text(_scan(shop)) == _text(_scan(shop, cache=False))


def test_an_answer_with_opinions_is_not_one_without(shop: Path) -> None:
    with_opinions, without = _text(_scan(shop)), _text(_scan(shop, opinions=False))
    assert with_opinions != without
    assert (_text(_scan(shop)), _text(_scan(shop, opinions=False))) == (with_opinions, without)


@pytest.mark.parametrize("project", ["django_catalog", "local_names", "suppressed", "flask_app"])
@pytest.mark.parametrize("seed", range(2))
def test_random_edits_are_never_answered_from_before(tmp_path: Path, project: str, seed: int) -> None:
    """Lines that come, go, move or change anywhere: each time what a scan from nothing says."""
    root = tmp_path / project
    shutil.copytree(PROJECTS / project, root)
    chance = random.Random(seed)
    files = sorted(root.rglob("*.py"))
    _scan(root)
    for _ in range(12):
        path = chance.choice(files)
        lines = path.read_text().split("\n")
        _spoil(lines, chance)
        path.write_text("\n".join(lines))
        assert _text(_scan(root)) == _text(_scan(root, cache=False)), path


def _spoil(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    kind = chance.choice(["blank", "comment", "noqa", "delete", "twice", "swap", "rename", "statement", "unblank"])
    if kind == "delete":
        del lines[at]
    elif kind == "swap" and at:
        lines[at - 1], lines[at] = lines[at], lines[at - 1]
    elif kind == "rename":
        lines[at] = lines[at].replace("e", "ee", 1)
    elif kind == "noqa":
        lines[at] += "  # noqa"
    elif kind == "unblank":
        blank = [number for number, line in enumerate(lines) if not line.strip()]
        if blank:
            del lines[chance.choice(blank)]
    else:
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines.insert(at, {"blank": "", "comment": f"{indent}# x", "twice": lines[at]}.get(kind, f"{indent}x = 1"))


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
