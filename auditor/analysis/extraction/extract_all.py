"""Extraction of many files, by processes where that pays, with facts from the cache where they are known.

In: files with their bytes. Out: their ModuleFacts in the order given. The result is the same for any number of jobs.
"""

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b

import msgspec

from auditor.analysis.collecting import paused
from auditor.analysis.extraction import facts_bytes
from auditor.analysis.extraction.extract import extract
from auditor.analysis.extraction.facts_cache import FactsCache
from auditor.model.code import ModuleFacts, SourceFile

_WORTH_A_POOL = 1_500_000
_SMALLEST_PART = 30_000
_LARGEST_PART = 250_000
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
    missing: list[tuple[int, Sourced]] = []
    for position, (file, content) in enumerate(sources):
        found.append(cache.get(file, calls, opinions=opinions))
        if found[-1] is None:
            missing.append((position, (file, content)))
    try:
        cache.fetch([file for _, (file, _) in missing], calls, opinions=opinions)
        for position, (file, _) in missing:
            found[position] = cache.get(file, calls, opinions=opinions)
        missing = [one for one in missing if found[one[0]] is None]
        extracted = _extract([one for _, one in missing], calls, jobs, opinions, cache.keeps)
        for done, (number, facts, encoded) in enumerate(extracted, start=1):
            position, (file, content) = missing[number]
            found[position] = facts
            if encoded and blake2b(content, digest_size=16).hexdigest() == file.digest:  # else it changed meanwhile
                cache.put(cache.key(file, calls, opinions=opinions), encoded)
            told(done, len(missing))
    finally:
        cache.save()
    cache.share()
    return tuple(facts for facts in found if facts is not None)


def _extract(
    missing: Sequence[Sourced], calls: frozenset[str], jobs: int, opinions: bool, encoded: bool
) -> Iterator[tuple[int, ModuleFacts, bytes]]:
    """Yield a file's number, its facts, and these as bytes, where `encoded` or they are there anyway."""
    jobs = jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else jobs or os.cpu_count() or 1
    undone = dict.fromkeys(range(len(missing)))
    if jobs > 1 and sum(len(content) for _, content in missing) >= _WORTH_A_POOL:
        for number, content in _in_pool(missing, calls, jobs, opinions):
            del undone[number]
            yield number, facts_bytes.decode(content), content
    with paused():
        for number in undone:
            file, content = missing[number]
            facts = extract(content, file, calls, opinions=opinions)
            yield number, facts, facts_bytes.encode(facts) if encoded else b""


def _in_pool(
    missing: Sequence[Sourced], calls: frozenset[str], jobs: int, opinions: bool
) -> Iterator[tuple[int, bytes]]:
    from auditor.analysis.extraction import workers  # what starts processes; little source needs none

    numbers = _parts([len(content) for _, content in missing], jobs)
    work = functools.partial(_part, calls=calls, opinions=opinions)
    decode = msgspec.msgpack.Decoder(list[bytes]).decode
    for part, answer in workers.answers([[missing[number] for number in part] for part in numbers], work, jobs):
        yield from zip(numbers[part], decode(answer), strict=True)


def _parts(sizes: Sequence[int], jobs: int) -> list[list[int]]:
    """Cut files of these sizes into parts of about equal size, by their numbers.

    The largest come first, so that none is left for the end, when the other workers have nothing to do.
    """
    most = min(max(sum(sizes) // (jobs * 16), _SMALLEST_PART), _LARGEST_PART)
    parts: list[list[int]] = []
    room = 0
    for number in sorted(range(len(sizes)), key=lambda one: -sizes[one]):
        if not parts or room < sizes[number]:
            parts.append([])
            room = most
        parts[-1].append(number)
        room -= sizes[number]
    return parts


@paused()
def _part(part: Sequence[Sourced], calls: frozenset[str], opinions: bool) -> bytes:
    """Extract one part in a worker, and write it as it is kept."""
    return msgspec.msgpack.encode(
        [facts_bytes.encode(extract(content, file, calls, opinions=opinions)) for file, content in part]
    )
