"""The gate on real repositories: what is used is stopped, refactorings pass, what cannot be known is said."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.errors import GitError
from auditor.model.gate import GateResult
from tests.production import NOW, Project

SHOP = {
    "shop/__init__.py": "",
    "shop/main.py": """
from fastapi import FastAPI
from shop import assistant, assistant_simple, products

app = FastAPI()
app.include_router(assistant.router, prefix="/api")
app.include_router(assistant_simple.router, prefix="/api")
app.include_router(products.router, prefix="/api")
""",
    "shop/assistant.py": """
from fastapi import APIRouter
from shop.chat import answer

router = APIRouter()

@router.post("/chat")
def chat(text: str):
    return answer(text)
""",
    "shop/assistant_simple.py": """
from fastapi import APIRouter

router = APIRouter()

@router.post("/chat")
def chat_simple(text: str):
    return canned(text)

def canned(text):
    return "Thank you."
""",
    "shop/chat.py": "def answer(text):\n    return text.upper()\n",
    "shop/products.py": """
from fastapi import APIRouter
from shop import prices

router = APIRouter()

@router.get("/products")
def products():
    return prices.with_vat(100)

@router.get("/old")
def old():
    return "old"
""",
    "shop/prices.py": """
def with_vat(cents):
    return cents + vat(cents)

def vat(cents):
    return cents // 5
