"""Extraction of many files, by processes where that pays, with facts from the cache where they are known.

In: files with their bytes. Out: their ModuleFacts in the order given. The result is the same for any number of jobs.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import msgspec

from auditor.analysis.collecting import paused
from auditor.analysis.extraction.extract import extract
from auditor.analysis.extraction.facts_cache import FactsCache
from auditor.model.code import ModuleFacts, SourceFile

_WORTH_A_POOL = 1_500_000
_PART = 250_000
Sourced = tuple[SourceFile, bytes]
Told = Callable[[int, int], None]
"""Is told how many files are extracted by now, and of how many that were not in the cache."""


def extract_all(
    sources: Iterable[Sourced],
    calls: frozenset[str],
    jobs: int = 0,
    cache: FactsCache | None = None,
    *,
    opinions: bool = True,
    told: Told = lambda _done, _all: None,
) -> tuple[ModuleFacts, ...]:
    """Return the facts of all files in the order given.

    `jobs` 0 means one a core; little source (below 1.5 MB) is read in this process, because a pool would cost more.
    The cache, where given, is filled and written. `told` is called in this process and thread, every now and then.
    """
    cache = cache or FactsCache(None)
    found: list[ModuleFacts | None] = []
    open_places: list[int] = []
    missing: list[Sourced] = []
    for position, (file, content) in enumerate(sources):
        found.append(cache.get(file, calls, opinions=opinions))
        if found[-1] is None:
            open_places.append(position)
            missing.append((file, content))
    extracted = _extract(missing, calls, jobs, opinions, told)
    for position, (file, _), facts in zip(open_places, missing, extracted, strict=True):
        found[position] = facts
        cache.put(file, calls, facts, opinions=opinions)
    cache.save()
    return tuple(facts for facts in found if facts is not None)


def _extract(
    missing: Sequence[Sourced], calls: frozenset[str], jobs: int, opinions: bool, told: Told
) -> list[ModuleFacts]:
    jobs = jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else jobs or os.cpu_count() or 1
    if jobs > 1 and sum(len(content) for _, content in missing) >= _WORTH_A_POOL:
        try:
            return _in_pool(missing, calls, jobs, opinions, told)
        except (OSError, BrokenProcessPool):
            pass
    found = []
    with paused():
        for file, content in missing:
            found.append(extract(content, file, calls, opinions=opinions))
            told(len(found), len(missing))
    return found


def _in_pool(
    missing: Sequence[Sourced], calls: frozenset[str], jobs: int, opinions: bool, told: Told
) -> list[ModuleFacts]:
    can_fork = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    parts = _parts(missing)
    decoder = msgspec.msgpack.Decoder(list[ModuleFacts])
    found: list[ModuleFacts] = []
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting = [pool.submit(_part, part, calls, opinions) for part in parts]
        for one in waiting:
            found += decoder.decode(one.result())
            told(len(found), len(missing))
    return found


def _parts(missing: Sequence[Sourced]) -> list[list[Sourced]]:
    """Cut the files into parts of about equal size, in order."""
    parts: list[list[Sourced]] = [[]]
    size = 0
    for one in missing:
        if size >= _PART:
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += len(one[1])
    return parts


@paused()
def _part(part: list[Sourced], calls: frozenset[str], opinions: bool) -> bytes:
    """Extract one part in a worker; msgpack is cheaper to send than pickles."""
    return msgspec.msgpack.encode([extract(content, file, calls, opinions=opinions) for file, content in part])
