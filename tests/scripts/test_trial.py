"""The trial's own judges: a lost test is noticed, and so is an edit that takes more than it was asked for."""

from pathlib import Path

import pytest
from measuring.trial import edits, judge, table
from measuring.trial.running import Trial

from auditor.removal import edit

TESTS = """\
class TestShop(Base):
    def test_own(self): ...


class TestPlain:
    if True:
        def test_if(self): ...


def test_top(): ...
"""


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("t/test_a.py::t.test_a::test_top[1-x]", True),
        ("t/test_a.py::t.test_a::test_gone", False),
        ("t/test_a.py::t.test_a.TestPlain::test_if", True),
        ("t/test_a.py::t.test_a.TestPlain::test_gone", False),
        ("t/test_a.py::t.test_a.TestShop::test_inherited", True),  # as long as its class stands, it should run
        ("t/test_b.py::t.test_b::test_top", False),
    ],
)
def test_a_missing_test_counts_unless_its_source_went(tmp_path: Path, name: str, there: bool) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t/test_a.py").write_text(TESTS)
    assert judge.stands(name, tmp_path) is there


SOURCE = b"""\
import os, re
from enum import Enum

__all__ = ["dead", "live"]


# Speaks of dead.
def dead():
    return re.compile(os.sep)


# Speaks of live.
def live():
    try:
        import json
    except ImportError:
        json = None
    return json
"""
WRONG = {
    "a neighbour's comment": (b"# Speaks of live.\n", b"", "went or changed: # Speaks of live."),
    "another statement": (b"from enum import Enum\n", b"", "went or changed: from enum import Enum"),
    "another entry": (b'["live"]', b"[]", "line 4 went or changed"),
    "a neighbour's layout": (b"    return json\n", b"    return  json\n", "went or changed: return json"),
    "a line more": (b"    return json\n", b"    return json\n\n\nx = 1\n", "came: x = 1"),
    "a gap": (b"from enum import Enum\n", b"from enum import Enum\n\n\n\n\n", "a gap of"),
}


def test_a_right_edit_has_no_complaints() -> None:
    assert list(edits.complaints(SOURCE, ["m:dead"])) == []
    assert list(edits.complaints(SOURCE, ["m:dead", "m:re", "m:os"])) == []


@pytest.mark.parametrize(("text", "other", "complaint"), WRONG.values(), ids=WRONG.keys())
def test_what_went_too_far_is_noticed(
    monkeypatch: pytest.MonkeyPatch, text: bytes, other: bytes, complaint: str
) -> None:
    right = edit.remove
    monkeypatch.setattr(edits.edit, "remove", lambda *given: right(*given).replace(text, other))
    assert any(complaint in said for said in edits.complaints(SOURCE, ["m:dead"]))


def test_tables_say_what_broke_and_stand_between_their_marks(tmp_path: Path) -> None:
    fine = Trial("toot", "1", "called", 9, 2, 2, 3, 1, 40, 5, 6, 1, {}, (), (), 2.4)
    bad = fine._replace(name="shop", applied=0, broken={"1": "test_x: KeyError"}, skipped=(2,), differing=("a.py",))
    document = tmp_path / "page.md"
    document.write_text(f"Before\n{table.BEGIN}\nold\n{table.END}\nAfter\n")
    table.written(document, [fine, bad])
    text = document.read_text()
    assert "old" not in text
    assert text.startswith("Before\n")
    assert text.endswith("After\n")
    rows = {line.split("  ")[0]: line.split() for line in text.splitlines()}
    assert rows["shop 1"][-4:] == ["2", "no:", "1", "2"]
    assert rows["together"][1:] == ["18", "4", "6", "2", "80", "10", "12", "2", "2", "1", "of", "2", "5"]
    assert "- shop, called, 1: test_x: KeyError" in text
