"""Arguments as they are written in a script -> the addresses that they mean.

In: a file's text, comments blanked; the text of an argument. Out: addresses, with `UNREAD` for what is computed. Never
runs anything.
"""

from __future__ import annotations

import re

from auditor.analysis.scripts.bindings import NAME
from auditor.analysis.scripts.calls import Code
from auditor.model.script_addresses import UNREAD

_CONSTANT = re.compile(rf"""\b(?:const|let|var)\s+({NAME})\s*(?::\s*string\s*)?=\s*(['"`])([^'"`\n$]*)\2""")
_NAMED = re.compile(r"(?:[\w$]+\??\.)*(?:[A-Z][A-Z0-9_]*|\w*(?:[pP]ath|[pP]refix|[bB]ase|[uU]rl|URL|[rR]oot))")
_LITERAL = re.compile(r"""(['"`])([^'"`\n]*)\1""")
_KEY = r"""(?:^|[{{,\s])['"]?(?:{})['"]?\s*:\s*"""
OPTION_PREFIX = re.compile(_KEY.format("prefix|basePath") + r"(?P<value>[^,}]+)")
OPTION_METHOD = re.compile(_KEY.format("method") + r"(?P<value>\[[^\]]*\]|[^,}]+)")
OPTION_PATH = re.compile(_KEY.format("path|url") + r"(?P<value>\[[^\]]*\]|[^,}]+)")
_LONGEST = 200


class Written:
    """The constants of one file."""

    def __init__(self, text: str) -> None:
        self.constants = {found[1]: found[3] for found in _CONSTANT.finditer(text)}

    def addresses(self, written: str) -> list[str]:
        """Return the addresses that an argument means; one that is computed as it is written."""
        written = written.strip()
        if written.startswith("[") and written.endswith("]"):
            return [one for part in Code(written).arguments(0) for one in self.addresses(part)]
        found = _LITERAL.fullmatch(written)
        if found is not None and (found[1] != "`" or "$" not in found[2]):
            return [found[2]]
        if found is not None:
            return [re.sub(r"\$\{\s*([^{}]*?)\s*\}", lambda one: self.constants.get(one[1], UNREAD), found[2])]
        if written in self.constants:
            return [self.constants[written]]
        return [UNREAD + "".join(written.split())[:_LONGEST]]

    def prefixes(self, written: str) -> list[str]:
        """Return the prefixes that an argument means, `UNREAD` for one that is computed as a whole."""
        return [UNREAD if one.startswith(UNREAD) and "/" not in one else one for one in self.addresses(written)]

    def is_address(self, written: str) -> bool:
        """Return whether an argument is an address: a text, a list, or what is called like one."""
        return written[:1] in "'\"`[" or written in self.constants or _NAMED.fullmatch(written) is not None
