"""Characters and lines taken out of a text. In: offsets and lines. Out: the text without them.

Everything that is not named stays, byte for byte: comments, line endings, form feeds, the last newline or its absence.
Knows nothing of syntax beyond comments and indentation.
"""

import re
from itertools import pairwise

from auditor.model.spans import source_lines

_RULE = re.compile(r"#[\s#]*[-=~*_+#─━═]{3,}|#{3,}|#\s*%%|.*[-=~*_+─━═]{4,}\s*#?\s*$")
_DIRECTIVE = re.compile(
    r"#\s*(fmt:|yapf:|isort:|ruff:|flake8:|pylint:|mypy:|pyright:|type: ignore|!|-\*-|vim?:|(end)?region\b|(tag|end)::"
    r"|(start|end|begin)\b.*(region|section))",
    re.IGNORECASE,
)
"""Comments that a tool reads, often in pairs: they stay."""
_OPENS = re.compile(r"#\s*(fmt:\s*off|yapf:\s*disable|isort:\s*off|pylint:\s*disable|region\b)", re.IGNORECASE)
_CLOSES = re.compile(r"#\s*(fmt:\s*on|yapf:\s*enable|isort:\s*on|pylint:\s*enable|endregion\b)", re.IGNORECASE)


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
        self._gone_lines: dict[int, int] = {}  # to the column of the statement they are part of
        self._cut = bytearray(len(text) + 1)
        self._inserted: dict[int, str] = {}
        self._touched: set[int] = set()

    def cut_block(self, first: int, last: int, *, has_body: bool, stand_in: str = "") -> None:
        """Take out whole lines, with the comment that belongs to them; `stand_in` takes their place."""
        column = self._indent(first)
        last = self._last_of_body(first, last) if has_body else last
        for line in range(self._own_comment(first, column), last + 1):
            self._gone_lines[line] = column
        if stand_in:
            del self._gone_lines[first]
            content = self._lines[first].rstrip("\r\n")
            self.replace(self._starts[first] + column, self._starts[first] + len(content), stand_in)

    def replace(self, start: int, end: int, text: str = "") -> None:
        """Take out characters, `text` in their place. A line of which nothing but a comment is left goes."""
        self._cut[start:end] = b"\1" * (end - start)
        if text:
            self._inserted[start] = self._inserted.get(start, "") + text
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
        pieces: list[str] = []
        line = 0
        while line < len(self._lines):
            last = line
            while last + 1 < len(self._lines) and self._cut[self._starts[last + 1] - 1]:
                last += 1  # the line ending is taken out: both are one line now
            if not set(range(line, last + 1)) <= self._gone_lines.keys():
                pieces.append(self._rendered(line, last))
            line = last + 1
        return "".join(pieces)

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

    def _rendered(self, first: int, last: int) -> str:
        """Return what is left of the lines `first` to `last`, which have become one; nothing for a bare comment."""
        original = "".join(self._lines[first : last + 1])
        if self._touched.isdisjoint(range(first, last + 1)):
            return original
        pieces: list[str] = []
        for offset, character in enumerate(original, self._starts[first]):
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
        """Return the last line of a compound statement, comments at the end of its body included.

        What ends a region that began above the statement is no part of it.
        """
        line = last + 1
        while line < len(self._lines):
            if self._comment(line) and self._indent(line) > self._indent(first):
                if _CLOSES.match(self._lines[line].lstrip()) and not self._opens_region(first, line):
                    break
                last = line
            elif not self._blank(line):
                break
            line += 1
        return last

    def _opens_region(self, first: int, end: int) -> bool:
        return any(self._comment(line) and _OPENS.match(self._lines[line].lstrip()) for line in range(first, end))

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
        """Leave one gap where several meet: the largest inside a block.

        A block's first statement keeps the gap to the block's head; at a block's end the gaps inside it do not count.
        """
        for run in self._runs():
            first, last = run[0][0], run[-1][1]
            over, under = self._blanks(first, -1), self._blanks(last, 1)
            gaps = [over, *(range(one[1] + 1, other[0]) for one, other in pairwise(run)), under]
            columns = [self._gone_lines[span[0]] for span in run]
            if under.stop == len(self._lines):
                kept = under
            elif over.start == 0 or self._indent(over.start - 1) < columns[0]:
                kept = over
            else:
                columns.append(self._indent(under.stop))
                levels = [columns[0], *map(min, pairwise(columns))]
                kept = max((gap for gap, level in zip(gaps, levels, strict=True) if level <= columns[-1]), key=len)
            for gap in gaps:
                if gap is not kept:
                    self._gone_lines.update(dict.fromkeys(gap, columns[0]))

    def _blanks(self, line: int, step: int) -> range:
        """Return the blank lines next to a line, above it for step -1, below it for step 1."""
        end = line + step
        while 0 <= end < len(self._lines) and self._blank(end):
            end += step
        return range(end + 1, line) if step < 0 else range(line + 1, end)

    def _runs(self) -> list[list[tuple[int, int]]]:
        """Return stretches of lines that go (first, last), those apart by blank lines only together."""
        runs: list[list[tuple[int, int]]] = []
        for line in sorted(self._gone_lines):
            first, last = runs[-1][-1] if runs else (line, -2)
            if line == last + 1:
                runs[-1][-1] = (first, line)
            elif runs and all(self._blank(between) for between in range(last + 1, line)):
                runs[-1].append((line, line))
            else:
                runs.append([(line, line)])
        return runs


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line begins."""
    starts = [0]
    for line in source_lines(text):
        end = starts[-1] + len(line)
        starts.append(end + (2 if text.startswith("\r\n", end) else 1))
    return starts
