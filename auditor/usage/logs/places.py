"""Paths that one route must serve alike become one group before they are matched, as SQL.

In: what a route table looks at in a segment. Out: an SQL expression over a column `raw`. Decides nothing: of each group
one real path is matched by the route table. Two paths share a group only if they have as many segments and differ only
in segments that stand in no template and that every parameter's pattern takes or refuses alike. What is escaped, empty
or may stand in a template stays as it is, so a group is at worst too small.
"""

from collections.abc import Callable

from auditor.usage.routes import SegmentTests

_BITS_A_LITERAL = 64
_MOST_BITS = 1 << 17


def grouped(tests: SegmentTests | None, hashed: Callable[[str], int]) -> str:
    """Return the expression of the group of a path.

    Args:
        tests: What decides a segment; None where segments cannot be told one by one, and each path is its own group.
        hashed: DuckDB's hash of a text.
    """
    if tests is None:
        return "raw"
    literals = {*tests.literals, ""}
    size = _MOST_BITS
    while size > 64 and size // 2 >= _BITS_A_LITERAL * len(literals):
        size //= 2
    marked = bytearray(b"0" * size)
    for literal in literals:
        marked[hashed(literal) % size] = ord("1")
    # A literal is always found in the bits; another segment that is found there by chance merely stays as it is.
    kept = f"get_bit('{marked.decode()}'::BIT, (hash(s) % {size})::INTEGER) = 1"
    outcomes = " || ".join(
        f"CASE WHEN regexp_full_match(s, {quoted(pattern)}) THEN '1' ELSE '0' END" for pattern in tests.patterns
    )
    group = f"chr(1) || {outcomes}" if outcomes else "chr(1)"

    # coalesce() instead of CASE around the list, which would make DuckDB work twice as long.
    plain = "CASE WHEN starts_with(raw, '/') AND NOT contains(raw, chr(1)) THEN raw END"
    segment = f"CASE WHEN {kept} OR contains(s, '%') THEN s ELSE {group} END"
    return f"coalesce(array_to_string(list_transform(string_split({plain}, '/'), lambda s: {segment}), '/'), raw)"


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
