"""Paths that one route must serve alike become one group before they are matched, as SQL.

In: what a route table looks at in a segment. Out: an SQL expression over a column `raw`. Decides nothing: of each group
one real path is matched by the route table. Two paths share a group only if they have as many segments and differ only
in segments that stand in no template and that every parameter's pattern takes or refuses alike. What is escaped, empty
or may stand in a template stays as it is, so a group is at worst too small.
"""

from collections.abc import Callable, Sequence

from auditor.usage.routes import SegmentTests

_BITS = 1 << 16
_CHEAPER = {"[0-9]+": "s < ':'"}
"""Pattern -> what is true of all that match, and quickly asked."""


def grouped(tests: SegmentTests | None, hashed: Callable[[str], int]) -> str:
    """Return the expression of the group of a path.

    Args:
        tests: What decides a segment; None where segments cannot be told one by one, and each path is its own group.
        hashed: DuckDB's hash of a text.
    """
    if tests is None:
        return "raw"
    marked = bytearray(b"0" * _BITS)
    for literal in {*tests.literals, ""}:
        marked[hashed(literal) % _BITS] = ord("1")
    # A literal is always found in the bits; another segment that is found there by chance merely stays as it is.
    kept = f"get_bit('{marked.decode()}'::BIT, (hash(s) & {_BITS - 1})::INTEGER) = 1 OR contains(s, '%')"

    # coalesce() instead of CASE around the list, which would make DuckDB work twice as long.
    # What is cut starts with no slash, what is not cut does, and all else starts as neither can: no two are the same.
    other = "repeat(chr(1), 2) || raw"
    start, cut = quoted(tests.start), f"substr(raw, {len(tests.start) + 1})"
    usual = f"starts_with(raw, {start}) AND NOT starts_with(raw, {start} || '/') THEN {cut}"
    plain = f"CASE WHEN contains(raw, chr(1)) THEN NULL WHEN {usual} WHEN starts_with(raw, '/') THEN raw END"
    segment = f"CASE WHEN {kept} THEN s ELSE {_group(tests.patterns)} END"
    return f"coalesce(array_to_string(list_transform(string_split({plain}, '/'), lambda s: {segment}), '/'), {other})"


def _group(patterns: Sequence[str]) -> str:
    """Return the expression of what all patterns say of a segment: a text that no path holds."""
    start, parts = "chr(1) || ", []
    for pattern in patterns:
        matches = f"{_CHEAPER.get(pattern, 'true')} AND regexp_full_match(s, {quoted(pattern)})"
        parts.append(f"CASE WHEN {matches} THEN {start}'1' ELSE {start}'0' END")
        start = ""
    return " || ".join(parts) or "chr(1)"


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
