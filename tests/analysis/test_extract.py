import ast
import codecs

import pytest

from auditor.analysis.extraction.extract import extract
from auditor.model.code import ModuleFacts, SourceFile
from auditor.model.spans import Spans, source_lines


def facts(
    source: str | bytes, module: str = "pkg.mod", *, package: bool = False, opinions: bool = False
) -> ModuleFacts:
    content = source.encode() if isinstance(source, str) else source
    file = SourceFile(module.replace(".", "/") + ".py", module, package, False, "digest")
    return extract(content, file, frozenset({"include_router", "path"}), opinions=opinions)


def targets(source: str, by: str = "f") -> set[str]:
    return {one.target for one in facts(source).references if one.source == f"pkg.mod:{by}"}


def ids(found: ModuleFacts) -> set[str]:
    return {one.id.partition(":")[2] for one in found.definitions}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (codecs.BOM_UTF8 + "größe = 1\n".encode(), "größe"),
        ("# -*- coding: latin-1 -*-\ngröße = 1\n".encode("latin-1"), "größe"),
        (b"first = 1\r\nsecond = 2\r\n", "second"),
        (b"first = 1\rsecond = 2\r", "second"),
        (b"first = 1\n\x0csecond = 2\n", "second"),
        (b"#!/usr/bin/env python\nx = '''\n\x0c'''\nsecond = 2", "second"),
    ],
)
def test_reads_every_legal_encoding_and_line_end(content: bytes, name: str) -> None:
    found = facts(content)
    assert found.parsed
    assert found.problems == ()
    assert name in ids(found)


@pytest.mark.parametrize(
    "content",
    [
        b"def broken(:\n    used_here()\n",
        b"\xff\xfe\x00used_here",
        b"# coding: no-such-codec\nused_here()\n",
        "used_here = 'ö'\n".encode("latin-1"),
        b"used_here()\x00\n",
        b"used_here(" + b"(" * 5000 + b")" * 5000 + b")",
        b"x = used_here" + b"[0]" * 30_000 + b"\n",
    ],
)
def test_what_cannot_be_parsed_is_a_problem_and_uses_every_name_in_it(content: bytes) -> None:
    found = facts(content)
    assert not found.parsed
    assert len(found.problems) == 1
    assert found.problems[0].path == "pkg/mod.py"
    assert "counts as used" in found.problems[0].message
    assert "used_here" in found.identifiers
    assert ids(found) == {""}


def test_syntax_newer_than_the_running_python_still_imports() -> None:
    found = facts("from .other import thing\nimport a.b\ntype X = int\ndef f[T](x: T) -> T: ...\nx = f'{'a'}'\n!\n")
    assert {one.target for one in found.references} == {"pkg.other", "a.b"}


def test_long_sums_are_no_deep_nesting() -> None:
    assert facts("x = " + " + ".join(["a"] * 800)).parsed


def test_a_local_name_shadows_the_module() -> None:
    assert targets("def g(): ...\ndef f():\n    g = 1\n    return g") == set()


def test_a_parameter_shadows_the_module() -> None:
    assert targets("def g(): ...\ndef f(g):\n    return g()") == set()


def test_a_comprehension_has_a_scope_of_its_own() -> None:
    assert targets("def g(): ...\ndef f(xs):\n    [g for g in xs]\n    return g()") == {"pkg.mod.g"}


def test_a_walrus_in_a_comprehension_binds_outside() -> None:
    assert targets("def g(): ...\ndef f(xs):\n    [x for x in xs if (g := x)]\n    return g") == set()


def test_a_class_body_is_no_scope_for_its_methods() -> None:
    source = "def g(): ...\nclass C:\n    def g(self): ...\n    def f(self):\n        return g()"
    assert targets(source, "C.f") == {"pkg.mod.g"}


def test_a_class_variable_may_take_the_name_of_what_it_holds() -> None:
    assert "pkg.mod.Timer" in targets("class Timer: ...\nclass C:\n    Timer = Timer", "C")


def test_global_and_nonlocal_reach_out() -> None:
    source = "X = 0\ndef f():\n    global X\n    X += 1\n    return X"
    assert targets(source) == {"pkg.mod.X"}
    source = "def f():\n    def g(): ...\n    def h():\n        nonlocal g\n        return g\n    return h"
    assert targets(source, "f.<locals>.h") == {"pkg.mod.f.<locals>.g"}


