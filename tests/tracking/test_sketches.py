"""Sketches of users: what they estimate, what Redis makes of them, what they do not tell."""

import itertools
import json
import random
import sys
from datetime import date

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from auditor.tracking.sketches import UserSketch

DAY = date(2026, 11, 21)


def sketch_of(count: int, first: int = 0, app: str = "shop", day: date = DAY) -> UserSketch:
    sketch = UserSketch()
    for number in range(first, first + count):
        sketch.add(f"user-{number}", app, day)
    return sketch


@pytest.mark.parametrize("count", [0, 1, 2, 10, 100, 170, 171, 172, 1_000, 20_000, 100_000])
def test_the_estimate_is_close_to_the_truth(count: int) -> None:
    estimate = sketch_of(count).cardinality()
    assert abs(estimate - count) <= max(0.025 * count, 0 if count <= 10 else 2)


def test_a_user_counts_once_as_text_or_bytes() -> None:
    sketch = sketch_of(5)
    for _ in range(100):
        sketch.add("user-3", "shop", DAY)
        sketch.add(b"user-3", "shop", DAY)
    assert sketch.cardinality() == 5


def test_any_text_is_an_id() -> None:
    sketch = UserSketch()
    for user in ("", "\udcff", "名前", "x" * 100_000, b"\xff\x00"):
        sketch.add(user, "shop\udcff", DAY)
    assert sketch.cardinality() == 5


def test_merging_is_the_union() -> None:
    one, two = sketch_of(3_000), sketch_of(3_000, first=2_000)
    two_small = sketch_of(10, first=4_990)
    one.merge(two)
    before = one.pairs()
    one.merge(two_small)
    one.merge(one)
    assert one.pairs() == before == sketch_of(5_000).pairs()
    assert len(one) == len(before)


@pytest.mark.parametrize("count", [0, 3, 170, 171, 5_000])
def test_pairs_survive_json(count: int) -> None:
    sketch = sketch_of(count)
    again = UserSketch.of_pairs(json.loads(json.dumps(sketch.pairs())))
    assert again.pairs() == sketch.pairs()
    assert len(again) == len(sketch) == len(sketch.pairs())
    assert again.cardinality() == sketch.cardinality()
    assert again.redis_value() == sketch.redis_value()


@pytest.mark.parametrize("pair", [[-1, 3], [16384, 3], [0, 0], [0, 52], [1], [1, 2, 3], ["1", 2]])
def test_pairs_of_no_sketch_are_refused(pair: list[int]) -> None:
    with pytest.raises((ValueError, TypeError)):
        UserSketch.of_pairs([[1, 1], pair])


def test_another_day_or_app_leaves_other_registers() -> None:
    sketches = [sketch_of(50), sketch_of(50, day=date(2026, 11, 22)), sketch_of(50, app="admin")]
    for one, two in itertools.combinations(sketches, 2):
        shared = {tuple(pair) for pair in one.pairs()} & {tuple(pair) for pair in two.pairs()}
        assert len(shared) <= 2


def test_ids_are_not_kept() -> None:
    sketch = UserSketch()
    sketch.add("alice@example.org", "shop", DAY)
    (pair,) = sketch.pairs()
    assert len(pair) == 2
    assert all(0 <= number < 16384 for number in pair)
    assert b"alice" not in sketch.redis_value()


def test_memory_is_bounded() -> None:
    sizes = [sys.getsizeof(sketch._ranks) for sketch in (sketch_of(0), sketch_of(170), sketch_of(30_000))]
    assert sizes[0] < 100
    assert sizes[1] < 16_000
    assert sizes[2] < 16_500


def pfcount(client: redis.Redis, *sketches: UserSketch) -> int:
    """Return what Redis counts after the sketches were merged into a key, as the sink does."""
    client.delete("day")
    for sketch in sketches:
        client.set("one", sketch.redis_value())
        client.pfmerge("day", "one")
    return int(client.pfcount("day"))


@pytest.mark.parametrize("count", [0, 1, 50, 171, 900, 3_000, 60_000])
def test_redis_counts_the_same(redis_url: str, count: int) -> None:
    client = redis.Redis.from_url(redis_url)
    sketch = sketch_of(count)
    client.set("plain", sketch.redis_value())
    assert int(client.pfcount("plain")) == sketch.cardinality()
    assert pfcount(client, sketch) == sketch.cardinality()
    client.close()


