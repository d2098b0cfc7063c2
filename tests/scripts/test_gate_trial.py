"""The trial on real history, on a history made here: what came back must be stopped, a refactoring must pass."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from measuring.history import judged, past, table
from measuring.history.__main__ import main
from measuring.history.asking import Answer

from auditor.git import Repository

BEGIN = datetime.fromisoformat("2026-01-05T12:00:00+00:00")
API = """
from fastapi import FastAPI

app = FastAPI()


def in_cents(amount):
    return amount * 100


@app.get("/price")
def price():
    return in_cents(3)


@app.get("/stock")
def stock():
    return 1


@app.get("/old")
def old():
    return 2
"""
INLINED = API.replace("def in_cents(amount):\n    return amount * 100\n\n\n", "").replace("in_cents(3)", "300")
STOCK = '@app.get("/stock")\ndef stock():\n    return 1\n\n\n'
OLD = '\n\n@app.get("/old")\ndef old():\n    return 2\n'
STEPS = ((0, API), (40, API.replace(STOCK, "")), (42, API), (60, INLINED), (80, INLINED.replace(OLD, "")), (90, None))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    root = tmp_path_factory.mktemp("clone") / "shop"
    root.mkdir()
    repository = Repository.init(root)
    for day, text in STEPS:
        if text is None:
            repository.run("tag", "v1.0")
            break
        (repository.root / "shop").mkdir(exist_ok=True)
        (repository.root / "shop/__init__.py").touch()
        (repository.root / "shop/api.py").write_text(text, "utf-8")
        stamp = (BEGIN + timedelta(days=day)).isoformat()
        repository.run("add", "--all")
        dates = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
        repository.run("commit", "-q", "-m", f"day {day}", env=dates)
    return repository


def test_what_came_back_is_stopped_and_refactorings_pass(
    shop: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(shop.root), "--cache", str(tmp_path), "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["shop"]
    assert [(row["subject"], row["expected"], row["answer"], row["right"]) for row in rows] == [
        ("day 40", "stop", "stop", True),
        ("day 60", "pass", "pass", True),
        ("day 80", "pass", "pass", True),
    ]
    assert rows[0]["restored"] == ["stock"]
    assert rows[2]["dormant"] == ["GET /old had 0 calls in 14 days: shop.api:old"]
    assert rows[0]["said"][0].startswith("called shop.api:stock")
    kept = (tmp_path / "answers/shop.jsonl").read_text("utf-8")
    assert main([str(shop.root), "--cache", str(tmp_path), "--limit", "1"]) == 0
    assert (tmp_path / "answers/shop.jsonl").read_text("utf-8") == kept  # what was answered is not asked again
    assert capsys.readouterr().out.splitlines()[2].split() == ["shop", "1", "1", "1", *"0000000000"]


def test_what_cannot_be_tried_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere"), str(tmp_path), "--cache", str(tmp_path / "cache")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith("nowhere: no such directory; give a clone with its whole history")
    assert "not a git repository" in said[1]


def test_moves_and_unreadable_files_are_no_losses() -> None:
    before = past.outline(b"class A:\n    def f(self): ...\ndef g(): ...\n")
    assert before is not None
    assert sorted(before) == ["A", "A.f", "g"]
    assert past.outline(b"if x:\n    def  g(): ...\n") != before
    assert past.outline(b"print 'old'\n") is None
    one = ("a.py", "g", before["g"])
    moved = past.Change("c", "p", 0, "", frozenset([one]), frozenset([("b.py", *one[1:])]))
    assert moved.lost == frozenset()
    assert [past.is_production(path) for path in ("a/b.py", "a/tests/b.py", "a/test_b.py", "b.txt")] == [True] + 3 * [
        False
    ]


def test_a_verdict_of_a_person_decides_and_unknown_is_no_pass() -> None:
    verdicts = judged.read('[shop]\n0123456789 = ["ask", "a script goes on purpose"]\n', "shop")
    assert verdicts == {"0123456789": ("ask", "a script goes on purpose")}
    answer = Answer("0" * 40, "", "", (), "", "ask", "", "unknown", (), (), 1, 0, 0.0)
    wrong = {(expected, said) for expected in ("stop", "pass", "ask") for said in ("stop", "pass", "unknown", "error")
             if table.is_wrong(answer._replace(expected=expected, answer=said))}  # fmt: skip
    assert wrong == {
        ("stop", "pass"), ("stop", "unknown"), ("stop", "error"), ("pass", "stop"), ("pass", "unknown"),
        ("pass", "error"), ("ask", "pass"), ("ask", "error"),
    }  # fmt: skip
    assert all(verdict.expected in table.RIGHT for name in ("mealie", "linkding") for verdict in
               judged.verdicts(name).values())  # fmt: skip
