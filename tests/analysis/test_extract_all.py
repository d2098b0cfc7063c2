"""Extraction of many files: the same facts for any number of jobs, and what is told meanwhile."""

import os
import signal
import threading
from hashlib import blake2b
from pathlib import Path

import pytest

from auditor.analysis.extraction import extract_all as module
from auditor.analysis.extraction.extract import extract
from auditor.analysis.extraction.extract_all import extract_all
from auditor.analysis.extraction.facts_cache import FactsCache
from auditor.model.code import ModuleFacts, SourceFile

TEXTS = [b"def f():\n    return 1\n" * (number + 1) for number in range(7)]
SOURCES = [
    (SourceFile(f"m{number}.py", f"m{number}", False, False, blake2b(text, digest_size=16).hexdigest()), text)
    for number, text in enumerate(TEXTS)
]


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_is_told_of_all_files_in_rising_order(jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WORTH_A_POOL", 1)
    monkeypatch.setattr(module, "_SMALLEST_PART", 100)
    told: list[tuple[int, int]] = []
    facts = extract_all(SOURCES, frozenset(), jobs, FactsCache(tmp_path), told=lambda *two: told.append(two))
    assert [one.path for one in facts] == [file.path for file, _ in SOURCES]
    assert told == sorted(set(told))
    assert told[-1] == (7, 7)
    assert len(told) > 2

    told.clear()
    assert extract_all(SOURCES, frozenset(), jobs, FactsCache(tmp_path), told=lambda *two: told.append(two)) == facts
    assert told == []


def test_what_was_extracted_before_ctrl_c_is_kept(tmp_path: Path) -> None:
    def told(done: int, _: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract_all(SOURCES, frozenset(), 1, FactsCache(tmp_path), told=told)
    cache = FactsCache(tmp_path)
    assert extract_all(SOURCES, frozenset(), 1, cache) == extract_all(SOURCES, frozenset(), 1)
    assert cache.hits == 4


def test_what_a_dead_worker_had_is_extracted_here(monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()

    def dies(content: bytes, file: SourceFile, calls: frozenset[str], *, opinions: bool) -> ModuleFacts:
        if os.getpid() != here and file.path in ("m2.py", "m5.py"):
            os.kill(os.getpid(), signal.SIGKILL)
        return extract(content, file, calls, opinions=opinions)

    alone = extract_all(SOURCES, frozenset(), 1)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(module, "_WORTH_A_POOL", 1)
    monkeypatch.setattr(module, "_SMALLEST_PART", 100)
    monkeypatch.setattr(module, "extract", dies)
    assert extract_all(SOURCES, frozenset(), 2) == alone
