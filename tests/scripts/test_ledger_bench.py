"""The measurement of a large ledger: on a small one, it asks what it says it asks."""

import argparse
import random
from pathlib import Path

import pytest
from measuring import ledger

from auditor.ledger.store import Ledger
from auditor.model.window import Window


@pytest.mark.parametrize("all_of_them", [False, True])
def test_figures_are_of_every_answer_and_peer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], all_of_them: bool
) -> None:
    options = argparse.Namespace(keys=3, days=40, rounds=1, measures=all_of_them)
    ledger.measure("sqlite:///ledger.db", tmp_path, options)
    out = capsys.readouterr().out
    for name in (
        "stats, 14 days",
        "stats, 40 days",
        "record 14 days, changed",
        "once more",
        "DuckDB",
        "GROUP BY",
        "MB",
    ):
        assert name in out
    with Ledger.open("sqlite:///ledger.db", tmp_path) as opened:
        stats = opened.usage_stats(40, now=ledger.NOW)
    assert len(stats.stats) == 3
    assert all((row.duration_ms is not None) == all_of_them and row.calls > 40 * 20 for row in stats.stats.values())


def test_peers_give_the_answer_that_the_ledger_gives(tmp_path: Path) -> None:
    window = Window.last_days(40, ledger.NOW)
    with Ledger.open("sqlite:///ledger.db", tmp_path) as opened:
        opened.record([ledger._collection(list(window.dates()), 3, random.Random(2), plain=True)], now=ledger.NOW)
        found = {one.key: (one.calls, one.errors) for one in opened.key_stats(window)}
    plain, *others = (ask() for ask in ledger._peers(tmp_path, 40).values())
    assert isinstance(plain, dict)
    assert {key: tuple(counts) for (_, key), counts in plain.items()} == found
    for rows in others:
        assert isinstance(rows, list)
        assert {key: (calls, errors) for _, key, calls, errors in rows} == found
