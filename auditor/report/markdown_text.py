"""Text as GitHub-flavoured Markdown: escaping, code, sentences, evidence.

In: any text, however hostile. Out: Markdown in which no text from code, logs or git can become markup, a link, a table
cell or HTML.
"""

import re

from auditor.model.plan import PlanFinding
from auditor.model.report import ScanFinding
from auditor.model.verdict import Evidence
from auditor.report import wording
from auditor.report.wording import printable

_PLAIN_CODE = re.compile(r"[\w ./:\-,;=+@%'\"(){}?^]*")
_MARKUP = re.compile(r"([\\*_\[\]$~])")
_WORD = re.compile(r"(\s+)")
_AUTOLINK = re.compile(r"@\w|#\d|\bGH-\d|:(?:[+-]?\d|100|1234|[\w+-]*[a-z][\w+-]*):|://|\bwww\.|\b__\w", re.IGNORECASE)
"""What forges turn into links and pictures after Markdown, where no escape counts: only code keeps it as it is."""
_ENTITIES = str.maketrans({c: f"&#{ord(c)};" for c in "&<>`|\\*_[]$~#!()"})


def escaped(text: str) -> str:
    """Return text that Markdown and HTML show as it is, in a paragraph, a list or a table cell."""
    plain = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", plain).replace("`", "&#96;").replace("|", "&#124;")


def code(text: str) -> str:
    """Return text as code: a code span where that is safe everywhere, else `<code>` with every mark as an entity."""
    plain = printable(text)
    if not plain:
        return ""
    if _PLAIN_CODE.fullmatch(plain) and plain == plain.strip():
        return f"`{plain}`"
    return f"<code>{plain.translate(_ENTITIES)}</code>"


def prose(text: str) -> str:
    """Return a sentence whose names stand in back-quotes, as text and code."""
    found = [code(part) if is_code else _worded(part) for is_code, part in wording.fragments(wording.capitalised(text))]
    return "".join(found)


def _worded(text: str) -> str:
    """Return text with every word as code of which a forge would make a mention, a link to an issue, or an emoji."""
    return "".join(_as_code(part) if _AUTOLINK.search(part) else escaped(part) for part in _WORD.split(text))


def _as_code(word: str) -> str:
    bare = word.rstrip(".,;:")
    return code(bare) + escaped(word[len(bare) :])


def evidence(one: Evidence, finding: PlanFinding | ScanFinding) -> str:
    """Return what a piece of evidence says, with its place where that is not the finding's own."""
    where = wording.elsewhere(one, finding.path, finding.line)
    return prose(one.detail) + (f" ({code(where)})" if where else "")


def joined(lines: list[str]) -> str:
    """Return lines as a document: no blanks at line ends, no two empty lines, one newline at the end."""
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"
