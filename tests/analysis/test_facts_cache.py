import os
import shutil
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest

import auditor
from auditor.analysis.extraction.extract_all import extract_all
from auditor.analysis.extraction.facts_cache import FactsCache
from auditor.model.code import SourceFile

CALLS = frozenset({"path"})


def source(name: str, text: bytes = b"x = 1\n") -> tuple[SourceFile, bytes]:
    return SourceFile(f"{name}.py", name, False, False, blake2b(text, digest_size=16).hexdigest()), text


def test_facts_come_back_exactly(tmp_path: Path) -> None:
    given = [source("a", b"class A:\n    def f(self, x: 'B') -> int: return path(x)\n"), source("b", b"def broken(")]
    first = extract_all(given, CALLS, 1, FactsCache(tmp_path))
    cache = FactsCache(tmp_path)
    assert extract_all(given, CALLS, 1, cache) == first
    assert cache.hits == 2
    (pack,) = tmp_path.iterdir()
    assert pack.suffix == ".pack"


def test_other_circumstances_are_other_facts(tmp_path: Path) -> None:
    file, text = source("a")
    extract_all([(file, text)], CALLS, 1, FactsCache(tmp_path))
    cache = FactsCache(tmp_path)
    assert cache.get(file, CALLS) is not None
    assert cache.get(file, CALLS, opinions=False) is None
    assert cache.get(file, frozenset({"other"})) is None
    for change in ({"module": "b"}, {"path": "c.py"}, {"in_tests": True}, {"is_package": True}, {"digest": "other"}):
        assert cache.get(msgspec.structs.replace(file, **change), CALLS) is None


@pytest.mark.parametrize("damage", [b"", b"\x00garbage", b"half"])
def test_a_damaged_or_foreign_file_is_an_empty_cache(tmp_path: Path, damage: bytes) -> None:
    given = [source("a"), source("b")]
    first = extract_all(given, CALLS, 1, FactsCache(tmp_path))
    (stored,) = tmp_path.iterdir()
    stored.write_bytes(stored.read_bytes()[: stored.stat().st_size // 2] if damage == b"half" else damage)
    cache = FactsCache(tmp_path)
    assert extract_all(given, CALLS, 1, cache) == first
    assert cache.hits == 0


def test_a_directory_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert len(extract_all([source("a")], CALLS, 1, FactsCache(tmp_path / "file"))) == 1


def test_processes_give_the_same_in_the_same_order() -> None:
    text = b"def f(a):\n    return a.b\n" + b"# much to read, little to say\n" * 20_000
    given = [source(f"m{number}", text + b"# %d\n" % number) for number in range(6)]
    assert extract_all(given, CALLS, 2, opinions=False) == extract_all(given, CALLS, 1, opinions=False)


def test_another_version_of_what_extracts_starts_afresh(tmp_path: Path) -> None:
    """Runs a copy of the package whose extraction differs by one comment, on the cache of the first."""
    project, packages = tmp_path / "project", tmp_path / "packages"
    project.mkdir()
    (project / "a.py").write_text("x = 1\n")
    shutil.copytree(Path(auditor.__file__).parent, packages / "auditor", ignore=shutil.ignore_patterns("__pycache__"))
    asked = (
        "from hashlib import blake2b; from pathlib import Path;"
        "from auditor.analysis.extraction.facts_cache import FactsCache;"
        "from auditor.analysis.extraction.extract_all import extract_all; from auditor.model.code import SourceFile;"
        "cache = FactsCache(Path('cache'));"
        "extract_all([(SourceFile('a.py', 'a', False, False, blake2b(b'x', digest_size=16).hexdigest()), b'x')],"
        "frozenset(), 1, cache);"
        "print(cache.hits)"
    )

    def hits() -> str:
        environment = {**os.environ, "PYTHONPATH": str(packages)}
        done = subprocess.run(
            [sys.executable, "-c", asked], cwd=project, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert [hits(), hits()] == ["0", "1"]
    with (packages / "auditor" / "analysis" / "extract_walk.py").open("a") as stream:
        stream.write("# another\n")
    assert hits() == "0"
