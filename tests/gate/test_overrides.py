"""Overrides: who answers for a deletion that the gate would stop, and what does not count as an answer."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import SHOP, build, reasons
from tests.production import NOW, Project

MONEY = '@router.get("/money")\ndef money():\n    return in_cents(3)\n'
WITHOUT_MONEY = SHOP["shop/api.py"].replace(MONEY, "")
NO_DEAD: Mapping[str, str | None] = {"shop/dead.py": None}
BROKEN = SHOP["shop/orders.py"].replace("def load", "def other")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return build(tmp_path_factory.mktemp("overrides"))


class Change:
    """A base branch with a configuration, and a branch with commits on it."""

    def __init__(self, project: Project, addition: str = "") -> None:
        self.project = project
        self.git = project.repository.run
        self.plain = (project.root / "auditor.toml").read_text("utf-8")
        self.git("checkout", "-q", "--detach", "main")
        self.base = project.commit({"auditor.toml": f"{self.plain}\n{addition}\n"})

    def commit(self, files: Mapping[str, str | None], message: str = "change") -> str:
        self.project.commit(files)
        self.git("commit", "-q", "--amend", "--no-verify", "-F", "-", stdin=message.encode())
        return self.project.repository.resolve("HEAD")

    def configured(self, addition: str) -> dict[str, str]:
        return {"auditor.toml": f"{self.plain}\n{addition}\n"}

    def judged(self) -> GateResult:
        head = self.project.repository.resolve("HEAD")
        try:
            return pipeline.gate(self.project.loaded, self.base, head, days=None, now=NOW, environment={})
        finally:
            self.git("checkout", "-q", "main")


def allow(symbol: str, reason: str = "partner has moved", owner: str = "billing", until: str = "2026-12-31") -> str:
    return f'[[gate.allow]]\nsymbol = "{symbol}"\nreason = "{reason}"\nowner = "{owner}"\nuntil = {until}\n'


TRAILERS = "[gate]\ntrailers = true\n"


def bad(result: GateResult) -> dict[str, str]:
    return {breach.id: breach.detail for breach in result.breaches if breach.why == "bad_override"}


# Entries


def test_an_entry_of_base_lets_what_it_names_pass_and_every_use_is_told(shop: Project) -> None:
    change = Change(shop, allow("shop.api:money"))
    change.commit({"shop/api.py": WITHOUT_MONEY, "shop/dead.py": None, **change.configured("")})
    result = change.judged()
    assert result.passed
    (breach,) = result.breaches
    assert (breach.id, breach.why) == ("shop.api:money", "called")
    assert breach.override is not None
    for part in ("partner has moved", "billing", "2026-12-31", "auditor.toml:"):
        assert part in breach.override
    (override,) = result.overrides
    assert (override.symbol, override.kind, override.owner) == ("shop.api:money", "allow", "billing")
    assert (override.used_for, override.problem) == (("shop.api:money",), "")


def test_an_entry_that_has_nothing_left_to_name_is_told_and_stops_the_next_change(shop: Project) -> None:
    change = Change(shop, allow("shop.api.money"))
    used = change.commit({"shop/api.py": WITHOUT_MONEY})
    result = change.judged()
    assert result.passed
    assert any("names nothing after this change" in note for note in result.notes)
    change.git("checkout", "-q", "--detach", used)
    change.base = used
    change.commit(NO_DEAD)
    result = change.judged()
    assert "nothing has that name" in bad(result)["shop.api.money"]
    (breach,) = result.breaches
    text = (shop.root / "auditor.toml").read_text("utf-8") + "\n" + allow("shop.api.money")
    assert breach.path == "auditor.toml"
    assert text.splitlines()[breach.line - 1] == "[[gate.allow]]"


def test_a_change_cannot_exempt_itself(shop: Project) -> None:
    change = Change(shop)
    change.commit({"shop/api.py": WITHOUT_MONEY, **change.configured(TRAILERS + allow("shop.api:*"))},
                  "change\n\nAuditor-Override: shop.api:money reason=because until=2026-12-31\n")  # fmt: skip
    change.git("checkout", "-q", "HEAD")
    result = change.judged()
    assert reasons(result) == {"shop.api:money": "called"}
    assert result.breaches[0].override is None
    assert [(one.kind, bool(one.problem), one.used_for) for one in result.overrides] == [
        ("allow", True, ()), ("trailer", True, ()),
    ]  # fmt: skip


@pytest.mark.parametrize("was", ["nothing", "pyproject"])
def test_a_configuration_that_the_change_brings_is_not_in_force(shop: Project, was: str) -> None:
    change = Change(shop)
    before: dict[str, str | None] = {"auditor.toml": None}
    if was == "pyproject":
        table = change.plain.replace("[[", "[[tool.auditor.").replace("\n[plan", "\n[tool.auditor.plan")
        before["pyproject.toml"] = f"{SHOP['pyproject.toml']}\n[tool.auditor]\n{table}"
    change.base = change.commit(before)
    loose = TRAILERS + "allow_dormant = true\n" + allow("shop.api:money") + "[report]\n"
    change.commit({"shop/api.py": WITHOUT_MONEY, "auditor.toml": f'exclude = ["shop/**"]\n{change.plain}\n{loose}'})
    result = change.judged()
    assert reasons(result)["shop.api:money"] == "called"
    assert not result.passed
    assert any("base has no configuration" in one or "edits pyproject.toml" in one for one in result.notes)


def test_entries_that_are_not_in_order_let_nothing_pass_and_are_breaches(shop: Project) -> None:
    entries = {
        allow("shop.api:money", until="2026-11-20"): "expired",
        allow("shop.api.money", until="2027-11-23"): "more than 366 days",
        allow("shop.api", reason=" "): "no reason",
        allow("shop.api:", owner=""): "no owner",
        allow("shop.api:monny"): "nothing has that name",
        allow("shop.*"): "whole package",
        allow("*"): "whole package",
        allow("shop/*"): "nothing has that name",
        allow("web/cart.ts:Cart"): "nothing has that name",
        '[[gate.allow]]\nsymbol = "shop.api:mon*"\nreason = "r"\nowner = "o"\n': "until when",
    }
    change = Change(shop, "\n".join(entries))
    change.commit({"shop/api.py": WITHOUT_MONEY})
    result = change.judged()
    assert not result.passed
    assert [one.override for one in result.breaches] == [None] * (1 + len(entries))
    found = sorted((one for one in result.breaches if one.why == "bad_override"), key=lambda one: one.line)
    for breach, said in zip(found, entries.values(), strict=True):
        assert said in breach.detail
    assert all(one.problem and not one.used_for for one in result.overrides)


def test_who_takes_a_bad_entry_out_is_not_stopped_by_it(shop: Project) -> None:
    change = Change(shop, allow("shop.api:money", until="2026-11-20"))
    change.commit({**NO_DEAD, **change.configured("")})
    assert change.judged().passed


def test_an_entry_counts_on_its_last_day_and_its_end_is_told_before(shop: Project) -> None:
    change = Change(shop, allow("shop.api:*", until="2026-11-21"))
    change.commit({"shop/api.py": WITHOUT_MONEY})
    result = change.judged()
    assert result.passed
    assert any("ends on 2026-11-21" in note for note in result.notes)


@pytest.mark.parametrize(("symbol", "passes"), [("shop.orders:*", False), ("shop.orders:load", True)])
def test_only_who_names_it_may_leave_a_reference_dangling(shop: Project, symbol: str, passes: bool) -> None:
    change = Change(shop, TRAILERS)
    change.commit({"shop/orders.py": BROKEN}, f"x\n\nAuditor-Override: {symbol} reason=generated until=2026-12-31")
    result = change.judged()
    assert reasons(result)["shop.orders:load"] == "dangling_reference"
    assert result.passed is passes, symbol


# Trailers


def test_trailers_count_where_base_says_so(shop: Project) -> None:
    change = Change(shop, TRAILERS)
    change.commit({"shop/dead.py": None})
    change.commit(
        {"shop/api.py": WITHOUT_MONEY},
        "Drop money\n\nThe partner moved.\n\nAuditor-Override: shop.api:money reason=the partner\n  moved to v2"
        " until=2026-11-21\nauditor-override: shop.dead owner=me reason='not needed' until=2026-12-01\n"
        "Signed-off-by: A <a@example.com>\n",
    )
    change.git("merge", "-q", "--no-ff", "-m", "Merge", "main")
    result = change.judged()
    assert result.passed
    assert "the partner moved to v2" in str(result.breaches[0].override)
    used = {one.symbol: (one.used_for, one.problem, one.reason) for one in result.overrides}
    assert used == {
        "shop.api:money": (("shop.api:money",), "", "the partner moved to v2"), "shop.dead": ((), "", "not needed"),
    }  # fmt: skip
    assert {one.owner for one in result.overrides} == {"me", change.git("log", "-1", "--format=%an", "main")}


def test_trailers_that_are_not_in_order_let_nothing_pass_and_are_breaches(shop: Project) -> None:
    trailers = {
        "shop.api:money until=2026-12-31": "no reason",
        "shop.api:money reason=": "no reason",
        "shop.api:money reason=it moved": "until when",
        "shop.api:money reason=it moved until=soon": "until when",
        "shop.api:money reason=it moved until=2026-02-30": "until when",
        "shop.api:money reason=it moved until=2026-11-20": "expired",
        "shop.api:money because reason=it moved until=2026-12-31": "not of the form",
        "shop.api:money reason=a until=2026-12-31 until=2027-01-01": "not of the form",
        "shop.api:monee reason=it moved until=2026-12-31": "takes nothing of that name away",
        "shop.views:render reason=it moved until=2026-12-31": "takes nothing of that name away",
        "shop.* reason=it moved until=2026-12-31": "whole package",
        "reason=moved until=2026-12-31": "no reason",
        "\x1b[31m::error::\u202e reason=it moved until=2026-12-31": "no name of a definition",
    }
    change = Change(shop, TRAILERS)
    change.commit({"shop/api.py": WITHOUT_MONEY}, "x\n\n" + "".join(f"Auditor-Override: {one}\n" for one in trailers))
    result = change.judged()
    assert not result.passed
    assert [one.override for one in result.breaches] == [None] * (1 + len(trailers))
    for override, said in zip(result.overrides, trailers.values(), strict=True):
        assert said in override.problem, override
        assert override.used_for == ()


def test_what_is_no_trailer_of_a_standing_commit_of_the_change_does_not_count(shop: Project) -> None:
    trailer = "Auditor-Override: shop.api:money reason=it moved until=2026-12-31"
    change = Change(shop, TRAILERS)
    change.base = change.commit(dict(NO_DEAD), f"base\n\n{trailer}\n")
    undone = change.commit({"shop/report.py": "def main():\n    return 1\n"}, f"x\n\n{trailer}\n")
    change.commit({"shop/report.py": SHOP["shop/report.py"]}, f"Revert\n\nThis reverts commit {undone}.\n")
    change.commit({"shop/api.py": WITHOUT_MONEY}, f"x\n\n{trailer}\n\nand more text below\n")
    result = change.judged()
    assert reasons(result) == {"shop.api:money": "called"}
    assert (result.breaches[0].override, result.overrides) == (None, ())


def test_an_override_settles_only_what_it_names_where_evidence_is_missing(tmp_path: Path) -> None:
    project = build(tmp_path, watched=False)
    change = Change(project, TRAILERS)
    files: dict[str, str | None] = {"shop/api.py": WITHOUT_MONEY, "shop/dead.py": None}
    change.commit(files, "x\n\nAuditor-Override: shop.api:money reason=it moved until=2026-12-31\n")
    result = change.judged()
    assert not result.passed
    assert "shop.dead" in str(result.undecidable)
    assert "shop.api:money" not in str(result.undecidable)
