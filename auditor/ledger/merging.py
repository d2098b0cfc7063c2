"""One sample a key and day out of many. In: samples of one key and day. Out: a sample. Pure.

Counts of one source's origins add up. Of different sources the largest count, since sources that watch the same traffic
count the same calls; each measure comes from the source that knows most of it, so none that only one has gets lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from auditor.model.usage import UsageKind, UsageSample
from auditor.tracking.sketches import UserSketch

SampleKey = tuple[UsageKind, str, date]


def by_key(samples: Iterable[UsageSample]) -> dict[SampleKey, UsageSample]:
    """Return one sample for each kind, key and day; the `origin` of each that is given is its source."""
    by_source: dict[SampleKey, dict[str, UsageSample]] = defaultdict(dict)
    for sample in samples:
        same = by_source[sample.kind, sample.key, sample.day]
        known = same.get(sample.origin)
        same[sample.origin] = sample if known is None else added(known, sample)
    return {key: of_sources(same) for key, same in by_source.items()}


def added(one: UsageSample, other: UsageSample) -> UsageSample:
    """Return two origins' counts of one source together."""
    return UsageSample(
        key=one.key,
        kind=one.kind,
        day=one.day,
        count=one.count + other.count,
        errors=one.errors + other.errors,
        last_seen=max((time for time in (one.last_seen, other.last_seen) if time), default=None),
        by_status=_sums(one.by_status, other.by_status),
        origin=one.origin,
        first_seen=min((time for time in (one.first_seen, other.first_seen) if time), default=None),
        succeeded=one.succeeded + other.succeeded,
        timed_out=one.timed_out + other.timed_out,
        durations=one.durations.added(other.durations) if one.durations else other.durations,
        users=_united(one.users, other.users),
        errors_by_code=_sums(one.errors_by_code, other.errors_by_code),
        cost=one.cost + other.cost,
        costed=one.costed + other.costed,
    )


def of_sources(samples: Mapping[str, UsageSample]) -> UsageSample:
    """Return what sources say of one key and day together; `origin` names them."""
    names = sorted(samples)
    first = samples[names[0]]
    if len(names) == 1:
        return first
    found = [samples[name] for name in names]
    most = max(found, key=lambda sample: sample.count)
    dearest = max(found, key=lambda sample: (sample.costed, sample.cost))
    return UsageSample(
        key=most.key,
        kind=most.kind,
        day=most.day,
        count=most.count,
        errors=max(sample.errors for sample in found),
        last_seen=max((sample.last_seen for sample in found if sample.last_seen), default=None),
        by_status=most.by_status,
        origin=", ".join(names),
        first_seen=min((sample.first_seen for sample in found if sample.first_seen), default=None),
        succeeded=max(sample.succeeded for sample in found),
        timed_out=max(sample.timed_out for sample in found),
        durations=max((sample.durations for sample in found if sample.durations), key=lambda d: d.count, default=None),
        users=_most_users([sample.users for sample in found if sample.users]),
        errors_by_code=max((sample.errors_by_code for sample in found), key=lambda codes: sum(codes.values())),
        cost=dearest.cost,
        costed=dearest.costed,
    )


def user_count(registers: bytes) -> int:
    """Return how many users a sketch holds, 0 for none."""
    return UserSketch.of_redis_value(registers).cardinality() if registers else 0


def _sums(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    if not other or not one:
        return one or other
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({*one, *other})}


def _united(one: bytes, other: bytes) -> bytes:
    if not one or not other or one == other:
        return one or other
    sketch = UserSketch.of_redis_value(one)
    sketch.merge(UserSketch.of_redis_value(other))
    return sketch.redis_value()


def _most_users(sketches: list[bytes]) -> bytes:
    return sketches[0] if len(sketches) == 1 else max(sketches, key=user_count, default=b"")
