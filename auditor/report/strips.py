"""Numbers as one character each: strips of days. In: shares, counts. Out: text, in blocks or in plain ASCII.

A share that is not enough never looks like one that is. Never prints.
"""

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
_SPARK_ASCII = "12345678"


class Marks:
    """Which characters a strip is drawn with.

    Args:
        plain: Only ASCII, for terminals and files that cannot hold blocks.
    """

    def __init__(self, *, plain: bool = False) -> None:
        self._plain = plain
        self.enough, self.nothing, self.not_yet = ("=", "0", ".") if plain else ("█", "×", "·")
        self.some = "1-9" if plain else f"{BLOCKS[0]}-{BLOCKS[6]}"

    def share(self, share: float | None, enough: float) -> str:
        """Return the character of a share from 0 to 1; None is a day of which nothing is known yet."""
        if share is None:
            return self.not_yet
        if share <= 0:
            return self.nothing
        if share >= enough:
            return self.enough
        level = min(share / enough, 0.999)
        return str(1 + int(level * 9)) if self._plain else BLOCKS[int(level * 7)]

    def spark(self, numbers: Sequence[int]) -> str:
        """Return a line of numbers from 0 up, each relative to the largest; 0 is told apart from any more."""
        most = max(numbers, default=0)
        return "".join(self._level(number, most) for number in numbers)

    def _level(self, number: int, most: int) -> str:
        if not number:
            return "." if self._plain else "·"
        steps = _SPARK_ASCII if self._plain else BLOCKS
        return steps[min(len(steps) - 1, int(len(steps) * number / most))]
