"""Extraction of many files: the same facts for any number of jobs, and what is told meanwhile."""

from hashlib import blake2b
from pathlib import Path

import pytest

from auditor.analysis.extraction import extract_all as module
from auditor.analysis.extraction.extract_all import extract_all
from auditor.analysis.extraction.facts_cache import FactsCache
from auditor.model.code import SourceFile

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
