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
_HEADER = 16
"""Bytes before the registers: what `redis_value` says of itself."""
_LONGEST = _HEADER + _REGISTERS
"""Bytes of the longest value: a sparse one with a byte for each register."""
_MOST_IN_DICT = 170
"""Above, one byte for each of all registers takes less memory than a dictionary of those that are set."""
_COUNTLESS = 2**63 - 1
"""The estimate where every register is as high as it can be, which only a forged sketch is."""
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

    @classmethod
    def of_redis_value(cls, value: bytes) -> "UserSketch":
        """Return the sketch that a Redis string holds; raise ValueError for what is none, or is damaged."""
        if value[:4] != b"HYLL" or len(value) < _HEADER or value[4] > 1 or len(value) > _LONGEST:
            raise ValueError("not a sketch of users")
        sketch = cls()
        if value[4]:
            for register, rank in _of_sparse(value[_HEADER:]):
                sketch._raise(register, rank)
            return sketch
        ranks = _of_dense(value[_HEADER:])
        if max(ranks) > _HIGHEST_RANK:
            raise ValueError("a sketch of users has a rank that none can have")
        sketch._ranks, sketch._count = ranks, _REGISTERS - ranks.count(0)
        return sketch

    def add(self, user: str | bytes, app: str, day: date) -> None:
        """Add a user. `app` and the UTC `day` are part of the hash: a sketch holds users of one app and one day."""
        self.add_pair(pair_of(user, app, day))

    def add_pair(self, pair: tuple[int, int]) -> None:
        """Add a user by what `pair_of` made of it, for the same app and day."""
        self._raise(*pair)

    def merge(self, other: "UserSketch") -> None:
        """Add all users of another sketch, of the same app and day."""
        if isinstance(self._ranks, bytearray) and isinstance(other._ranks, bytearray):
            self._ranks = bytearray(map(max, self._ranks, other._ranks))
            self._count = _REGISTERS - self._ranks.count(0)
            return
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
        ranks = self._ranks if isinstance(self._ranks, bytearray) else bytes(self._ranks.values())
        histogram = [ranks.count(rank) for rank in range(_HIGHEST_RANK + 1)]
        histogram[0] = _REGISTERS - self._count
        total = _REGISTERS * _tau(1 - histogram[_HIGHEST_RANK] / _REGISTERS)
        for rank in range(_HIGHEST_RANK - 1, 0, -1):
            total = 0.5 * (total + histogram[rank])
        total += _REGISTERS * _sigma(histogram[0] / _REGISTERS)
        return round(_ALPHA * _REGISTERS * _REGISTERS / total) if total else _COUNTLESS

    def redis_value(self) -> bytes:
        """Return a Redis string that PFMERGE and PFCOUNT take: sparse where it is short, else dense.

        The format is that of `hyperloglog.c`: "HYLL", encoding, three bytes unused, eight of the cached count, whose
        highest bit says that it is stale.
        """
        if self._count <= 4 * _LONGEST_SPARSE and all(rank <= _HIGHEST_SPARSE_RANK for _, rank in self.pairs()):
            sparse = _sparse(self.pairs())
            if len(sparse) <= _LONGEST_SPARSE:
                return b"HYLL\x01\0\0\0" + b"\0\0\0\0\0\0\0\x80" + sparse
        return b"HYLL\x00\0\0\0" + b"\0\0\0\0\0\0\0\x80" + _dense(self._registers())

    def _registers(self) -> bytearray:
        """Return the rank of every register."""
        if isinstance(self._ranks, bytearray):
            return self._ranks
        ranks = bytearray(_REGISTERS)
        for register, rank in self._ranks.items():
            ranks[register] = rank
        return ranks

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


def pair_of(user: str | bytes, app: str, day: date) -> tuple[int, int]:
    """Return the register and the rank that a user has in the sketches of an app and a UTC day."""
    hashing = _keyed(app, day).copy()
    hashing.update(user if isinstance(user, bytes) else user.encode("utf-8", "surrogatepass"))
    number = int.from_bytes(hashing.digest(), "little")
    rest = number >> _BITS | 1 << (64 - _BITS)
    return number & (_REGISTERS - 1), (rest & -rest).bit_length()


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


def _dense(ranks: bytes | bytearray) -> bytes:
    """Return six bits for each register, the lowest first: four registers in three bytes."""
    first, second, third, fourth = (bytes(ranks[at::4]) for at in range(4))
    packed = bytearray(_REGISTERS * 6 // 8)
    packed[0::3] = _either(first, second.translate(_TO_HIGH_TWO))
    packed[1::3] = _either(second.translate(_HIGH_SIX), third.translate(_TO_HIGH_FOUR))
    packed[2::3] = _either(third.translate(_HIGH_FOUR), fourth.translate(_TO_HIGH_SIX))
    return bytes(packed)


def _of_dense(packed: bytes) -> bytearray:
    """Return the rank of each register; three bytes hold four of them."""
    if len(packed) != _REGISTERS * 6 // 8:
        raise ValueError("a dense sketch of users has another length")
    low, middle, high = packed[0::3], packed[1::3], packed[2::3]
    ranks = bytearray(_REGISTERS)
    ranks[0::4] = low.translate(_LOW_SIX)
    ranks[1::4] = _either(low.translate(_HIGH_TWO), middle.translate(_LOW_FOUR))
    ranks[2::4] = _either(middle.translate(_HIGH_FOUR), high.translate(_LOW_TWO))
    ranks[3::4] = high.translate(_HIGH_SIX)
    return ranks


_LOW_SIX = bytes(byte & 63 for byte in range(256))
_HIGH_TWO = bytes(byte >> 6 for byte in range(256))
_LOW_FOUR = bytes((byte & 15) << 2 for byte in range(256))
_HIGH_FOUR = bytes(byte >> 4 for byte in range(256))
_LOW_TWO = bytes((byte & 3) << 4 for byte in range(256))
_HIGH_SIX = bytes(byte >> 2 for byte in range(256))
_TO_HIGH_TWO = bytes((byte & 3) << 6 for byte in range(256))
_TO_HIGH_FOUR = bytes((byte & 15) << 4 for byte in range(256))
_TO_HIGH_SIX = bytes((byte & 63) << 2 for byte in range(256))
"""Tables that take some bits out of a byte, and put them where they belong in another."""


def _either(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one) | int.from_bytes(other)).to_bytes(len(one))


def _of_sparse(code: bytes) -> list[tuple[int, int]]:
    """Return the registers that are set, with their ranks; see `_sparse`."""
    ranks: list[tuple[int, int]] = []
    register = position = 0
    while position < len(code) and register < _REGISTERS:
        byte = code[position]
        position += 1
        if byte & 0x80:
            length = (byte & 3) + 1
            ranks += [(register + at, (byte >> 2 & 31) + 1) for at in range(length)]
            register += length
        elif byte & 0x40:
            register += ((byte & 63) << 8 | int.from_bytes(code[position : position + 1])) + 1
            position += 1
        else:
            register += byte + 1
    if register != _REGISTERS or position != len(code):
        raise ValueError("a sparse sketch of users has another number of registers")
    return ranks


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