def test_a_later_binding_counts_for_an_earlier_function() -> None:
    assert targets("def f():\n    return later()\ndef later(): ...") == {"pkg.mod.later"}


def test_names_are_resolved_as_far_as_the_file_allows() -> None:
    source = (
        "import a.b\nimport x.y as z\nfrom m import n as o\nfrom . import sib\ndef f():\n"
        "    a.b.c(); z.q(); o.p(); sib.r()"
    )
    assert targets(source) == {"a.b.c", "x.y.q", "m.n.p", "pkg.sib.r"}


@pytest.mark.parametrize(("package", "expected"), [(True, "pkg.mod.sub"), (False, "pkg.sub")])
def test_relative_imports_start_from_the_package(package: bool, expected: str) -> None:
    assert [one.target for one in facts("from . import sub", package=package).imports] == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = Foo()\n    x.run()", "pkg.mod.Foo().run"),
        ("x = Foo()\n    x = Foo()\n    x.run()", "pkg.mod.Foo().run"),
        ("x = None\n    x = Foo()\n    x.run()", "pkg.mod.Foo().run"),
        ("x: Foo = make()\n    x.run()", "pkg.mod.Foo.<is>.run"),
        ("x: 'Foo | None' = make()\n    x.run()", "pkg.mod.Foo.<is>.run"),
        ("Foo().run()", "pkg.mod.Foo().run"),
        ("make().run()", "pkg.mod.make().run"),
        ("x = Foo()\n    x = other()\n    x.run()", "{pkg.mod.Foo()|pkg.mod.other()}.run"),
        ("x = Foo()\n    x = things\n    x.run()", ".run"),
        ("for x in things:\n        x.run()", ".run"),
        ("y[0].run()", ".run"),
    ],
)
def test_receivers_are_known_only_where_they_must_be(body: str, expected: str) -> None:
    source = f"class Foo: ...\ndef make(): ...\ndef other(): ...\ndef f(things, y):\n    {body}"
    found = targets(source)
    assert expected in found
    assert {one for one in found if one.endswith(".run")} == {expected}


def test_an_annotated_parameter_is_a_receiver_and_any_is_none() -> None:
    source = (
        "from typing import Any, Optional\nclass Foo: ...\ndef f(a: Optional[Foo], b: Any):\n    a.run()\n    b.walk()"
    )
    assert {"pkg.mod.Foo.<is>.run", ".walk"} <= targets(source)


def test_self_cls_and_super() -> None:
    source = (
        "class B: ...\nclass C(B):\n    def f(self):\n        self.a(); super().b()\n    @classmethod\n"
        "    def g(cls):\n        cls.c()"
    )
    assert targets(source, "C.f") == {"pkg.mod.C().a", "pkg.mod.C.super().b"}
    assert "pkg.mod.C.c" in targets(source, "C.g")


def test_an_assigned_attribute_is_defined_and_not_used() -> None:
    found = facts("class C:\n    def f(self):\n        self.x = 1\n        other().y = 2")
    assert {one.target for one in found.references} == {"pkg.mod.other"}
    assert found.types == {"pkg.mod.C.x": ""}
    assert found.stores == {"y"}


def test_types_of_attributes_take_all_assignments_into_account() -> None:
    source = (
        "class C:\n    def f(self, r: R):\n        self.a = R()\n        self.b = r\n"
        "        self.c = R()\n        self.c = S()\n        self.d = None"
    )
    assert facts("class R: ...\nclass S: ...\n" + source).types == {
        "pkg.mod.C.a": "pkg.mod.R()", "pkg.mod.C.b": "pkg.mod.R.<is>", "pkg.mod.C.c": "{pkg.mod.R()|pkg.mod.S()}",
        "pkg.mod.C.d": "",
    }  # fmt: skip


def test_string_annotations_and_casts_are_uses() -> None:
    source = (
        "from typing import cast, Literal\nclass A: ...\nclass B: ...\nclass C: ...\n"
        "def f(x: 'A', y: Literal['C']):\n    return cast('B', x)"
    )
    assert {"pkg.mod.A", "pkg.mod.B"} <= targets(source)
    assert "pkg.mod.C" not in targets(source)


