"""Text: eighty columns, grouped, inert, and the summary last."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.verdict import Evidence
from auditor.report import gate_text, layout, plan_text, stats_text, text, unused_text, wording
from auditor.report.layout import wrapped
from tests.report import sample


def test_the_summary_is_the_last_line() -> None:
    assert text.scan(sample.SCAN).splitlines()[-2].startswith("12 findings in 10 of 412 files: 9 unreached")
    assert text.scan(sample.CLEAN_SCAN).splitlines()[-1] == "Nothing found in 3 files."
    assert "BLOCKED: 2 deletions may not pass. CANNOT TELL: whether" in gate_text.gate(sample.GATE)
    assert gate_text.gate(sample.GATE_PASSED).splitlines()[-1].startswith("PASSED")
    assert "\n\nCANNOT TELL: The newest evidence" in gate_text.gate(sample.GATE_UNDECIDABLE)
    assert plan_text.plan(sample.REFUSED).splitlines()[-1] == "No batches: the evidence is not enough."
    assert text.routes(sample.ROUTES).splitlines()[-1] == "5 routes, 1 shadowed."


def test_the_next_command_is_suggested_for_the_largest_finding() -> None:
    largest = max((one for one in sample.SCAN.findings if one.status != "local"), key=lambda one: one.lines)
    assert f"\nNext: auditor why {largest.path}:{largest.line}\n" in text.scan(sample.SCAN)
    assert "Next:" not in text.scan(sample.CLEAN_SCAN)
    assert "Next: auditor apply 1 --dry-run" in plan_text.plan(sample.PLAN)
    assert "Next: auditor usage health" in plan_text.plan(sample.REFUSED)


def test_a_suggested_command_is_quoted() -> None:
    finding = msgspec.structs.replace(sample.SCAN.findings[0], path="a b;rm -rf $HOME.py")
    assert "auditor why 'a b;rm -rf $HOME.py:88'" in text.scan(
        msgspec.structs.replace(sample.SCAN, findings=(finding,))
    )


def test_a_limit_leaves_out_and_says_so() -> None:
    rendered = text.scan(sample.SCAN, limit=2)
    assert "… and 8 more" in rendered
    assert "12 findings" in rendered
    assert "shop/main.py" not in rendered


def test_what_speaks_against_is_shown() -> None:
    assert "but getattr(handlers" in text.scan(sample.SCAN)


def test_shadowed_routes_are_marked() -> None:
    assert "SHADOWED: never serves, because shop.pam:chat is matched first" in text.routes(sample.ROUTES)


def test_an_answer_that_proves_nothing_says_so_before_any_figure() -> None:
    lines = stats_text.stats(sample.NO_STATS).splitlines()
    assert lines[2].startswith("NOTHING IS KNOWN")
    assert "0 endpoints" not in "\n".join(lines)
    refused = msgspec.structs.replace(sample.UNUSED_ROUTES, unused=(), refusal="only 9 % of it was watched")
    assert unused_text.unused(refused).splitlines()[2] == "CANNOT TELL: only 9 % of it was watched"
    assert unused_text.unused(refused).splitlines()[-1] == "Nothing may be concluded from this window."


@given(st.text(), st.text(), st.integers(0, 10**7))
def test_any_name_fits_and_is_inert(name: str, detail: str, line: int) -> None:
    finding = msgspec.structs.replace(
        sample.SCAN.findings[0], id=f"m:{name}", path=name, line=line, evidence=(Evidence("x", "alive", detail),)
    )
    rendered = text.scan(msgspec.structs.replace(sample.SCAN, root=name, findings=(finding,), problems=()))
    for row in rendered.split("\n"):
        assert wording.columns(row) <= 80 or row.startswith("Next: auditor why ")  # half a command is of no use
        assert wording.printable(row) == row
        assert not row.lstrip().startswith("::") and "##" not in row


@pytest.mark.parametrize("name", ["::error::x", "  ::warning file=a::b", "##[error]x", "##vso[task.complete]"])
def test_ci_commands_in_names_are_broken_up(name: str) -> None:
    rendered = text.scan(
        msgspec.structs.replace(sample.SCAN, findings=(msgspec.structs.replace(sample.SCAN.findings[0], path=name),))
    )
    assert not [row for row in rendered.splitlines() if row.lstrip().startswith("::") or "##" in row]


@given(st.text(), st.integers(20, 100))
def test_wrapping_loses_nothing(sentence: str, width: int) -> None:
    with layout.shown_on(layout.Screen(width)):
        rows = wrapped(sentence, "- ", "  ")
    assert all(wording.columns(row) <= width for row in rows)
    squeezed = "".join(row[2:] if at else row[1:] for at, row in enumerate(rows)).replace(" ", "")
    assert squeezed == wording.printable(sentence).replace(" ", "")


@pytest.mark.parametrize(
    ("value", "width", "expected"),
    [("short", 10, "short"), ("abcdefghijkl", 7, "ab…ijkl"), ("結果を計算する", 9, "結果…する")],
)
def test_long_names_lose_their_middle(value: str, width: int, expected: str) -> None:
    assert wording.elided(value, width) == expected
    assert wording.columns(wording.elided(value, width)) <= width


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.99999, "99.9 %"), (0.00001, "0.1 %"), (0.9921, "99.2 %")],
)
def test_shares_never_round_to_all_or_nothing(share: float, expected: str) -> None:
    assert wording.percent(share) == expected


def test_the_gate_says_once_what_is_true_of_many_and_folds_the_rest() -> None:
    notes = tuple(f"note {n}" for n in range(30))
    result = msgspec.structs.replace(sample.GATE_UNDECIDABLE, breaches=sample.ALIKE, notes=notes)
    folded, whole = gate_text.gate(result), gate_text.gate(result, everything=True)
    assert folded.count("no ledger") == whole.count("no ledger") == 1
    assert "… and 10 more; --verbose or --format json lists all." in folded and "m:f9\n" not in folded
    assert all(f"m:f{n}\n      was at old.py:{n}, near m.py:7 now" in whole for n in range(1, 30))
    assert "note 29" in whole and "note 29" not in folded and "… and 22 more" in folded
    assert folded.splitlines()[0].startswith("CANNOT TELL  ")
