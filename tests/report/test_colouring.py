"""Source lines: coloured, and still exactly the text."""

import random
import re

import pytest
from markupsafe import Markup

from auditor.report import colouring
from tests.report import sample

SOURCES = {
    "a.py": '@app.get("/x")\ndef total(a: int = 1) -> int:\n    """One\n    two."""\n    return a  # three\n',
    "a.ts": "export const total = (a: number): string => `x${a}`; // three\n",
    "a.jsx": "function Total() { return <b className='x'>{1}</b>; }\n",
    "a.html": '{% for a in b %}<p class="x">{{ a|e }}</p>{# three #}{% endfor %}\n',
    "a.toml": '[project]\nname = "shop" # three\n',
}


def _text(lines: list[Markup]) -> str:
    return "\n".join(Markup(re.sub(r"</?span[^>]*>", "", line)).unescape() for line in lines)


@pytest.mark.parametrize("path", SOURCES)
def test_known_languages_are_coloured_line_by_line(path: str) -> None:
    found = colouring.lines(SOURCES[path], path)
    assert _text(found) == SOURCES[path].rstrip("\n")
    classes = set(re.findall(r'<span class="(\w)">', "".join(found)))
    assert len(classes & set("kscmfdb")) >= 2
    assert all(line.count("<span") == line.count("</span>") for line in found)
    assert colouring.lines(SOURCES[path]) == [Markup.escape(line) for line in SOURCES[path].splitlines()]


@pytest.mark.parametrize("path", ["a.py", "a.tsx", "a.j2", "a.vue", "a.unknown", ""])
def test_hostile_source_stays_text(path: str) -> None:
    hostile = "\n".join(
        (*sample.HOSTILE, "</code></pre><script>", "'''", "`${", "{{ x }}{%", "\x00\x0c\u2028", "a\r\nb")
    )
    found = colouring.lines(hostile, path)
    markup = "".join(found)
    assert set(re.findall(r"<[^>]*>", markup)) <= {"</span>", *(f'<span class="{one}">' for one in "kscmfdb")}
    assert markup.isprintable()
    assert len(found) == hostile.count("\n") + 1


def test_excerpts_are_bounded() -> None:
    found = colouring.lines("x = 1\n" * 1000, "a.py")
    assert len(found) == colouring.MAX_LINES + 1
    assert found[-1] == "… 700 more lines"
    assert len(colouring.lines("y" * 100_000, "a.py")[0]) < 600


def test_any_text_keeps_its_lines() -> None:
    drawn = random.Random(11)
    for path in SOURCES:
        for _ in range(20):
            text = "".join(drawn.choice("ab0 '\"`{}%#\\/<>*=(\n.@$") for _ in range(200)).strip("\n")
            assert _text(colouring.lines(text, path)) == text.rstrip("\n")
