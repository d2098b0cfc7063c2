"""Characters and lines taken out of a text. In: offsets and lines. Out: the text without them.

Everything that is not named stays, byte for byte: comments, line endings, form feeds, the last newline or its absence.
Knows nothing of syntax beyond comments and indentation.
"""

import re
from itertools import groupby

from auditor.model.code import source_lines

_RULE = re.compile(r"#[\s#]*[-=~*_+#─━═]{3,}|#{3,}|#\s*%%|.*[-=~*_+─━═]{4,}\s*#?\s*$")
_DIRECTIVE = re.compile(
    r"#\s*(fmt:|yapf:|isort:|ruff:|flake8:|pylint:|mypy:|pyright:|type: ignore|!|-\*-|vim?:|(end)?region\b|(tag|end)::"
    r"|(start|end|begin)\b.*(region|section))",
    re.IGNORECASE,
)
"""Comments that a tool reads, often in pairs: they stay."""


class Eraser:
    """A text from which lines and characters are taken out.

    Line numbers are 0-based. `code_lines` are those that simple statements cover: never comments, whatever they look
    like.
    """

    def __init__(self, text: str, code_lines: frozenset[int]) -> None:
        self._text = text
        self._starts = line_starts(text)
        self._lines = [text[a:b] for a, b in zip(self._starts, [*self._starts[1:], len(text)], strict=True)]
        self._code_lines = code_lines
        self._gone_lines: set[int] = set()
        self._cut = bytearray(len(text) + 1)
        self._inserted: dict[int, str] = {}
        self._touched: set[int] = set()

    def cut_block(self, first: int, last: int, *, has_body: bool, stand_in: str = "") -> None:
        """Take out whole lines, with the comment that belongs to them; `stand_in` takes their place."""
        column = self._indent(first)
        last = self._last_of_body(first, last) if has_body else last
        for line in range(self._own_comment(first, column), last + 1):
            self._gone_lines.add(line)
        if stand_in:
            self._gone_lines.discard(first)
            content = self._lines[first].rstrip("\r\n")
            self.replace(self._starts[first] + column, self._starts[first] + len(content), stand_in)

    def replace(self, start: int, end: int, text: str = "") -> None:
        """Take out characters, `text` in their place. A line of which nothing but a comment is left goes."""
        self._cut[start:end] = b"\1" * (end - start)
        if text:
            self._inserted[start] = text
        self._touched.update(range(self.line_of(start), self.line_of(max(start, end - 1)) + 1))

    def cut_inside_line(self, start: int, end: int, *, forward: bool) -> None:
        """Take out characters and the blanks after them (`forward`), or, at the end of a line, those before."""
        after = end
        while after < len(self._text) and self._text[after] in " \t":
            after += 1
        if forward and after < len(self._text) and self._text[after] not in "\r\n#":
            end = after
        else:
            while start > 0 and self._text[start - 1] in " \t" and not self._starts_line(start):
                start -= 1
        self.replace(start, end)

    def render(self) -> str:
        """Return what is left."""
        self._join_gaps()
        return "".join(self._rendered(line) for line in range(len(self._lines)) if line not in self._gone_lines)

    def line_of(self, offset: int) -> int:
        """Return the 0-based line that holds an offset."""
        low, high = 0, len(self._starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._starts[middle] <= offset else (low, middle - 1)
        return low

    def _starts_line(self, offset: int) -> bool:
        line = self.line_of(offset)
        return not self._text[self._starts[line] : offset].strip()

    def _rendered(self, line: int) -> str:
        if line not in self._touched:
            return self._lines[line]
        start, original = self._starts[line], self._lines[line]
        pieces: list[str] = []
        for offset, character in enumerate(original, start):
            pieces.append(self._inserted.get(offset, ""))
            if not self._cut[offset]:
                pieces.append(character)
        left = "".join(pieces)
        bare = left.strip()
        if not bare or (bare.startswith("#") and not original.lstrip().startswith("#")):
            return ""
        content = left.rstrip("\r\n")
        tail = original.rstrip("\r\n")[-1:]
        return left if tail.isspace() else content.rstrip() + left[len(content) :]

    def _indent(self, line: int) -> int:
        content = self._lines[line]
        return len(content) - len(content.lstrip(" \t\f"))

    def _blank(self, line: int) -> bool:
        return not self._lines[line].strip() and "\f" not in self._lines[line]

    def _comment(self, line: int) -> bool:
        return line not in self._code_lines and self._lines[line].lstrip().startswith("#")

    def _last_of_body(self, first: int, last: int) -> int:
        """Return the last line of a compound statement, comments at the end of its body included."""
        line = last + 1
        while line < len(self._lines):
            if self._comment(line) and self._indent(line) > self._indent(first):
                last = line
            elif not self._blank(line):
                break
            line += 1
        return last

    def _own_comment(self, first: int, column: int) -> int:
        """Return the first line of the comment right above a statement that speaks of it alone, or `first`."""
        top = first
        while top > 0 and self._comment(top - 1) and self._indent(top - 1) == column:
            top -= 1
        if top == 0:
            return first
        comment = [self._lines[line].strip() for line in range(top, first)]
        for index in range(len(comment) - 1, -1, -1):
            if _DIRECTIVE.match(comment[index]):
                return top + index + 1
        rules = [index for index, text in enumerate(comment) if _RULE.match(text)]
        if not rules:
            return top
        wordless = not re.search(r"\w{2}", comment[rules[-1]].replace("_", ""))
        if len(rules) == 1 and wordless:
            return first
        return top + rules[-1] + 1

    def _join_gaps(self) -> None:
        """Leave one gap where two meet: the larger inside a block, none before a block's first or after its last."""
        for first, last in self._runs():
            above, below = first, last
            while above > 0 and self._blank(above - 1):
                above -= 1
            while below + 1 < len(self._lines) and self._blank(below + 1):
                below += 1
            column = self._indent(first)
            follows = below + 1 < len(self._lines) and self._indent(below + 1) >= column
            opens = above == 0 or self._indent(above - 1) < column
            over, under = range(above, first), range(last + 1, below + 1)
            if not follows and not opens:
                drop = over
            elif opens:
                drop = under if follows else over
            else:
                drop = over if len(over) <= len(under) else under
            self._gone_lines.update(drop)

    def _runs(self) -> list[tuple[int, int]]:
        """Return stretches of lines that go, those apart by blank lines only taken as one."""
        gone = sorted(self._gone_lines)
        runs = [[row for _, row in group] for _, group in groupby(enumerate(gone), lambda pair: pair[1] - pair[0])]
        joined: list[tuple[int, int]] = []
        for run in runs:
            if joined and all(self._blank(line) for line in range(joined[-1][1] + 1, run[0])):
                self._gone_lines.update(range(joined[-1][1] + 1, run[0]))
                joined[-1] = (joined[-1][0], run[-1])
            else:
                joined.append((run[0], run[-1]))
        return joined


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line begins."""
    starts = [0]
    for line in source_lines(text):
        end = starts[-1] + len(line)
        starts.append(end + (2 if text.startswith("\r\n", end) else 1))
    return starts
