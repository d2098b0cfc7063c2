"""What people are told of usage fits into 80 columns and is inert, whatever keys and sources are called."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.answers import StatsRow
from auditor.model.key_answers import KeyAnswer, KeyCandidate
from auditor.model.monitoring import DayWatched, WatchStrip
from auditor.report import key_text, stats_text, status_text, unused_text, usage_text, wording
from auditor.report.strips import Marks
from tests.report import monitoring_sample as monitored
from tests.report import sample

replace = msgspec.structs.replace


def rendered(name: str, count: int) -> list[str]:
    assert monitored.KEY.report is not None
    key = replace(monitored.KEY.report, key=name, by_source={name: count, "b": 1}, errors_by_code={name: count})
    row = StatsRow(count, count, None, {"undated": count}, errors_by_code={name: 1})
    return [
        stats_text.stats(replace(monitored.MEASURED, stats={name: row}, tasks={name: row}), details=True),
        stats_text.scores(replace(monitored.SCORES, scores=(replace(monitored.SCORES.scores[0], key=name),))),
        key_text.answer(KeyAnswer(name, key), now=sample.END),
        key_text.answer(KeyAnswer(name, candidates=(KeyCandidate("task", name, False),)), now=sample.END),
        unused_text.dead_weight(
            replace(monitored.DEAD_WEIGHT, dead=(replace(monitored.DEAD_WEIGHT.dead[0], key=name, source=name),))
        ),
        status_text.status(replace(monitored.STATUS, strips=(replace(monitored.STATUS.strips[0], source=name),))),
        usage_text.health(replace(sample.HEALTH, sources=(replace(sample.HEALTH.sources[0], name=name),))),
    ]


@given(st.text(max_size=200), st.integers(0, 10**12))
def test_any_name_fits_and_is_inert(name: str, count: int) -> None:
    for text in rendered(name, count):
        assert text.endswith("\n")
        for row in text.split("\n"):
            assert wording.columns(row) <= 80
            assert wording.printable(row) == row
            assert not row.lstrip().startswith("::") and "##" not in row


@pytest.mark.parametrize("days", [1, 15, 49, 50, 400])
def test_strips_of_any_length_fit(days: int) -> None:
    first = sample.START.date()
    rows = tuple(DayWatched(first + timedelta(days=n), 1440 if n % 3 else 700, 1440) for n in range(days))
    now = sample.START + timedelta(days=days - 1)
    found = replace(
        monitored.STATUS, checked_at=now, period_days=days, strips=(WatchStrip("redis", "endpoint", rows),)
    )  # fmt: skip
    text = status_text.status(found)
    assert max(map(wording.columns, text.splitlines())) <= 80
    drawn = "".join(line[22:].partition("  ")[0] for line in text.splitlines() if line.startswith("redis "))
    assert (len(drawn), drawn.count("█")) == (days, sum(n % 3 > 0 for n in range(days)))


@pytest.mark.parametrize("plain", [False, True])
def test_too_little_never_looks_like_enough(plain: bool) -> None:
    marks = Marks(plain=plain)
    enough = marks.share(0.95, 0.95)
    assert [marks.share(share, 0.95) == enough for share in (0.0, 0.001, 0.5, 0.9499, 0.95, 1.0)] == [
        False, False, False, False, True, True,
    ]  # fmt: skip
    assert marks.share(0.0, 0.95) != marks.share(0.0001, 0.95) != marks.share(None, 0.95)
    drawn = marks.spark([0, 1, 10_000])
    assert len(set(drawn)) == 3 and (not plain or drawn.isascii())


def test_optional_columns_give_way_before_keys_do() -> None:
    rows = {"GET:/a": monitored.MEASURED.stats["POST:/api/v1/pam/chat"]}
    assert "users" in stats_text.stats(replace(monitored.MEASURED, stats=rows)).splitlines()[2]
    heading = stats_text.stats(replace(monitored.MEASURED, stats={"GET:/a": StatsRow(1, 0)})).splitlines()[2]
    assert heading.split() == ["Endpoint", "calls", "errors", "last", "used,", "UTC"]
