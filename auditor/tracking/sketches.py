"""How many different users: HyperLogLog registers. In: users' ids. Out: registers, a number, a Redis value. No I/O.

An id is hashed at once and forgotten; only the largest rank that each of 16,384 registers saw is kept. What that gives:
no id can be read back from a sketch; equal ids leave different registers for another app or another UTC day, so that
days cannot be joined; and no table of hashes that was made before fits. What it does not give: the key is made of the
app's name and the day, no secret, so that all processes agree without sharing one. Who has the registers and a list of
all ids that may be in them can try each one, and learn who was certainly not there and, in a small sketch, who very
likely was. Sketches of few users are to be guarded like a list of those users.

Registers, ranks and encodings are those of Redis (p = 14, `hyperloglog.c`), so that Redis merges and counts them. The
hash is not (Redis uses MurmurHash64A): never `PFADD` an id to a key that holds such a sketch.
"""

import math
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from hashlib import blake2b

_BITS = 14
_REGISTERS = 1 << _BITS
_HIGHEST_RANK = 64 - _BITS + 1
_HIGHEST_SPARSE_RANK = 32
_LONGEST_SPARSE = 3000
"""Bytes; Redis' default for `hll-sparse-max-bytes`."""
_MOST_IN_DICT = 170
"""Above, one byte for each of all registers takes less memory than a dictionary of those that are set."""
_ALPHA = 0.5 / math.log(2)


class UserSketch:
    """A set of users of which only the size can be told, with a standard error of 0.8 %. At most 16 KB.

    Not thread-safe: the counters hold their lock.
    """

    __slots__ = ("_count", "_ranks")

    def __init__(self) -> None:
        self._ranks: dict[int, int] | bytearray = {}
        self._count = 0

    def __len__(self) -> int:
        """Return how many registers are set; 0 for no user. This is no number of users, see `cardinality`."""
        return self._count

    @classmethod
    def of_pairs(cls, pairs: Iterable[Iterable[int]]) -> "UserSketch":
        """Return the sketch that `pairs` came from; raise ValueError for what cannot come from one."""
        sketch = cls()
        for pair in pairs:
            register, rank = pair
            if not (0 <= register < _REGISTERS and 1 <= rank <= _HIGHEST_RANK):
                raise ValueError(f"register {register} with rank {rank} is not of a sketch of users")
            sketch._raise(register, rank)
        return sketch

    def add(self, user: str | bytes, app: str, day: date) -> None:
        """Add a user. `app` and the UTC `day` are part of the hash: a sketch holds users of one app and one day."""
        hashing = _keyed(app, day).copy()
        hashing.update(user if isinstance(user, bytes) else user.encode("utf-8", "surrogatepass"))
        number = int.from_bytes(hashing.digest(), "little")
        rest = number >> _BITS | 1 << (64 - _BITS)
        self._raise(number & (_REGISTERS - 1), (rest & -rest).bit_length())

    def merge(self, other: "UserSketch") -> None:
        """Add all users of another sketch, of the same app and day."""
        for register, rank in other.pairs():
            self._raise(register, rank)

    def pairs(self) -> list[list[int]]:
        """Return `[register, rank]` of each register that is set, by register."""
        if isinstance(self._ranks, dict):
            return [[register, rank] for register, rank in sorted(self._ranks.items())]
        return [[register, rank] for register, rank in enumerate(self._ranks) if rank]

    def cardinality(self) -> int:
        """Return the estimated number of users, the same as Redis' PFCOUNT.

        By Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), algorithm 6: needs no
        tables of corrections and is unbiased over the whole range.
        """
        histogram = [0] * (_HIGHEST_RANK + 1)
        for _, rank in self.pairs():
            histogram[rank] += 1
        histogram[0] = _REGISTERS - self._count
        total = _REGISTERS * _tau(1 - histogram[_HIGHEST_RANK] / _REGISTERS)
        for rank in range(_HIGHEST_RANK - 1, 0, -1):
            total = 0.5 * (total + histogram[rank])
        total += _REGISTERS * _sigma(histogram[0] / _REGISTERS)
        return round(_ALPHA * _REGISTERS * _REGISTERS / total)

    def redis_value(self) -> bytes:
        """Return a Redis string that PFMERGE and PFCOUNT take: sparse where it is short, else dense.

        The format is that of `hyperloglog.c`: "HYLL", encoding, three bytes unused, eight of the cached count, whose
        highest bit says that it is stale.
        """
        pairs = self.pairs()
        if all(rank <= _HIGHEST_SPARSE_RANK for _, rank in pairs):
            sparse = _sparse(pairs)
            if len(sparse) <= _LONGEST_SPARSE:
                return b"HYLL\x01\0\0\0" + b"\0\0\0\0\0\0\0\x80" + sparse
        return b"HYLL\x00\0\0\0" + b"\0\0\0\0\0\0\0\x80" + _dense(pairs)

    def _raise(self, register: int, rank: int) -> None:
        """Set a register unless it is as high already."""
        ranks = self._ranks
        old = ranks.get(register, 0) if isinstance(ranks, dict) else ranks[register]
        if rank <= old:
            return
        ranks[register] = rank
        if old == 0:
            self._count += 1
            if self._count == _MOST_IN_DICT + 1 and isinstance(ranks, dict):
                self._ranks = bytearray(_REGISTERS)
                for known, value in ranks.items():
                    self._ranks[known] = value


