"""What messages of commits say. In: the output of `git log -z`. Out: `Signed`s. Never runs git."""

from collections.abc import Iterator

import msgspec

SIGNED_FORM = (
    "--no-show-signature", "--topo-order", "--format=tformat:%H%x00%aN%x00%B%x00%(trailers:only=true,unfold=true)",
)  # fmt: skip
"""Arguments of `git log -z` whose output is read here."""


class Signed(msgspec.Struct, frozen=True):
    """What a commit's message says: its hash, its author's name, its text, its trailers as git reads them, in order."""

    commit: str
    author: str
    message: str
    trailers: tuple[tuple[str, str], ...] = ()


def signed_in(output: str) -> tuple[Signed, ...]:
    """Return one `Signed` a commit, in the order of the output. No field can hold the zero byte that ends it."""
    fields = output.split("\0")
    rows = (fields[at : at + 4] for at in range(0, len(fields) - 3, 4))
    return tuple(Signed(row[0], row[1], row[2], tuple(_pairs(row[3]))) for row in rows)


def _pairs(trailers: str) -> Iterator[tuple[str, str]]:
    for line in trailers.split("\n"):
        key, colon, value = line.partition(":")
        if colon:
            yield key.strip(), value.strip()
