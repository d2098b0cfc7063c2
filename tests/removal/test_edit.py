"""What removal refuses, and that bytes outside a removal never change."""

import codecs

import libcst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import EditError
from auditor.model.spans import Spans, body_hash, source_lines
from auditor.removal import edit


def removed(source: str, *names: str) -> str:
    return edit.remove(source.encode(), "mod", [f"mod:{name}" for name in names]).decode()


REFUSED = {
    "still used": ("def dead(): ...\ndead()\n", ["dead"], r"mod:2: cannot remove dead: it is still used here"),
    "used by a function": ("A = 1\ndef f():\n    return A\n", ["A"], "mod:3: cannot remove A"),
    "used in an annotation": ('class A: ...\ndef f(x: "A"): ...\n', ["A"], "mod:2: cannot remove A"),
    "used often: the first is named": ("def dead(): ...\n" + "dead()\n" * 40, ["dead"], r"^mod:2: cannot remove dead"),
    "used above in a loop": ("while True:\n    dead()\n    def dead(): ...\n", ["dead"], "mod:2: cannot remove dead"),
    "used above in a text": ("x: 'list[A]' = []\nclass A: ...\n", ["A"], "mod:1: cannot remove A: it is still used"),
    "used above, read later": (
        "from __future__ import annotations\nclass B:\n    a: A\nclass A: ...\n",
        ["A"],
        "mod:3: cannot remove A",
    ),
    "used by a renamed setter": (
        "class C:\n    @property\n    def x(self): ...\n    @x.setter\n    def set_x(self, v): ...\n",
        ["C.x"],
        "mod:4: cannot remove x",
    ),
    "singledispatch": ("def f(x): ...\n@f.register\ndef _(x: int): ...\n", ["f"], "mod:2: cannot remove f"),
    "bound by a loop": ("for dead in range(3):\n    pass\n", ["dead"], "mod:1: cannot remove dead: it is bound here"),
    "bound by with": ("with open('f') as dead:\n    pass\n", ["dead"], "mod:1: cannot remove dead: it is bound here"),
    "bound by walrus": ("if (dead := 1):\n    pass\n", ["dead"], "mod:1: cannot remove dead: it is bound here"),
    "bound through global": (
        "dead = 1\ndef f():\n    global dead\n    dead = 2\n",
        ["dead"],
        "mod:4: cannot remove dead: it is bound here",
    ),
    "deleted": ("dead = 1\ndel dead\n", ["dead"], "mod:2: cannot remove dead: it is still used"),
    "half an import guard": (
        "try:\n    import x\n    HAS = True\nexcept ImportError:\n    HAS = False\n",
        ["x"],
        "mod:2: cannot remove x: it stands in try/except ImportError",
    ),
    "guard that raises": (
        "try:\n    import x\nexcept (ImportError, OSError) as error:\n    raise SystemExit('install x') from error\n",
        ["x"],
        "mod:2: cannot remove x: it stands in try/except ImportError",
    ),
    "enum members counted": (
        "import enum\nclass C(enum.Enum):\n    A = enum.auto()\n    B = enum.auto()\n",
        ["C.A"],
        "mod:3: cannot remove A: later members use auto",
    ),
    "enum alias": (
        "from enum import Enum\nclass C(Enum):\n    A = 1\n    B = 1\n",
        ["C.A"],
        "mod:3: cannot remove A: another enum member has the same value",
    ),
    "enum tuple": (
        "from enum import Enum\nclass C(Enum):\n    A, B = 1, 2\n",
        ["C.A"],
        "mod:3: cannot remove A: it shares its assignment",
    ),
    "enum that counts": (
        "from enum import Enum\nclass C(Enum):\n    def __new__(cls): ...\n    A = ()\n    B = (1,)\n",
        ["C.A"],
        "mod:4: cannot remove A: the enum computes values in __new__",
    ),
    "named tuple": (
        "from typing import NamedTuple\nclass C(NamedTuple):\n    a: int\n    b: int\n",
        ["C.a"],
        "mod:3: cannot remove a: it is a field of a NamedTuple",
    ),
    "dataclass": (
        "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass C:\n    a: int\n    b: int\n",
        ["C.a"],
        "mod:4: cannot remove a: it is a field of a dataclass",
    ),
    "text in __all__": (
        "__all__ = 'dead live'.split()\ndef dead(): ...\n",
        ["dead"],
        "mod:1: cannot remove dead: __all__ names it in a form",
    ),
    "the module": ("x = 1\n", [""], "cannot remove a module from itself"),
    "not Python": ("def dead(:\n", ["dead"], "mod:1: cannot be parsed"),
    "dotted import still read": (
        "import a.b\nprint(a.b.c)\n",
        ["a.b"],
        "mod:2: cannot remove a.b: it is still used here",
    ),
}


