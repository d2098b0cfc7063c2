from pathlib import Path
from typing import get_args

import pytest

from auditor.analysis import reachability
from auditor.analysis.dead_ends import HOW
from auditor.analysis.findings import findings, islands
from auditor.model.graph import Analysis, EdgeKind
from auditor.model.report import Island, ScanFinding
from tests.analysis.composing import analyse

FILES = {
    "shop/__init__.py": "",
    "shop/main.py": (
        "from shop.orders import place\n\n\ndef main():\n    place()\n\n\nif __name__ == '__main__':\n    main()\n"
    ),
    "shop/orders.py": "def place():\n    return 1\n\n\ndef alone():\n    return 2\n",
    "shop/feed.py": (
        "from shop.rows import Row, encode\n\n\ndef export():\n    def line(row):\n        return encode(row)\n"
        "    return [line(Row(1)), rounded(2)]\n\n\ndef rounded(value):\n    return value\n"
    ),
    "shop/rows.py": (
        "class Row:\n    def __init__(self, value):\n        self.value = value\n\n    def as_text(self):\n"
        "        return pad(self.value)\n\n\ndef encode(row):\n    return row.as_text()\n\n\n"
        "def pad(value):\n    return str(value)\n"
    ),
    "shop/circle.py": (
        "def ping(n):\n    return pong(n)\n\n\ndef pong(n):\n    return pang(n)\n\n\ndef pang(n):\n    return ping(n)\n"
    ),
    "shop/refund.py": (
        "from shop.orders import place\n\n\ndef refund(amount):\n    return -checked(amount)\n\n\n"
        "def checked(amount):\n    return amount\n"
    ),
    "tests/test_refund.py": (
        "import pytest\nfrom shop.refund import refund, checked\nfrom shop.orders import place\n\n\n"
        "def made(amount):\n    return refund(amount)\n\n\n"
        "def test_refund():\n    assert made(1) == -1\n\n\n"
        "def test_order_and_refund():\n    assert place() + refund(1) == 0\n\n\n"
        "def test_order():\n    assert place() == 1\n\n\n"
        "class TestChecked:\n    def setup_method(self):\n        checked(0)\n\n"
        "    def test_it(self):\n        assert checked(1) == 1\n"
    ),
}
Grouped = tuple[dict[str, ScanFinding], dict[str, Island], tuple[Island, ...]]


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> tuple[Analysis, Grouped]:
    root: Path = tmp_path_factory.mktemp("islands")
    (root / "auditor.toml").write_text('project = "application"\n')
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    found, facts = analyse(root)
    listed, grouped = islands.find(found, findings.scan_findings(found, facts))
    return found, ({one.id: one for one in listed}, {one.id: one for one in grouped}, grouped)


def test_what_refers_only_to_itself_is_one_group(analysis: tuple[Analysis, Grouped]) -> None:
    _, (listed, by_id, grouped) = analysis
    feed = by_id["shop.feed:"]
    assert set(feed.members) == {"shop.feed:", "shop.rows:"}
    assert (feed.status, feed.tests, feed.paths) == ("unreached", (), ("shop/feed.py", "shop/rows.py"))
    assert feed.lines == sum(listed[one].lines for one in feed.members) == 25
    assert feed.heads == ("shop.feed:",)
    assert feed.detail == "nothing refers to `shop.feed:`; the other hangs on that"
    assert listed["shop.rows:Row.as_text"].island == feed.id
    assert [one.lines for one in grouped] == sorted((one.lines for one in grouped), reverse=True)


def test_a_finding_that_nothing_hangs_on_is_no_island(analysis: tuple[Analysis, Grouped]) -> None:
    _, (listed, by_id, _) = analysis
    assert listed["shop.orders:alone"].island is None
    assert not any("shop.orders:alone" in island.members for island in by_id.values())


def test_what_tests_alone_use_names_the_tests_that_would_go(analysis: tuple[Analysis, Grouped]) -> None:
    _, (listed, by_id, _) = analysis
    refund = by_id[str(listed["shop.refund:refund"].island)]
    assert refund.status == "test_only"
    assert refund.tests == ("tests.test_refund:test_refund", "tests.test_refund:TestChecked.test_it")
    assert refund.detail.startswith("only tests refer to ")


def test_members_of_a_dead_module_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "circle.py").write_text(
        FILES["shop/circle.py"] + "\n\nif __name__ == '__main__':\n    print('circle')\n"
    )
    found, facts = analyse(tmp_path)
    listed, grouped = islands.find(found, findings.scan_findings(found, facts))
    assert {one.id for one in listed} == {"circle:ping", "circle:pong", "circle:pang"}
    [circle] = grouped
    assert (circle.heads, circle.members) == ((), ("circle:ping", "circle:pong", "circle:pang"))
    assert circle.detail == "`circle:ping` and 2 others refer only to one another, and nothing refers to any of them"


def test_why_not_leads_up_to_where_the_references_end(analysis: tuple[Analysis, Grouped]) -> None:
    found, _ = analysis
    explanation = reachability.explain(found, "shop.rows:pad")
    assert [step.id for step in explanation.because] == [
        "shop.rows:pad", "shop.rows:Row.as_text", "shop.rows:encode", "shop.feed:export.<locals>.line",
        "shop.feed:export",
    ]  # fmt: skip
    assert [step.line for step in explanation.because[1:]] == [6, 10, 6, 7]
    assert explanation.because[-1].how.endswith("; nothing refers to this")
    assert reachability.explain(found, "shop.orders:alone").because == ()
    assert reachability.explain(found, "shop.main:main").because == ()


def test_why_not_of_a_circle_ends(analysis: tuple[Analysis, Grouped]) -> None:
    found, _ = analysis
    steps = reachability.explain(found, "shop.circle:ping").because
    assert [step.id for step in steps] == ["shop.circle:ping", "shop.circle:pang", "shop.circle:pong"]
    assert not steps[-1].how.endswith("nothing refers to this")


def test_every_kind_of_edge_can_be_put_in_words() -> None:
    assert set(get_args(EdgeKind)) <= set(HOW)