def test_a_pure_value_is_used_by_its_variable_and_a_call_by_the_module() -> None:
    found = facts("def a(): ...\ndef b(): ...\nT = {'a': a}\nU = b()")
    uses = {(one.source, one.target) for one in found.references}
    assert uses == {("pkg.mod:T", "pkg.mod.a"), ("pkg.mod:", "pkg.mod.b")}


def test_definitions_have_kinds_lines_and_hashes_that_survive_indenting() -> None:
    body = "@deco\ndef f():\n    return 1\n"
    plain = facts(body)
    inside = facts("if True:\n" + "".join(f"    {line}\n" for line in body.splitlines()))
    first = next(one for one in plain.definitions if one.id == "pkg.mod:f")
    second = next(one for one in inside.definitions if one.id == "pkg.mod:f")
    assert (first.line, first.end_line, second.line) == (1, 3, 2)
    assert first.body_hash == second.body_hash != ""
    changed = next(one for one in facts(body.replace("1", "2")).definitions if one.id == "pkg.mod:f")
    assert changed.body_hash != first.body_hash


def test_kinds_of_definitions() -> None:
    source = (
        "import os\nX = 1\nclass C:\n    y: int = 2\n    @property\n    def p(self): ...\n"
        "    def m(self):\n        def inner(): ...\n"
    )
    found = {one.qualified_name: one.kind for one in facts(source).definitions}
    assert found == {
        "": "module", "os": "import", "X": "variable", "C": "class", "C.y": "variable", "C.p": "property",
        "C.m": "method", "C.m.<locals>.inner": "function",
    }  # fmt: skip


def test_decorators_and_named_calls_are_recorded() -> None:
    source = (
        "from fastapi import APIRouter\nr = APIRouter(prefix='/x')\n@r.get('/a', tags=['t'])\n"
        "def h(): ...\ndef f(app):\n    app.include_router(r)"
    )
    calls = {one.callee: one for one in facts(source).calls}
    assert calls["fastapi.APIRouter"].assigned_to == "pkg.mod.r"
    assert calls["fastapi.APIRouter"].keywords["prefix"].text == "/x"
    assert calls["pkg.mod.r.get"].decorates == "pkg.mod:h"
    assert [one.text for one in calls["pkg.mod.r.get"].keywords["tags"].values] == ["t"]
    assert calls[".include_router"].args[0].text == "pkg.mod.r"


@pytest.mark.parametrize(
    ("code", "kind", "receiver", "pattern"),
    [
        ("getattr(self, f'do_{x}')", "getattr", "pkg.mod.C", "do_*"),
        ("getattr(x, 'do_' + y)", "getattr", "", "do_*"),
        ("getattr(x, '%s_view' % y)", "getattr", "", "*_view"),
        ("getattr(x, '{}_view'.format(y))", "getattr", "", "*_view"),
        ("getattr(x, y)", "getattr", "", "*"),
        ("globals()['run_' + x]", "globals", "pkg.mod", "run_*"),
        ("getattr(sys.modules[__name__], x)", "getattr", "pkg.mod", "*"),
        ("importlib.import_module(f'plug.{x}')", "import", "", "plug.*"),
        ("eval(x)", "eval", "", "*"),
    ],
)
def test_computed_names_keep_what_is_known_of_them(code: str, kind: str, receiver: str, pattern: str) -> None:
    found = facts(f"import sys, importlib\nclass C:\n    def f(self, x, y):\n        return {code}")
    assert [(one.kind, one.receiver, one.pattern) for one in found.dynamic] == [(kind, receiver, pattern)]


def test_literal_names_are_ordinary_references() -> None:
    source = (
        "import importlib\nfrom operator import attrgetter\ndef f(x):\n    getattr(x, 'run')\n"
        "    importlib.import_module('.sib', __package__)\n    importlib.import_module('a.b')\n"
        "    attrgetter('p.q')"
    )
    assert {".run", "a.b", ".p", ".q"} <= targets(source)
    imported = [(one.kind, one.pattern) for one in facts(source).dynamic]
    assert imported == [("import", "pkg.sib"), ("import", "a.b")], "the module is also a value, looked into later"


def test_all_in_every_form() -> None:
    assert facts("__all__ = ['a']\n__all__ += ('b',)\n__all__: list[str] = [*__all__, 'c']").exports == ("a", "b", "c")
    assert facts("x = 1").exports is None


