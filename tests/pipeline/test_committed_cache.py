"""A change cannot bring along what is known of its code: a cache that git tracks is not read, nor one that it names."""

import subprocess
from pathlib import Path

import msgspec
import pytest

from auditor.analysis import discover
from auditor.analysis.extraction import facts_bytes
from auditor.analysis.extraction.extract import extract
from auditor.analysis.extraction.facts_cache import FactsCache
from auditor.config import load
from auditor.git import Repository
from auditor.pipeline import scan
from auditor.pipeline.policy import policies
from auditor.pipeline.static import recorded_calls

PROJECT = '[project]\nname = "shop"\n[project.scripts]\nshop = "shop:main"\n'


def _git(root: Path, *args: str) -> None:
    subprocess.run(("git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@t", *args), check=True)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "shop.py").write_text("def main():\n    return 1\n\n\ndef forgotten():\n    return 2\n")
    _git(root, "init", "-q", "-b", "main")
    return root


def _poison(root: Path, directory: Path) -> None:
    """Keep facts under the key of shop.py in which it uses all it has."""
    loaded = load(root)
    calls = recorded_calls(loaded)
    (file,) = discover.discover(root, loaded.config).files
    lie = extract(
        b"def main():\n    return forgotten()\n\n\ndef forgotten():\n    return 2\n", file, calls, opinions=False
    )
    cache = FactsCache(directory)
    cache.put(cache.key(file, calls, opinions=False), facts_bytes.encode(lie))
    cache.save()


def _found(root: Path) -> list[str]:
    return [one.id for one in scan(load(root), jobs=1, opinions=False).findings]


def test_a_cache_of_ones_own_is_read(shop: Path) -> None:
    """The lie below is well made: where git does not track it, it is believed."""
    _poison(shop, shop / ".auditor" / "cache")
    assert _found(shop) == []


@pytest.mark.parametrize("place", ["", 'scan = { cache = "facts" }\n'])
def test_a_committed_cache_is_not_read(shop: Path, place: str) -> None:
    if place:
        (shop / "auditor.toml").write_text(place)
    _poison(shop, shop / ("facts" if place else ".auditor/cache"))
    _git(shop, "add", "-f", ".")
    assert _found(shop) == ["shop:forgotten"]


def test_what_a_change_says_of_the_cache_is_not_in_force(shop: Path) -> None:
    (shop / "auditor.toml").write_text("[scan]\ncache = true\n")
    _git(shop, "add", ".")
    _git(shop, "commit", "-qm", "base")
    (shop / "auditor.toml").write_text('[scan]\ncache = "redis://elsewhere:6379"\n')
    _git(shop, "commit", "-qam", "head")
    repository = Repository.containing(shop)
    assert repository is not None
    base, head = repository.resolve("HEAD~1"), repository.resolve("HEAD")
    found = policies(load(shop), repository, base, head)
    assert [one.config.scan.cache for one in (found.base, found.head)] == [True, True]
    assert found.notes
    assert msgspec.structs.replace(found.head.config.scan, cache=True) == found.base.config.scan