def test_redis_merges_the_sketches_of_many_processes(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url)
    parts = [sketch_of(700, first=500 * part) for part in range(12)]
    estimate = pfcount(client, *parts)
    assert estimate == pfcount(client, *reversed(parts))
    assert abs(estimate - 6_200) < 0.02 * 6_200
    client.close()


def test_redis_reads_back_every_register(redis_url: str) -> None:
    """Runs of each kind, ranks that need the dense encoding, first and last registers."""
    client = redis.Redis.from_url(redis_url)
    chance = random.Random(5)
    cases = [
        [[0, 1]], [[16383, 51]], [[0, 32], [16383, 32]], [[0, 33]], [[63, 1]], [[64, 1]], [[65, 2], [66, 2]],
        [[n, 7] for n in range(9)], [[n, 1 + n % 51] for n in range(16384)], [[n, 32] for n in range(16384)],
        [[n, 1 + n % 32] for n in range(0, 16384, 3)],
        *([[n, chance.randint(1, 51)] for n in sorted(chance.sample(range(16384), size))] for size in (10, 2_000)),
    ]  # fmt: skip
    for pairs in cases:
        sketch = UserSketch.of_pairs(pairs)
        client.set("one", sketch.redis_value())
        client.delete("dense")
        client.pfmerge("dense", "one")
        client.execute_command("PFDEBUG", "TODENSE", "dense")
        registers = client.execute_command("PFDEBUG", "GETREG", "dense")
        assert [[n, rank] for n, rank in enumerate(registers) if rank] == pairs
        assert int(client.pfcount("one")) == sketch.cardinality()
    client.close()


PAIRS = st.dictionaries(st.integers(0, 16383), st.integers(1, 51), max_size=300)


@given(PAIRS, PAIRS)
def test_a_merge_takes_the_higher_rank_of_each_register(one: dict[int, int], two: dict[int, int]) -> None:
    merged = UserSketch.of_pairs(one.items())
    merged.merge(UserSketch.of_pairs(two.items()))
    expected = [[n, max(one.get(n, 0), two.get(n, 0))] for n in sorted(one.keys() | two.keys())]
    assert merged.pairs() == expected
    assert len(merged) == len(expected)


@pytest.mark.parametrize("count", [0, 1, 3, 170, 171, 1_000, 5_000, 30_000])
def test_a_redis_value_is_read_back(count: int) -> None:
    sketch = sketch_of(count)
    found = UserSketch.of_redis_value(sketch.redis_value())
    assert (found.pairs(), len(found)) == (sketch.pairs(), len(sketch))
    assert (found.cardinality(), found.redis_value()) == (sketch.cardinality(), sketch.redis_value())


@pytest.mark.parametrize("count", [2, 700, 20_000])
def test_what_redis_itself_counted_is_read(redis_url: str, count: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.pfadd("users", *(f"user-{number}" for number in range(count)))
        value = client.get("users")
        assert isinstance(value, bytes)
        assert UserSketch.of_redis_value(value).cardinality() == client.pfcount("users")


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda rest: sketch_of(3).redis_value()[:16] + rest))
def test_bytes_that_hold_no_sketch_are_refused(value: bytes) -> None:
    try:
        found = UserSketch.of_redis_value(value)
    except ValueError:
        return
    assert UserSketch.of_redis_value(found.redis_value()).pairs() == found.pairs()


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"HYLL",
        b"12",
        sketch_of(5).redis_value()[:-1],
        sketch_of(5).redis_value() + b"\0",
        sketch_of(5_000).redis_value()[:-1],
        sketch_of(5).redis_value().replace(b"HYLL\x01", b"HYLL\x02"),
        b"HYLL\0\0\0\0" + bytes(8) + b"\xff" * 12288,
        b"HYLL\x01\0\0\0" + bytes(8) + b"\0" * 16385,
        b"HYLL\x01\0\0\0" + bytes(8) + b"\x7f",
    ],
)
def test_damaged_sketches_are_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match="sketch of users"):
        UserSketch.of_redis_value(value)


def test_a_forged_sketch_of_countless_users_has_a_number() -> None:
    forged = UserSketch.of_pairs([register, 51] for register in range(1 << 14))
    assert UserSketch.of_redis_value(forged.redis_value()).cardinality() == 2**63 - 1
