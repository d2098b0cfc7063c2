"""The reference in docs/ is what scripts/reference makes of the code, and says something of everything."""

import re
from pathlib import Path

from reference_pages import pages
from reference_pages.commands import every

DIRECTORY = Path(__file__).parents[2] / "docs" / "reference"


def test_pages_are_up_to_date() -> None:
    there = {path.relative_to(DIRECTORY).as_posix() for path in DIRECTORY.rglob("*") if path.is_file()}
    made = pages()
    stale = [path for path in sorted(there | made.keys()) if path not in there or made.get(path) != _text(path)]
    assert not stale, f"{', '.join(stale)} of docs/reference are out of date; mend it with: scripts/reference"


def _text(path: str) -> str:
    return (DIRECTORY / path).read_text("utf-8")


def test_every_row_says_what_its_thing_means() -> None:
    for name in ("commands.md", "configuration.md", "redis-layout.md", "ledger-schema.md", "exit-codes-and-rules.md"):
        rows = [line for line in _text(name).splitlines() if line.startswith("| ") and not line.startswith("| ---")]
        assert len(rows) > 10
        assert [row for row in rows if re.search(r"\|\s*\|$", row)] == []
        assert not [row for row in rows if re.search(r"Sentinel|<class|object at 0x", row)]
    assert set(re.findall(r"^## auditor (.+)$", _text("commands.md"), re.MULTILINE)) == {name for name, _ in every()}
