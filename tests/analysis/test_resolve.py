"""What reaches what, on source given as text. `main.py` is the program: its module body is the only entry point."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.analysis import reachability
from auditor.analysis.resolution import resolve
from auditor.analysis.resolution.symbol_places import options
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.frameworks import RULES
from auditor.model.code import Definition, ModuleFacts, Reference
from auditor.model.graph import EntryPoint, Reachability, ReferenceGraph

FactsFrom = Callable[[Mapping[str, str]], tuple[ModuleFacts, ...]]
MAIN = (EntryPoint("main:", "main", production=True, detail="", path="main.py", line=1),)


@pytest.fixture
def live(facts_from: FactsFrom) -> Callable[[Mapping[str, str]], set[str]]:
    def search(files: Mapping[str, str]) -> set[str]:
        facts = facts_from(files)
        graph = resolve.resolve(facts, SymbolTable(facts), RULES)
        return set(reachability.reach(graph, MAIN).production)

    return search


Live = Callable[[Mapping[str, str]], set[str]]


def test_reexports_stars_and_aliases_are_followed(live: Live) -> None:
    found = live({
        "main.py": "import pkg as p\nfrom pkg import Other as O\nfrom wide import *\np.make()\nO\nwidest()",
        "pkg/__init__.py": "from .inner import make, Other\nfrom .inner import dead",
        "pkg/inner.py": "def make(): ...\nclass Other: ...\ndef dead(): ...",
        "wide.py": "from wider import *",
        "wider.py": "def widest(): ...\ndef _hidden(): ...",
    })  # fmt: skip
    assert {"pkg.inner:make", "pkg.inner:Other", "wider:widest", "wide:"} <= found
    assert not {"pkg.inner:dead", "wider:_hidden"} & found


def test_import_cycles_end(live: Live) -> None:
    found = live({
        "main.py": "from a import x\nx()", "a.py": "from b import x, y\nfrom b import *",
        "b.py": "from a import x, y\nfrom a import *",
    })  # fmt: skip
    assert {"a:", "b:"} <= found


def test_importing_a_module_runs_its_packages(live: Live) -> None:
    found = live(
        {
            "main.py": "import a.b.c",
            "a/__init__.py": "x()\ndef x(): ...",
            "a/b/__init__.py": "",
            "a/b/c.py": "",
            "a/d.py": "",
        }
    )
    assert {"a:", "a:x", "a.b:", "a.b.c:"} <= found
    assert "a.d:" not in found


def test_a_package_attribute_hides_the_module_of_its_name(live: Live) -> None:
    found = live(
        {
            "main.py": "from pkg import tool\ntool()",
            "pkg/__init__.py": "from .tool import tool",
            "pkg/tool.py": "def tool(): ...",
        }
    )
    assert "pkg.tool:tool" in found


CLASSES = """
class Base:
    def run(self): return self.step()
    def step(self): ...
    def other(self): ...
class Sub(Base):
    def step(self): ...
    def other(self): ...
class Unrelated:
    def step(self): ...
    def run(self): ...