@pytest.mark.parametrize(("source", "names", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_with_file_line_and_name(source: str, names: list[str], message: str) -> None:
    with pytest.raises(EditError, match=message):
        removed(source, *names)


def test_another_modules_definition_is_refused() -> None:
    with pytest.raises(EditError, match="mod: cannot remove other:x: it belongs to another module"):
        edit.remove(b"x = 1\n", "mod", ["other:x"])


def test_absent_names_change_nothing() -> None:
    source = "\n\nx = 1  \n\n"
    assert removed(source, "y", "C.m", "f.<locals>.g") == source


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbfx = 1\r\n\r\n\r\ndef dead():\r\n    pass\r\n", b"\xef\xbb\xbfx = 1\r\n"),
        (b"# -*- coding: latin-1 -*-\nname = '\xe9'\ndead = '\xfc'\n", b"# -*- coding: latin-1 -*-\nname = '\xe9'\n"),
        (b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\ndead = '\x80'\nx = '\x80'\n",
         b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n"),
        (b"x = 1\n\x0c\ndef dead(): ...\n\x0c\ny = 2\n", b"x = 1\n\x0c\n\x0c\ny = 2\n"),
        (b"x = 1\ndead = 2", b"x = 1\n"),
        (b"dead = 2\nx = 1", b"x = 1"),
        (b"x = 1\r\ndead = 2\ny = 3\n", b"x = 1\r\ny = 3\n"),
        (b"class C:\n\tdead = 1\n\n\tlive = 2\n", b"class C:\n\n\tlive = 2\n"),
        (b"class C:\n\tdead = 1\n", b"class C:\n\tpass\n"),
        (b"x = '''\n# not a comment\n'''\ndef dead(): ...\n", b"x = '''\n# not a comment\n'''\n"),
        (b"dead = '''\n\n# text\n'''  # why\ny = 1 \t\n", b"y = 1 \t\n"),
        (b"if True: dead = 1; x = 2\n", b"if True: x = 2\n"),
        (b"x = (1,\n     2); dead = 3\n", b"x = (1,\n     2)\n"),
        (b"", b""),
    ],
)  # fmt: skip
def test_bytes_outside_the_removal_stay(before: bytes, after: bytes) -> None:
    assert edit.remove(before, "mod", ["mod:dead", "mod:C.dead"]) in (
        after, after.replace(b"C:\n\n\t", b"C:\n\t")
    )  # fmt: skip


def test_what_its_encoding_does_not_say_is_refused() -> None:
    with pytest.raises(EditError, match="mod: cannot be decoded"):
        edit.remove(b"x = '\xff'\ndead = 1\n", "mod", ["mod:dead"])
    with pytest.raises(EditError, match="mod: cannot be decoded"):
        edit.remove(b"# coding: klingon\ndead = 1\n", "mod", ["mod:dead"])


def test_a_comment_that_names_it_does_not_rescue_it() -> None:
    assert removed("# dead is dead\n\nx = 1  # unlike dead\n\n\ndef dead():\n    dead()\n", "dead") == (
        "# dead is dead\n\nx = 1  # unlike dead\n"
    )


def test_underscore_stays_free_where_it_means_something() -> None:
    with pytest.raises(EditError, match="mod:2: cannot remove dead: the name would become '_'"):
        removed("from gettext import gettext as _\ndead, live = 1, 2\nprint(_('x'))\n", "dead")


NAMES = ["alpha", "beta", "gamma", "delta", "Klass.one", "Klass.two"]
PIECES = {
    "alpha": "# speaks of alpha\ndef alpha():\n    return 1\n",
    "beta": "from os import path as beta, sep\n",
    "gamma": "gamma = other = [1,\n  2]\n",
    "delta": "if True:\n    delta = 1\nelse:\n    delta = 2\n",
    "Klass": "class Klass:\n    '''Doc.'''\n\n    one = 1\n\n    def two(self):\n        return 2\n",
    "__all__": "__all__ = [\n    'alpha',\n    'beta',\n]\n",
}


@settings(max_examples=60)
@given(
    st.permutations(sorted(PIECES)),
    st.lists(
        st.sampled_from(["\n", "\n\n", "# a neighbour's\n\n", "\n# banner ----\n\n", "\x0c\n"]), min_size=6, max_size=6
    ),
    st.sets(st.sampled_from(NAMES)),
    st.sampled_from(["\n", "\r\n"]),
)
def test_removal_is_idempotent_parses_and_takes_only_what_it_names(
    order: list[str], gaps: list[str], names: set[str], ending: str
) -> None:
    text = "".join(gap + PIECES[piece] for gap, piece in zip(gaps, order, strict=True)).replace("\n", ending)
    ids = [f"mod:{name}" for name in sorted(names)]
    once = edit.remove(text.encode(), "mod", ids)
    assert edit.remove(once, "mod", ids) == once
    libcst.parse_module(once.decode())
    for name in NAMES:
        assert bool(edit.hashes(once, "mod", [f"mod:{name}"])[f"mod:{name}"]) is (name not in names)
    for comment in ("# a neighbour's", "# banner ----"):
        assert once.decode().count(comment) == text.count(comment)
    left = iter(text.split("\n"))
    rewritten = ("from os import", "other =", "    pass")
    assert all(line in left for line in once.decode().split("\n") if not line.startswith(rewritten))


def test_hashes_are_those_of_the_lines_of_each_site() -> None:
    source = "import typing\n\n\n@typing.overload\ndef f(x: int): ...\ndef f(x):\n    return x\n"
    spans = Spans(source_lines(source))
    assert edit.hashes(source.encode(), "m", ["m:f"])["m:f"] == {spans.hash(4, 5), spans.hash(6, 7)}
    assert edit.hashes(source.encode(), "m", ["m:typing"])["m:typing"] == {
        body_hash("import typing"),
        body_hash("import typing\n"),
    }
    assert edit.hashes(codecs.BOM_UTF8 + source.encode(), "m", ["m:"])["m:"] == {body_hash(source)}
    assert edit.hashes(source.encode(), "m", ["m:absent"])["m:absent"] == frozenset()


def test_body_hash_ignores_where_code_stands() -> None:
    assert body_hash("    def f():\r\n        return 1  \r\n\r\n") == body_hash("def f():\n    return 1")
    assert body_hash("def f():\n    return 1") != body_hash("def f():\n    return 2")
