"""Every case says what goes (`remove.txt`, names inside the module) and what the file is before and after."""

from pathlib import Path

import libcst
import pytest

from auditor.removal import edit

CASES = sorted((Path(__file__).parent / "cases").iterdir())


def listed(case: Path) -> list[str]:
    return [f"case:{name}" for name in (case / "remove.txt").read_text().split()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_removal_gives_the_after_file(case: Path) -> None:
    before = (case / "before.py").read_bytes()
    assert edit.remove(before, "case", listed(case)).decode() == (case / "after.py").read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_removing_twice_is_removing_once(case: Path) -> None:
    after = (case / "after.py").read_bytes()
    assert edit.remove(after, "case", listed(case)) == after


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_line_endings_stay(case: Path) -> None:
    before = (case / "before.py").read_bytes().replace(b"\n", b"\r\n")
    after = (case / "after.py").read_bytes().replace(b"\n", b"\r\n")
    assert edit.remove(b"\xef\xbb\xbf" + before, "case", listed(case)) == b"\xef\xbb\xbf" + after


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_name_alone_leaves_what_parses_or_is_refused(case: Path) -> None:
    before = (case / "before.py").read_bytes()
    for name in listed(case):
        try:
            after = edit.remove(before, "case", [name])
        except edit.EditError as error:
            assert str(error).startswith("case:")
        else:
            libcst.parse_module(after)
            assert not edit.hashes(after, "case", [name])[name]
