"""The speed measurements' pure parts: order, medians, growth, targets, edits, who did their work, stages."""

import ast
import json
import math
import os
import sys
from pathlib import Path

import pytest
from measuring.fetching import MeasuringError
from measuring.speed import contenders, corpus, edits, floor, report, running, stages, targets
from measuring.speed.figures import Growth, Measured, Runs, exponent, order, per_million, times_faster
from measuring.speed.running import Memory, Ran

TEXT = '''"""A module."""

import os


@staticmethod
def first(path):
    return os.path.join(path, "ä")


def second():
    text = """
return text
"""
    return text
'''


def _ran(wall: float, cpu: float = 0.0, code: int = 0, stdout: str = "") -> Ran:
    return Ran(code, wall, cpu or wall, 100_000_000, stdout, "")


def _runs(*walls: float) -> Runs:
    return Runs({number: _ran(wall) for number, wall in enumerate(walls)})


def test_each_round_begins_with_another_and_slow_ones_run_in_the_first() -> None:
    turns = order({"a": 3, "b": 3, "c": 3, "slow": 1}, 3)
    assert [name for number, name in turns if number == 0] == ["a", "b", "c", "slow"]
    assert [name for number, name in turns if number == 1] == ["b", "c", "a"]
    assert [name for number, name in turns if number == 2] == ["c", "a", "b"]
    assert [number for number, _ in turns] == sorted(number for number, _ in turns)


def test_medians_and_ratios_come_from_rounds_that_both_ran() -> None:
    ours, theirs = _runs(1.0, 2.0, 9.0), Runs({0: _ran(10.0), 2: _ran(18.0)})
    assert (ours.wall, ours.cpu) == (2.0, 2.0)
    assert ours.spread == 4.0
    assert times_faster(ours, theirs) == 6.0  # 10 and 2
    assert math.isnan(times_faster(ours, Runs({}, late=True)))


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_exponent_is_the_power(power: float) -> None:
    sizes = (125_000, 250_000, 500_000, 1_000_000)
    assert exponent(sizes, [3.5 * size**power for size in sizes]) == pytest.approx(power)


def test_bytes_a_million_lines() -> None:
    assert per_million(200_000_000, 500_000) == 400.0


def test_the_kernels_summary_of_memory_is_read() -> None:
    rollup = "55a-7ff ---p 00000000 00:00 0    [rollup]\nRss:     2048 kB\nPss:     1024 kB\nPss_Dirty:  9 kB\n"
    assert running.parse_kilobytes(rollup) == 1024 * 1024
    assert running.parse_kilobytes("") == 0


