"""The same bytes whatever the number of jobs, the hash seed, the cache, and the order in which files are listed."""

import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.analysis import discover
from auditor.config import load
from auditor.report import formats

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_bytes_of_a_project_read_by_several_processes(several: Path, tmp_path: Path, auditor: Run) -> None:
    root = tmp_path / "several"
    shutil.copytree(several, root, ignore=shutil.ignore_patterns(".auditor"))
    runs = [
        (("--jobs", "1", "--no-cache"), "0"),
        (("--jobs", "2", "--no-cache"), "1"),
        (("--jobs", "5"), "2"),  # fills the cache
        (("--jobs", "2"), "3"),  # reads it
    ]
    done = [
        auditor("scan", "--format", "json", *arguments, cwd=root, env={"PYTHONHASHSEED": seed})
        for arguments, seed in runs
    ]
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * len(runs)
    assert len({one.stdout for one in done}) == 1
    assert len(done[0].stdout) > 10_000


def test_bytes_do_not_depend_on_the_order_in_which_files_are_listed(
    several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "several"
    for name in ("click", "jinja2"):
        shutil.copytree(several / name, root / name)
    loaded = load(root)
    paths = sorted(one.relative_to(root).as_posix() for one in root.rglob("*") if one.is_file())
    texts = set()
    for seed in range(3):
        listed = list(paths)
        random.Random(seed).shuffle(listed)
        monkeypatch.setattr(discover, "list_files", lambda _root, _problems, listed=tuple(listed): listed)
        texts.add(formats.scan(pipeline.scan(loaded, jobs=1, cache=False), "json"))
    assert len(texts) == 1
    assert '"findings"' in texts.pop()
