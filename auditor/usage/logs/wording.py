"""What may be said of a line or of DuckDB's complaint. In: either. Out: text without any of a log's own words."""

import re

from auditor.usage.sources import one_line


def shape(line: str) -> str:
    """Return a line with every word as `a` and every number as `9`, cut short: what it looks like, not what it says."""
    masked = re.sub(r"\w+", lambda word: "9" if word[0].isdigit() else "a", line[:400])
    return one_line(masked, 60)


def complaint(error: Exception) -> str:
    """Return DuckDB's complaint without the line's own text."""
    text = str(error).splitlines()[0]
    if "Pattern failed to parse" in text or "invalid perl operator" in text or "RE2" in text:
        return (
            f"its pattern is no RE2 expression ({text.rpartition(': ')[2]}); write it without look-around, "
            "back-references and possessive quantifiers"
        )
    damaged = ("GZIP", "frame descriptor", "corruption", "ZSTD", "zstd")
    return (
        "it is damaged (not a whole archive)"
        if any(word in text for word in damaged)
        else text.partition(": ")[2] or text
    )