"""


def test_a_known_receiver_counts_for_its_class_and_overrides_only(live: Live) -> None:
    found = live({"main.py": CLASSES + "Unrelated\nSub().run()"})
    assert {"main:Base.run", "main:Base.step", "main:Sub.step"} <= found
    assert not {"main:Unrelated.step", "main:Unrelated.run", "main:Sub.other", "main:Base.other"} & found


def test_an_override_needs_its_class_to_be_reached(live: Live) -> None:
    found = live({"main.py": CLASSES + "Base().run()"})
    assert "main:Base.step" in found
    assert not {"main:Sub", "main:Sub.step"} & found


def test_an_unknown_receiver_counts_for_every_class_that_is_reached(live: Live) -> None:
    found = live({"main.py": CLASSES + "def f(x):\n    x.step()\nf(1); Sub"})
    assert {"main:Base.step", "main:Sub.step"} <= found
    assert not {"main:Unrelated.step", "main:Unrelated"} & found


def test_a_mixin_stands_in_for_a_method_of_another_base(live: Live) -> None:
    source = (
        "class Base:\n    def hook(self): ...\n    def run(self): self.hook()\n"
        "class Mixin:\n    def hook(self): ...\nclass Both(Mixin, Base): ...\nBoth().run()"
    )
    assert "main:Mixin.hook" in live({"main.py": source})


def test_super_reaches_the_next_class_and_not_the_own_method(live: Live) -> None:
    source = (
        "class A:\n    def go(self): ...\nclass B(A):\n    def go(self): ...\n"
        "    def start(self): super().go()\nB().start()"
    )
    found = live({"main.py": source})
    assert "main:A.go" in found


def test_an_unknown_external_base_keeps_every_method_and_mixin_alive(live: Live) -> None:
    source = (
        "import ext\nclass Mixin:\n    def a(self): ...\nclass C(Mixin, ext.Base):\n    x = 1\n    def b(self): ...\nC"
    )
    assert {"main:Mixin.a", "main:C.b", "main:C.x"} <= live({"main.py": source})


def test_a_known_external_base_calls_only_what_it_calls(live: Live) -> None:
    source = "import threading\nclass T(threading.Thread):\n    def run(self): ...\n    def extra(self): ...\nT"
    found = live({"main.py": source})
    assert "main:T.run" in found
    assert "main:T.extra" not in found


def test_what_overrides_a_standard_base_is_known_exactly(live: Live) -> None:
    source = (
        "from wsgiref.simple_server import ServerHandler\nclass H(ServerHandler):\n"
        "    def finish_response(self): ...\n    def mine(self): ...\nH"
    )
    found = live({"main.py": source})
    assert "main:H.finish_response" in found
    assert "main:H.mine" not in found


def test_builtin_bases_call_what_they_have(live: Live) -> None:
    found = live({"main.py": "class D(dict):\n    def get(self, k): ...\n    def mine(self): ...\nD"})
    assert "main:D.get" in found
    assert "main:D.mine" not in found


def test_an_attribute_behind_an_external_value_may_be_ours(live: Live) -> None:
    source = "import flask, os\nclass Db:\n    def save(self): ...\n    def join(self): ...\nDb\n"
    source += "flask.g.db.save()\nos.path.join()"
    found = live({"main.py": source})
    assert "main:Db.save" in found
    assert "main:Db.join" not in found


def test_instance_attributes_are_receivers_unless_set_from_outside(live: Live) -> None:
    source = (
        "class Repo:\n    def save(self): ...\nclass Fake:\n    def save(self): ...\n"
        "class Service:\n    def __init__(self): self.repo = Repo()\n"
        "    def go(self): self.repo.save()\nFake\nService().go()\n"
    )
    assert "main:Fake.save" not in live({"main.py": source})
    assert "main:Fake.save" in live({"main.py": source + "s = Service()\ns.repo = Fake()"})


def test_a_module_used_as_a_value_gives_its_names_to_unknown_receivers(live: Live) -> None:
    files = {
        "main.py": "import tools\ndef f(m):\n    m.work()\nf(tools)",
        "tools.py": "def work(): ...\ndef rest(): ...",
    }
    found = live(files)
    assert "tools:work" in found
    assert "tools:rest" not in found


def test_a_full_name_in_a_string_is_a_use_and_a_bare_word_is_not(live: Live) -> None:
    found = live(
        {
            "main.py": "x = load('pkg.m.f'), load('pkg.m:g'), load('h')",
            "pkg/m.py": "def f(): ...\ndef g(): ...\ndef h(): ...",
        }
    )
    assert {"pkg.m:f", "pkg.m:g"} <= found
    assert "pkg.m:h" not in found


def test_scripts_import_what_lies_beside_them(live: Live) -> None:
    found = live(
        {
            "main.py": "import scripts.job",
            "scripts/job.py": "import beside\nbeside.work()",
            "scripts/beside.py": "def work(): ...",
        }
    )
    assert "scripts.beside:work" in found


def test_an_absolute_import_in_a_package_means_a_sibling_only_where_that_has_what_is_imported(live: Live) -> None:
    def found(job: str) -> frozenset[str] | set[str]:
        beside = "def work(): ...\ndef rest(): ..."
        return live(
            {"main.py": "from pkg import job", "pkg/__init__.py": "", "pkg/job.py": job, "pkg/beside.py": beside}
        )

    assert "pkg.beside:" in found("import beside\nbeside.work()")
    assert "pkg.beside:work" in found("from beside import work\nwork()")
    assert "pkg.beside:rest" not in found("from beside import work\nwork()")
    assert "pkg.beside:work" not in found("from beside import Client\nClient().work")


def test_a_package_below_a_directory_that_is_none_is_found_from_within(live: Live) -> None:
    found = live(
        {
            "main.py": "import back.app.job",
            "back/app/__init__.py": "",
            "back/app/job.py": "from app import models\nimport requests\nmodels.save(requests.get())",
            "back/app/models.py": "def save(): ...",
            "back/app/requests.py": "def fetch(): ...",
        }
    )
    assert "back.app.models:save" in found
    assert "back.app.requests:fetch" not in found


def test_a_file_that_was_not_parsed_uses_every_name_in_it(facts_from: FactsFrom) -> None:
    facts = facts_from(
        {"main.py": "import m", "new.py": "def broken(:\n    saved()\n", "m.py": "def saved(): ...\ndef gone(): ..."}
    )
    graph = resolve.resolve(facts, SymbolTable(facts), RULES)
    reached = reachability.reach(graph, MAIN).production
    assert "m:saved" in reached
    assert "m:gone" not in reached
    assert "new" in graph.opaque


def test_a_computed_name_holds_back_and_does_not_revive(facts_from: FactsFrom) -> None:
    source = (
        "class C:\n    def go(self, n): return getattr(self, n)()\n    def a(self): return b()\n"
        "def b(): ...\ndef c(): ...\nclass Dead:\n    def a(self): ...\nC().go('a')"
    )
    facts = facts_from({"main.py": source})
    reached = reachability.reach(resolve.resolve(facts, SymbolTable(facts), RULES), MAIN)
    assert reached.possible.keys() == {"main:C.a", "main:b"}
    assert "main.py:2" in reached.possible["main:C.a"]
    assert not {"main:C.a", "main:b", "main:c"} & set(reached.production)


def test_tests_reach_on_top_of_production(facts_from: FactsFrom) -> None:
    facts = facts_from({
        "main.py": "import m\nm.a()", "m.py": "def a(): ...\ndef b(): return c()\ndef c(): ...\ndef d(): ...",
        "tests/test_m.py": "from m import a, b\ndef test_it():\n    a(); b()",
    })  # fmt: skip
    graph = resolve.resolve(facts, SymbolTable(facts), RULES)
    entry = EntryPoint("tests.test_m:test_it", "test", production=False, detail="", path="", line=1)
    reached = reachability.reach(graph, (*MAIN, entry))
    assert {"m:b", "m:c", "tests.test_m:"} <= set(reached.tests)
    assert not {"m:a", "m:d"} & set(reached.tests)


NAMES = st.sampled_from("abcdefgh")


@given(
    edges=st.lists(st.tuples(NAMES, NAMES, st.booleans()), max_size=20),
    added=st.tuples(NAMES, NAMES, st.booleans()),
    bases=st.lists(st.tuples(NAMES, NAMES), max_size=3),
)
def test_adding_a_reference_never_makes_live_code_dead(
    edges: list[tuple[str, str, bool]], added: tuple[str, str, bool], bases: list[tuple[str, str]]
) -> None:
    before, after = (_reached(_facts(uses, bases)) for uses in (edges, [*edges, added]))
    assert set(before.production) <= set(after.production)


def _facts(uses: list[tuple[str, str, bool]], bases: list[tuple[str, str]]) -> tuple[ModuleFacts, ...]:
    """Return one module with classes a to h that each have a method `m` and `n`, their bases and uses."""
    given = {name: tuple(f"main.{base}" for one, base in bases if one == name and base > name) for name in "abcdefgh"}
    definitions = [Definition("main:", "module", "main.py", 1, 99)]
    for name in "abcdefgh":
        definitions.append(Definition(f"main:{name}", "class", "main.py", 1, 9, bases=given[name]))
        definitions += [Definition(f"main:{name}.{method}", "method", "main.py", 2, 3) for method in ("m", "n")]
    references = [Reference("main:", "main.a", "name", 1)]
    for source, target, method in uses:
        references.append(
            Reference(f"main:{source}.m", f"main.{target}().n" if method else f"main.{target}", "name", 1)
        )
        references.append(Reference(f"main:{source}", ".m" if method else f"main.{target}.m", "attribute", 1))
    return (
        ModuleFacts("main.py", "main", False, False, 99, definitions=tuple(definitions), references=tuple(references)),
    )


def _reached(facts: tuple[ModuleFacts, ...]) -> Reachability:
    graph: ReferenceGraph = resolve.resolve(facts, SymbolTable(facts), RULES)
    return reachability.reach(graph, MAIN)


def test_methods_of_an_object_given_to_outside_code_are_held_back(facts_from: FactsFrom) -> None:
    source = (
        "import ext\nclass Answer:\n    def info(self): return tell()\n    def _own(self): ...\n"
        "class Kept:\n    def info(self): ...\n"
        "def tell(): ...\ndef mine(x): ...\nanswer = Answer()\next.read(answer)\nmine(Kept())"
    )
    facts = facts_from({"main.py": source})
    reached = reachability.reach(resolve.resolve(facts, SymbolTable(facts), RULES), MAIN)
    assert reached.possible.keys() == {"main:Answer.info", "main:tell"}
    assert "outside the project in main.py:10" in reached.possible["main:Answer.info"]


@pytest.mark.parametrize(
    "name", ["", "a..b", ".", "{", "}", "[", "a[", "a]", "a.()", "a.<is>", "a.<x>", "a.<not>", "a.<at>", "{}", "?.x",
             "a.<locals>", "{{a}.b|c}.d", "a.<lambda>.b"],
)  # fmt: skip
def test_any_text_may_be_looked_up(name: str) -> None:
    assert SymbolTable(()).lookup(name).trail == ()


def test_what_is_looked_up_first_says_nothing_of_functions_that_call_each_other(facts_from: FactsFrom) -> None:
    functions = "def f(n): return A() if n else g(n)\ndef g(n): return B() if n else f(n)"
    facts = facts_from({"main.py": f"class A: ...\nclass B: ...\n{functions}"})
    for names in (("main.f()", "main.g()"), ("main.g()", "main.f()")):
        table = SymbolTable(facts)
        found = {name: {one.name for one in options(table.lookup(name).place)} for name in names}
        assert found == {"main.f()": {"main:A", "main:B", ""}, "main.g()": {"main:A", "main:B", ""}}


def test_one_of_several_classes_gives_an_object_of_one_of_them(live: Live) -> None:
    source = (
        "class Word:\n    def read(self): ...\nclass Text:\n    def read(self): ...\n"
        "class Other:\n    def read(self): ...\n"
        "def load(short):\n    kind = Word if short else Text\n    return kind()\n"
        "load(1).read()\nOther()"
    )
    found = live({"main.py": source})
    assert {"main:Word.read", "main:Text.read"} <= found
    assert "main:Other.read" not in found


def test_a_name_imported_in_a_class_body_is_an_attribute_of_the_class(live: Live) -> None:
    found = live({
        "main.py": "class Shop:\n    from tools import tax\n\nShop().tax()",
        "tools.py": "def tax(self): ...\nclass Other:\n    def tax(self): ...\nOther()",
    })  # fmt: skip
    assert "tools:tax" in found
    assert "tools:Other.tax" not in found


def test_a_module_that_gives_names_on_demand_uses_those_in_its_table(live: Live) -> None:
    getter = "\ndef __getattr__(name):\n    return getattr(load(TABLE[name]), name)\n"
    found = live({
        "main.py": "import shop.lazy\nshop.lazy.Thing().name()",
        "shop/__init__.py": "import lazy_loader\n__getattr__, __dir__, __all__ = lazy_loader.attach(\n"
        "    __name__, submod_attrs={'_parts': ['Part']})",
        "shop/lazy.py": "TABLE = {'Thing': 'shop._thing', 'Near': '._near'}" + getter,
        "shop/_thing.py": "class Thing:\n    def name(self): ...\nclass Other: ...",
        "shop/_near.py": "class Near: ...\nclass Far: ...",
        "shop/_parts.py": "class Part: ...\nclass Rest: ...",
    })  # fmt: skip
    assert {"shop._thing:Thing", "shop._thing:Thing.name", "shop._near:Near", "shop._parts:Part"} <= found
    assert not {"shop._thing:Other", "shop._near:Far", "shop._parts:Rest"} & found


def test_names_that_a_table_of_modules_leaves_out_are_held_back(facts_from: FactsFrom) -> None:
    facts = facts_from({
        "main.py": "PARTS = ['_thing']\ndef __getattr__(name): ...",
        "_thing.py": "class Thing: ...\nclass _Own: ...",
    })  # fmt: skip
    graph = resolve.resolve(facts, SymbolTable(facts), RULES)
    held = {target for guess in graph.maybe["main:__getattr__"] for target in guess.targets}
    assert held == {"_thing:", "_thing:Thing"}


def test_fields_of_a_format_string_take_attributes(live: Live) -> None:
    classes = "class A:\n    nick = 1\n    last = 2\n    deep = 3\n    gone = 4\n    key = 5\n"
    uses = "FORM = '\\n{x.nick!r:>9} {gone} {1.5}'\nFORM.format(x=A())\n'{.last}: {0.b[key].deep}'.format(A())"
    found = live({"main.py": classes + uses})
    assert {"main:A.nick", "main:A.last", "main:A.deep"} <= found
    assert not {"main:A.gone", "main:A.key"} & found