def test_the_main_guard_and_keep_comments() -> None:
    found = facts("x = 1  # auditor: keep\nif __name__ == '__main__':\n    x\n# auditor:keep this\n")
    assert found.has_main_guard
    assert found.keeps == (1, 4)


def test_only_what_stands_in_no_string_is_a_comment() -> None:
    lines = [
        "a = '# auditor: keep' '' \"\"  # auditor: keep",
        'b = """ # auditor: keep \\""" ""',
        '# auditor: keep """  # auditor: keep',
        "c = r'\\'' r\"\\\\\"  # auditor: keep",
        "d = 'one \\",
        "# auditor: keep'",
        "e = ''' ' '' # auditor: keep \\''' # auditor: keep \" '''  # auditor: keep",
        "f = f'{a}#auditor:keep'  #auditor:keep",
    ]
    assert facts("\n".join(lines)).keeps == (1, 3, 4, 7, 8)


def test_imports_in_guards_are_known() -> None:
    source = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\ntry:\n    import b\n"
        "except ImportError:\n    b = None\nimport c\nimport d as d"
    )
    found = {one.name: (one.guarded, one.explicit) for one in facts(source).imports}
    assert found == {
        "TYPE_CHECKING": (False, False),
        "a": (True, False),
        "b": (True, False),
        "c": (False, False),
        "d": (False, True),
    }


def test_decorators_that_only_wrap() -> None:
    source = (
        "def wraps(f):\n    def w(*a):\n        return f(*a)\n    return w\n"
        "def keeps(f):\n    KEPT.append(f)\n    return f\n"
        "def marks(f):\n    f.marked = True\n    return f\n"
        "def runs(f):\n    f()\n    return f\n"
        "def factory(n):\n    def deco(f):\n        def w(*a):\n"
        "            return f(*a)\n        return w\n    return deco\n"
        "def keeping(n):\n    def deco(f):\n        KEPT[n] = f\n        return f\n    return deco\n"
    )
    assert facts(source).wrappers == {"pkg.mod:wraps", "pkg.mod:factory()", "pkg.mod:factory.<locals>.deco"}


def test_vulture_is_asked_on_the_same_tree() -> None:
    found = facts(
        "import os\ndef f(a):\n    b = 1\n    for i in a:\n        pass\n    return 2\n    g()\n", opinions=True
    )
    assert {(one.kind, one.name) for one in found.local_findings if one.kind in ("import", "variable", "argument")} == {
        ("import", "os"), ("variable", "b"),
    }  # fmt: skip
    assert any(one.kind == "unreachable" and one.line == 7 for one in found.local_findings)
    assert "g" in found.used_names


def test_extraction_is_pure() -> None:
    source = b"import os\nclass A:\n    def f(self): return os.path.join(self.x)\n"
    file = SourceFile("a.py", "a", False, False, "")
    assert extract(source, file, frozenset()) == extract(source, file, frozenset())
    ast.parse(source)


NEWER = "lazy import a.b\ndef f[T: Bound = Given](x: T, y):\n    return f'{x['k']} {\n        y!r}' + g()\n"


def test_newer_syntax_is_read_with_its_own_lines_and_hashes() -> None:
    found = facts(NEWER)
    assert found.parsed
    whole = next(one for one in found.definitions if one.id == "pkg.mod:f")
    assert (whole.line, whole.end_line) == (2, 4)
    assert whole.body_hash == Spans(source_lines(NEWER)).hash(2, 4)
    uses = {(one.target, one.line) for one in found.references if one.source == "pkg.mod:f"}
    assert {("pkg.mod.Bound", 2), ("pkg.mod.Given", 2), ("pkg.mod.g", 4)} <= uses
    assert [one.target for one in found.imports] == ["a"]


def test_newer_syntax_is_said_and_hides_nothing() -> None:
    for problem in facts(NEWER).problems:
        assert "newer than Python" in problem.message
        assert not problem.unseen


@pytest.mark.parametrize(
    "text",
    ["x = f'{'a'}'\ny = a" + "[0]" * 5_000 + "\n", "x = f'{'a'}'\n" + "#" * 1_100_000 + "\n", "x = f'{'a'\n", "?\n"],
)
def test_what_would_take_too_long_counts_every_name(text: str) -> None:
    if not (found := facts(text)).parsed:
        assert "counts as used" in found.problems[0].message


def test_python_2_is_called_by_its_name() -> None:
    assert "Python 2" in facts("print 'x'\n").problems[0].message
