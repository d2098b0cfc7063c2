"""vulture asked of the nodes that matter says what its visitor says of the whole tree, file by file."""

import ast
import sys
import sysconfig
import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest

from auditor.analysis.opinions import vulture
from auditor.analysis.opinions.vulture import VultureSets, ask_visitor, ask_vulture

NASTY = {
    "names": """
from __future__ import annotations
from a import b as c, object as self
from a import *
import os.path, sys as system, enum, string as _s
import x.y as z  # NOQA: V104, F401
object = self = _x = __y__ = __z = 1
object.attribute = self.other = [].third = 2
del object, system.gone, c
def f(p, /, q: "int" = 1, *args: int, k=2, _u=3, self=4, **kw) -> b: return lambda q, *r, s=k: (q := s)
lambda x: (x := 1); x: int; x.y: int = 3; X = lambda X: [X for X, x in (y := k) if x]
with open(f) as (g, h.i), j as k[l]: global m, n
for a.b, *c in d: a += 1
else: a.e -= 1
async def o(): await p; yield
def q(): r = yield from s; return r
[t async for t in (u async for v in w)]
""",
    "texts": """
__all__ = ["one", "two", three, "not a name", 4]
x = __all__ = ("five",); __all__ += ["six"]; a.__all__ = ["seven"]; __all__: list = ["eight"]
getattr(a, "nine"), getattr(a, "ten", 1), getattr(a, "eleven", 1, 2), hasattr(a, "twelve"), hasattr(a, "no", 1)
getattr(a, b), a.getattr(a, "no"), getattr(*a, "thirteen"), getattr("only")
"%(fourteen)s %(fifteen)d" % locals(), "%(no)s" % vars(), "%(no)s" % locals(1), b"%(no)s" % locals(), a % locals()
"{sixteen[0][b].seventeen} {} {0} {!r} {1a}".format(**locals()), "{no".format(**locals()), "{no}".format(a=locals())
"{no}".format(*locals()), a.format(**locals()), f"{eighteen!r:>{nineteen}} {'twenty'}"
match a:
    case Point(x=1, why=b, zed=_) | {"k": v, **rest}: pass
    case [first, *others] as whole if whole: pass
    case Enum.MEMBER | None | -1: pass
""",
    "definitions": """
class TestA(B, metaclass=C, key=D):
    def setup_method(self): ...
    def test_x(self, request): ...
    def __init__(self): self.__dict__ = self._x = self.y = self.test_z = 1
    @property
    def p(self): ...
    @x.setter
    @a.b(c).d
    def q(cls, self): ...
    @staticmethod
    def r(): ...
    @classmethod
    async def s(cls): ...
    T = t = 1; T: int; v: int = 2
def setup_module(): ...
def test_y(): ...
def __special__(): ...  # noqa
@decorator  # noqa: V103
def z(): class_ = 1
@property
def self(): ...
class object: ...
""",
    "reach": """
def a():
    return 1
    b = 2
    c = 3
def d():
    for e in f:
        continue
        g
    while True:
        if h: raise
        else: return
        i
    else: j
    k
async def l():
    while 1:
        with m: break
        async with n:
            return
            o
        async for p in q:
            break
            r
    s
def t():
    try: return
    except U: raise
    else: v
    finally: w
    x
def y():
    try:
        while not 0: pass
    except* Z: return
    return
    pass
if 0: a
if not (1 and ()): b
elif "": c
else: d
if a and b or not c: d
if set(): e
if a or []: f
if a or 1: g
elif b(): h
else: i
if x is None: raise SystemExit
elif -1: exit
j = 1 if 2 else 3; k = () if None else (4 if {} else 5)
while 0: l; l = [m for m in n if 1 if 0]
while True:
    if o:
        while p: break
        break
else: q
lambda: r if 1 else s
raise
t; t
""",
    "refused": "import os\ndef f(a):\n    return a\n    b\nif {[]: c}: d\ndef e(): ...\n",
    "bare": "",
}  # fmt: skip


def both(text: str, path: str) -> tuple[VultureSets, VultureSets]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    return ask_vulture(tree, text, path), ask_visitor(tree, text, path)


@pytest.mark.parametrize("path", ["one.py", "tests/test_two.py", "pkg/__init__.py"])
@pytest.mark.parametrize("name", NASTY)
def test_it_says_the_same_of_each_kind_of_code(name: str, path: str) -> None:
    asked, visited = both(NASTY[name], path)
    assert asked == visited
    assert bool(asked.items) == (name != "bare")


@pytest.mark.parametrize(
    "comment", ["# type: (int) -> str", "#type:ignored", "# type: ignore", "# noqa", "# NoQA:V201"]
)
def test_it_says_the_same_of_comments(comment: str) -> None:
    for text in NASTY.values():
        spread = text.replace("\n", f"  {comment}\n") if "type: (" not in comment else f"a = b  {comment}\n{text}"
        asked, visited = both(spread, "one.py")
        assert asked == visited


def sample() -> list[Path]:
    """Return some of the standard library's files, and all of a few packages."""
    found = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[::8]
    for package in ("vulture", "click", "xml", "unittest"):
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        found += sorted(Path(spec.origin).parent.rglob("*.py"))
    return found


def test_it_says_the_same_of_real_files() -> None:
    files = sample()
    assert len(files) > 50
    for path in files:
        asked, visited = both(path.read_text("utf-8"), str(path))
        assert asked == visited, path


def test_of_another_version_the_visitor_itself_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def walk(tree: ast.Module) -> None:
        raise AssertionError(tree)

    asked, visited = both(NASTY["reach"], "one.py")
    monkeypatch.setattr(vulture, "_CHECKED", False)
    monkeypatch.setattr(vulture, "walk", walk)
    assert both(NASTY["reach"], "one.py") == (visited, visited) == (asked, asked)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is newer")
def test_it_says_the_same_of_type_parameters() -> None:
    asked, visited = both("type A[T: int, *U, **V] = list[T]\ndef f[B](c: B): ...\nclass D[E](F[E]): ...\n", "one.py")
    assert asked == visited
    assert asked.items