""",
    "shop/legacy.py": "def leftover():\n    return 1\n",
    "shop/plugin.py": (
        "from auditor.tracking import component\n\n\n@component('plugin')\ndef plugin(x):\n    return x\n"
    ),
}
ROUTES = {
    "POST /api/chat": "shop.assistant:chat",
    "GET /api/products": "shop.products:products",
    "GET /api/old": "shop.products:old",
}
SHADOWED = {"POST /api/chat": "shop.assistant_simple:chat_simple"}


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    project = Project(tmp_path, SHOP)
    project.watch({"POST /api/chat": 12, "GET /api/products": 90}, ROUTES, shadowed=SHADOWED, components={"plugin": 3})
    project.collect()
    return project


def judge(project: Project, **changes: str | None) -> GateResult:
    project.branch("change", {path.replace("__", "/") + ".py": text for path, text in changes.items()})
    return pipeline.gate(project.loaded, "main", "change", days=None, now=NOW, environment={})


def reasons(result: GateResult) -> dict[str, str]:
    return {breach.id: breach.why for breach in result.breaches}


MAIN_WITHOUT_SIMPLE = (
    SHOP["shop/main.py"].replace("assistant_simple, ", "").replace(
        'app.include_router(assistant_simple.router, prefix="/api")\n', ""
    )
)  # fmt: skip
MAIN_WITHOUT_ASSISTANT = (
    SHOP["shop/main.py"].replace("assistant, assistant_simple", "assistant_simple").replace(
        'app.include_router(assistant.router, prefix="/api")\n', ""
    )
)  # fmt: skip


def test_the_handler_that_serves_may_not_go_although_another_one_has_its_path(shop: Project) -> None:
    result = judge(shop, shop__main=MAIN_WITHOUT_ASSISTANT, shop__assistant=None, shop__chat=None)
    assert not result.passed
    assert reasons(result) == {"shop.assistant:chat": "called"}
    assert "168 calls" in result.breaches[0].detail or "180 calls" in result.breaches[0].detail
    assert "shop.assistant_simple:chat_simple" in result.breaches[0].detail
    assert "it goes with shop.assistant:chat, which may not go: shop.chat:" in result.notes


def test_the_shadowed_handler_may_go(shop: Project) -> None:
    result = judge(shop, shop__main=MAIN_WITHOUT_SIMPLE, shop__assistant_simple=None)
    assert (result.passed, result.breaches, result.undecidable) == (True, (), None)
    assert result.deleted == 1


def test_swapping_the_order_so_that_the_other_serves_is_judged_as_a_deletion_too(shop: Project) -> None:
    lines = SHOP["shop/main.py"].splitlines()
    lines[5], lines[6] = lines[6], lines[5]
    shop.commit({"shop/main.py": "\n".join(lines)}, days_ago=50)
    result = judge(shop, shop__main=MAIN_WITHOUT_SIMPLE, shop__assistant_simple=None)
    # by the code the simple one serves, by the published table the other one did: neither may be taken for dead
    assert not result.passed


def test_a_helper_still_referred_to_is_dangling(shop: Project) -> None:
    result = judge(shop, shop__prices="def with_vat(cents):\n    return cents + vat(cents)\n")
    assert reasons(result) == {"shop.prices:vat": "dangling_reference"}
    assert (result.breaches[0].path, result.breaches[0].line) == ("shop/prices.py", 2)


def test_an_inlined_helper_passes_without_evidence(tmp_path: Path) -> None:
    project = Project(tmp_path, SHOP)
    result = judge(project, shop__prices="def with_vat(cents):\n    return cents + cents // 5\n")
    assert result.passed
    assert result.deleted == 1


def test_a_moved_helper_with_its_references_updated_is_no_deletion(shop: Project) -> None:
    result = judge(
        shop,
        shop__prices="from shop.tax import vat\n\n\ndef with_vat(cents):\n    return cents + vat(cents)\n",
        shop__tax="def vat(cents):\n    return cents // 5\n",
    )
    assert result.passed
    assert (result.deleted, result.moved) == (0, 1)


def test_a_moved_helper_whose_old_name_is_still_imported_is_dangling(shop: Project) -> None:
    result = judge(shop, shop__chat=None, shop__talk=SHOP["shop/chat.py"])
    assert reasons(result) == {"shop.chat:answer": "dangling_reference"}


def test_a_renamed_handler_that_serves_the_same_route_passes(shop: Project) -> None:
    result = judge(shop, shop__products=SHOP["shop/products.py"].replace("def products():", "def list_products():"))
    assert result.passed, result.breaches


def test_dropping_the_decorator_of_a_called_route_is_stopped(shop: Project) -> None:
    result = judge(shop, shop__products=SHOP["shop/products.py"].replace('@router.get("/products")\n', ""))
    assert reasons(result) == {"shop.products:products": "called"}


def test_changing_the_path_of_a_called_route_is_stopped(shop: Project) -> None:
    result = judge(shop, shop__products=SHOP["shop/products.py"].replace('"/products"', '"/wares"'))
    assert reasons(result) == {"shop.products:products": "called"}


def test_an_endpoint_nobody_called_may_go_only_if_policy_says_so(shop: Project) -> None:
    text = SHOP["shop/products.py"]
    without = text[: text.index('@router.get("/old")')]
    assert reasons(judge(shop, shop__products=without)) == {"shop.products:old": "reachable"}
    config = (shop.root / "auditor.toml").read_text("utf-8") + "\n[gate]\nallow_dormant = true\n"
    (shop.root / "auditor.toml").write_text(config, "utf-8")
    result = pipeline.gate(shop.loaded, "main", "change", days=None, now=NOW, environment={})
    assert result.passed, result.breaches


def test_what_nothing_reaches_may_go(shop: Project) -> None:
    assert judge(shop, shop__legacy=None).passed


def test_what_nothing_reaches_but_production_calls_is_contradicted(shop: Project) -> None:
    assert reasons(judge(shop, shop__plugin=None)) == {"shop.plugin:plugin": "contradicted"}


def test_without_any_evidence_a_deletion_cannot_be_judged(tmp_path: Path) -> None:
    result = judge(Project(tmp_path, SHOP), shop__legacy=None)
    assert not result.passed
    assert reasons(result) == {"shop.legacy:": "no_evidence"}
    assert result.undecidable is not None
    assert "shop.legacy" in result.undecidable


def test_on_stale_evidence_a_deletion_cannot_be_judged(shop: Project) -> None:
    shop.branch("change", {"shop/legacy.py": None})
    later = NOW + timedelta(days=5)
    result = pipeline.gate(shop.loaded, "main", "change", days=None, now=later, environment={})
    assert not result.passed
    assert result.undecidable is not None


def test_a_change_that_deletes_nothing_passes_without_evidence(tmp_path: Path) -> None:
    result = judge(Project(tmp_path, SHOP), shop__chat="def answer(text):\n    return text.lower()\n")
    assert result.passed
    assert (result.deleted, result.moved) == (0, 0)


def test_deleting_tests_is_not_judged(shop: Project) -> None:
    shop.commit({"tests/test_shop.py": "def test_it():\n    assert True\n"})
    shop.branch("change", {"tests/test_shop.py": None})
    assert pipeline.gate(shop.loaded, "main", "change", days=None, now=NOW, environment={}).passed


def test_an_unknown_base_is_an_error_that_says_so(shop: Project) -> None:
    with pytest.raises(GitError, match="unknown revision 'origin/nowhere'"):
        pipeline.gate(shop.loaded, "origin/nowhere", "HEAD", days=None, now=NOW, environment={})


def test_a_note_that_is_true_of_several_deletions_is_made_once(shop: Project) -> None:
    shop.commit({"shop/spare.py": "def spare():\n    return 1\n"})
    shop.branch("change", {"shop/legacy.py": None, "shop/spare.py": None})
    result = pipeline.gate(shop.loaded, "main", "change", days=None, now=NOW, environment={})
    assert result.passed
    assert [note for note in result.notes if note.endswith(": shop.legacy:, shop.spare:")]
    assert len(result.notes) == len(set(result.notes))