def test_a_run_is_timed_with_what_it_says_and_its_children(tmp_path: Path) -> None:
    code = "import subprocess, sys; print('said'); subprocess.run([sys.executable, '-c', 'sum(range(3000000))'])"
    ran = running.timed([sys.executable, "-c", f"{code}; sys.exit(3)"], tmp_path, os.environ, 60)
    assert (ran.code, ran.stdout, ran.stderr, ran.timed_out) == (3, "said\n", "", False)
    assert ran.cpu > 0.03
    assert ran.peak > 1_000_000
    late = running.timed([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, os.environ, 0.2)
    assert late.timed_out
    assert late.wall < 30


def test_memory_of_several_processes_is_more_than_that_of_one(tmp_path: Path) -> None:
    hold = "import time; held = bytearray(b'x') * 30_000_000; time.sleep(0.6)"
    code = f"import subprocess, sys\nother = subprocess.Popen([sys.executable, '-c', {hold!r}])\n{hold}\nother.wait()"
    seen = running.memory([sys.executable, "-c", code], tmp_path, os.environ, 60)
    assert seen.together > 60_000_000
    assert seen.largest < seen.together
    with pytest.raises(MeasuringError, match="exited 1"):
        running.memory([sys.executable, "-c", "raise SystemExit(1)"], tmp_path, os.environ, 60)


def _measured(quiet: float = 2.4, warm: float = 0.5) -> Measured:
    runs = {targets.COLD: _runs(5.0), targets.QUIET: _runs(quiet), targets.PEER: _runs(10.0), targets.FLOOR: _runs(1.6)}
    runs |= dict.fromkeys(targets.WARM, _runs(0.4)) | {targets.WARM[1]: _runs(warm)}
    return Measured("django", 2800, 500_000, runs, {"all cores": Memory(90_000_000, 190_000_000)})


def test_targets_are_judged_by_the_slowest_edit() -> None:
    judged = {row.what: row for row in targets.judged([_measured()], None)}
    assert [row.met for row in judged.values()] == [True] * len(judged)
    assert judged["auditor warm, one file changed against vulture"].got == 20.0
    assert judged[f"{targets.QUIET} of {targets.FLOOR}"].got == pytest.approx(1.5)
    assert judged["memory, all cores"].got == pytest.approx(380.0)
    slower = {row.what: row.met for row in targets.judged([_measured(quiet=2.6, warm=1.3)], None)}
    assert [what for what, met in slower.items() if not met] == [
        f"{targets.QUIET} against vulture", f"{targets.QUIET} of {targets.FLOOR}",
        "auditor warm, one file changed against vulture", "auditor warm, one file changed",
    ]  # fmt: skip


def test_targets_without_figures_are_left_out() -> None:
    bare = Measured("x", 1, 200_000, {targets.QUIET: _runs(1.0), targets.PEER: Runs({}, late=True)}, {})
    assert targets.judged([bare, _measured()._replace(lines=99_999)], None) == []
    growth = Growth((1000, 10_000), (1.0, 10.0), (1, 10), (1, 100))
    assert [(row.what, row.met) for row in targets.judged([], growth)] == [
        ("time, 1 job", True), ("memory, 1 job", True), ("memory, all processes", False),
    ]  # fmt: skip


def test_everything_is_printed_and_goes_into_json() -> None:
    one = _measured()
    late = one._replace(runs={**one.runs, "skylos": Runs({}, late=True)})
    growth = Growth((1000, 10_000), (1.0, 10.0), (1_000_000, 10_000_000), (1_000_000, 10_000_000))
    judged = targets.judged([late], growth)
    text = "\n".join((report.table(late), report.growth(growth), report.targets(judged)))
    assert "out of time" in text
    assert "4.17" in text  # times faster than vulture
    assert "NOT MET" not in text
    plain = json.loads(json.dumps(report.as_json([late], growth, judged)))
    assert plain["trees"]["django"]["runs"]["skylos"]["late"] is True
    assert plain["growth"]["exponents"]["seconds"] == pytest.approx(1.0)
    assert all(row["met"] for row in plain["targets"])


def test_edits_change_what_they_say_and_nothing_else() -> None:
    before = ast.dump(ast.parse(TEXT))
    assert len({edit(TEXT, number) for edit in edits.EDITS.values() for number in range(3)}) == 9
    remarked = edits.comment(TEXT, 7)
    assert ast.dump(ast.parse(remarked)) == before
    assert "# remark 7\n@staticmethod\n" in remarked
    changed = ast.parse(edits.statement(TEXT, 7))
    assert 'return (os.path.join(path, "ä")) or 7' in edits.statement(TEXT, 7)
    assert len(changed.body) == len(ast.parse(TEXT).body)
    added = ast.parse(edits.function(TEXT, 7))
    assert ast.unparse(added.body[-1]) == "added_7(7)"
    assert ast.dump(ast.Module(added.body[:-2], [])) == before


def test_the_file_to_edit_is_of_middling_size_and_no_test(tmp_path: Path) -> None:
    large = TEXT + "#" * 5000
    files = {"a.py": "x = 1\n", "b.py": TEXT, "c.py": large, "test_d.py": large, "e.py": "def x(:\n" + "#" * 5000}
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    assert edits.chosen(corpus.tree("t", tmp_path)) == "c.py"
    (tmp_path / "c.py").unlink()
    assert edits.chosen(corpus.tree("t", tmp_path)) in ("b.py", "test_d.py")


def test_a_copy_holds_what_a_tool_would_read(tmp_path: Path) -> None:
    for path in ("src/a.py", "src/.venv/lib/b.py", "src/pkg/c.py", "src/.auditor/cache/facts"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x = 1\n", "utf-8")
    copy = corpus.copied("t", tmp_path / "src", tmp_path / "cache")
    assert (copy.python, copy.lines) == (("a.py", "pkg/c.py"), 2)
    assert not (copy.path / ".auditor").exists()
    (tmp_path / "src" / "__init__.py").touch()
    assert corpus.copied("t", tmp_path / "src", tmp_path / "cache").python == (
        "src/__init__.py", "src/a.py", "src/pkg/c.py",
    )  # fmt: skip
    with pytest.raises(MeasuringError, match="no Python"):
        corpus.tree("t", tmp_path / "src" / ".auditor")


def test_the_corpus_is_pinned() -> None:
    every = [one for group in corpus.CORPUS for one in group]
    assert len(corpus.CORPUS) == 4
    assert 15 <= len({one.name for one in every}) == len(every) <= 25
    assert all(len(one.sha256) == 64 for one in (*every, corpus.DJANGO))


def test_the_parser_alone_reads_every_file_once(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"m{number}.py").write_text("x = 1\n" * number, "utf-8")
    (tmp_path / "broken.py").write_text("def x(:\n", "utf-8")
    sizes = [(one.stat().st_size, str(one)) for one in tmp_path.iterdir()]
    parts = floor.parts(sizes, 500)
    assert sorted(path for part in parts for path in part) == sorted(path for _, path in sizes)
    assert len(parts) > 5
    for jobs in ("1", "2"):
        ran = running.timed([sys.executable, "-I", floor.__file__, tmp_path, jobs], tmp_path, os.environ, 60)
        assert json.loads(ran.stdout) == {"files": 41, "unparsed": 1, "jobs": int(jobs)}


def test_vultures_exit_codes_are_no_failure_where_it_found_something(tmp_path: Path) -> None:
    line = "a.py:1: unused variable 'x' (60% confidence)\n"
    for code, text, found in ((3, line, 1), (1, line, 1), (0, "", 0), (3, "", 0), (2, line, 0), (-9, line, 0)):
        assert contenders.claimed("vulture", _ran(1.0, code=code, stdout=text), tmp_path) == found
    assert contenders.claimed("skylos", _ran(1.0, stdout="no json"), tmp_path) == 0
    said = {"unused_functions": [{"file": str(tmp_path / "a.py"), "line": 1, "name": "x"}]}
    assert contenders.claimed("skylos", _ran(1.0, stdout=f"note\n{json.dumps(said)}"), tmp_path) == 1


@pytest.mark.parametrize(("code", "said", "complaint"), [
    (2, {}, "exited 2"),
    (0, {"findings": []}, "found nothing"),
    (0, {"findings": [1], "files": 4, "root": "above"}, "took above for the root"),
    (0, {"findings": [1], "files": 3, "root": "t"}, "read 3 files"),
    (0, {"findings": [1], "files": 4, "root": "t"}, ""),
])  # fmt: skip
def test_a_scan_that_did_not_do_its_work_is_an_error(code: int, said: dict[str, object], complaint: str) -> None:
    tree = corpus.Tree("t", Path("t"), ("a.py", "b.py", "c.py", "d.py"), 4)
    ran = _ran(1.0, code=code, stdout=json.dumps(said))
    if complaint:
        with pytest.raises(MeasuringError, match=complaint):
            contenders.answer(tree, ran)
    else:
        assert contenders.answer(tree, ran)["files"] == 4


def test_seconds_count_for_the_innermost_stage() -> None:
    moments = iter(range(100))
    clock = stages.Clock(lambda: float(next(moments)))
    inner = clock.of("inner", lambda: None)
    again = clock.of("outer", lambda: None)
    clock.of("outer", lambda: (inner(), again()))()
    assert clock.seconds == {"inner": 1.0, "outer": 2.0}
    assert list(clock.of("lazy", lambda: iter("ab"))()) == ["a", "b"]
    assert clock.seconds["lazy"] == 4.0
    assert "100.0%" in stages.table(clock.seconds, 10)


@pytest.mark.parametrize("place", [place for _, place in stages.STAGES])
def test_every_stage_is_where_the_list_says(place: str) -> None:
    assert callable(stages.located(place)[2])


def test_a_stage_that_is_gone_is_said() -> None:
    with pytest.raises(MeasuringError, match="mend STAGES"):
        stages.located("auditor.analysis.discover:gone")