@lru_cache(maxsize=8)
def _keyed(app: str, day: date) -> blake2b:
    """Return the hash to start from; copying it costs half of making it."""
    key = blake2b(f"{day.isoformat()} {app}".encode("utf-8", "surrogatepass"), digest_size=32)
    return blake2b(digest_size=8, key=key.digest(), usedforsecurity=False)


def _sparse(pairs: list[list[int]]) -> bytes:
    """Return all registers as runs: of zeros (ZERO to 64, XZERO to 16,384), of one rank to 32 (VAL, to four)."""
    code = bytearray()
    position = index = 0
    while index < len(pairs):
        register, rank = pairs[index]
        _skip(code, register - position)
        length = 1
        while length < 4 and index + length < len(pairs) and pairs[index + length] == [register + length, rank]:
            length += 1
        code.append(0x80 | rank - 1 << 2 | length - 1)
        position, index = register + length, index + length
    _skip(code, _REGISTERS - position)
    return bytes(code)


def _skip(code: bytearray, zeros: int) -> None:
    if zeros > 64:
        code += bytes((0x40 | zeros - 1 >> 8, zeros - 1 & 0xFF))
    elif zeros:
        code.append(zeros - 1)


def _dense(pairs: list[list[int]]) -> bytes:
    """Return six bits for each register, the lowest first."""
    packed = bytearray(_REGISTERS * 6 // 8 + 1)  # a byte too many, for the upper half of the last register's two
    for register, rank in pairs:
        byte, shift = divmod(register * 6, 8)
        packed[byte] |= rank << shift & 0xFF
        packed[byte + 1] |= rank << shift >> 8
    return bytes(packed[:-1])


def _sigma(share: float) -> float:
    """Return x + sum of x^(2^k) * 2^(k-1): what empty registers stand for."""
    if share == 1:
        return math.inf
    weight, total, before = 1.0, share, -1.0
    while total != before:
        share *= share
        before = total
        total += share * weight
        weight += weight
    return total


def _tau(share: float) -> float:
    """Return (1 - x - sum of (1 - x^(2^-k))^2 * 2^-k) / 3: what full registers stand for."""
    if share in (0, 1):
        return 0.0
    weight, total, before = 1.0, 1 - share, -1.0
    while total != before:
        share = math.sqrt(share)
        before = total
        weight *= 0.5
        total -= (1 - share) ** 2 * weight
    return total / 3
