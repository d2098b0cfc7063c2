"""What the gate cannot know it says: evidence that does not suffice, files that cannot be read, histories cut off."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.config import load
from auditor.errors import AuditorError, GitError
from auditor.git import Repository
from auditor.model.gate import GateResult
from tests.changes import CALLS, ROUTES, SHOP, build, judged, reasons
from tests.production import NOW, Project

WITHOUT_MONEY = SHOP["shop/api.py"].replace('@router.get("/money")\ndef money():\n    return in_cents(3)\n', "")
ONLY_DEAD: dict[str, str | None] = {"shop/dead.py": None}
BROKEN = "def broken(:\n    pass\n"
NEWER = "type Numbers = list[int]\n\n\ndef newer[T](one: T) -> T:\n    return one\n\n\ndef other():\n    return 1\n"
UNDECODABLE = "# -*- coding: no-such-coding -*-\ndef odd():\n    return 1\n"


def unknown(result: GateResult) -> str:
    assert not result.passed
    assert result.undecidable is not None
    return result.undecidable


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    return build(tmp_path)


# Evidence


@pytest.mark.parametrize("change", [{"shop/api.py": WITHOUT_MONEY}, ONLY_DEAD], ids=["endpoint", "dead code"])
def test_without_a_ledger_nothing_is_known(tmp_path: Path, change: dict[str, str | None]) -> None:
    project = build(tmp_path, watched=False)
    result = judged(project, change)
    assert "auditor collect" in unknown(result)
    assert {breach.why for breach in result.breaches} == {"no_evidence"}


def test_a_ledger_that_is_no_database_is_no_evidence(shop: Project) -> None:
    (shop.root / ".auditor" / "ledger.db").write_bytes(b"not a database" * 100)
    assert "ledger" in unknown(judged(shop, ONLY_DEAD))


def test_a_ledger_that_is_a_directory_is_no_evidence(shop: Project) -> None:
    (shop.root / ".auditor" / "ledger.db").unlink()
    (shop.root / ".auditor" / "ledger.db").mkdir()
    unknown(judged(shop, ONLY_DEAD))


def test_an_endpoint_without_a_call_needs_fresh_evidence(tmp_path: Path) -> None:
    project = build(tmp_path, watched=False)
    project.watch({**CALLS, "GET /api/money": 0}, ROUTES)
    project.collect()
    project.branch("change", {"shop/api.py": WITHOUT_MONEY})
    later = NOW + timedelta(days=3)
    result = pipeline.gate(project.loaded, "main", "change", days=None, now=later, environment={})
    assert "the newest evidence is from" in unknown(result)
    assert reasons(result) == {"shop.api:money": "stale_evidence"}


@pytest.mark.parametrize("kept", [10, 13])
def test_a_window_that_was_watched_in_part_is_not_enough(tmp_path: Path, kept: int) -> None:
    project = build(tmp_path, watched=False)
    project.watch(CALLS, ROUTES, days=kept)
    project.collect()
    assert "minutes watched" in unknown(judged(project, ONLY_DEAD))


def test_a_gap_of_two_hours_on_one_day_is_not_enough(tmp_path: Path) -> None:
    project = build(tmp_path, watched=False)
    gap = NOW - timedelta(days=5)
    project.watch(CALLS, ROUTES, gaps=[(gap, gap + timedelta(hours=2))])
    project.collect()
    assert "minutes watched" in unknown(judged(project, ONLY_DEAD))


def test_a_call_is_proof_even_on_old_evidence(shop: Project) -> None:
    shop.branch("change", {"shop/api.py": WITHOUT_MONEY})
    later = NOW + timedelta(days=3)
    result = pipeline.gate(shop.loaded, "main", "change", days=None, now=later, environment={})
    assert reasons(result) == {"shop.api:money": "called"}


def test_a_source_that_is_no_longer_configured_is_no_evidence(shop: Project) -> None:
    shop.branch("change", ONLY_DEAD)
    config = (shop.root / "auditor.toml").read_text("utf-8")
    (shop.root / "auditor.toml").write_text(config.replace('name = "production"', 'name = "other"'), "utf-8")
    unknown(pipeline.gate(shop.loaded, "main", "change", days=None, now=NOW, environment={}))


# Files that cannot be read


def test_code_that_vanishes_in_a_file_that_head_cannot_parse_is_not_let_go(shop: Project) -> None:
    assert "shop/views.py" in unknown(judged(shop, {"shop/views.py": BROKEN}))


def test_what_an_unparsed_file_may_use_is_not_let_go(shop: Project) -> None:
    api = SHOP["shop/api.py"] + "\n\ndef broken(:\n"
    result = judged(
        shop, {"shop/api.py": api, "shop/orders.py": SHOP["shop/orders.py"].replace("def load", "def other")}
    )
    assert "shop/api.py" in unknown(result)


def test_a_file_that_neither_side_can_parse_does_not_stop_every_change(tmp_path: Path) -> None:
    project = build(tmp_path, {**SHOP, "shop/template_of_code.py": BROKEN})
    assert judged(project, ONLY_DEAD).passed


def test_a_file_that_neither_side_can_parse_may_use_what_goes(tmp_path: Path) -> None:
    project = build(tmp_path, {**SHOP, "shop/odd.py": "from shop.dead import leftover\nprint leftover()\n"})
    result = judged(project, ONLY_DEAD)
    assert not result.passed


@pytest.mark.parametrize("text", [BROKEN, UNDECODABLE], ids=["broken", "undecodable"])
@pytest.mark.parametrize("after", [None, "", "x = 1\n"], ids=["deleted", "emptied", "rewritten"])
def test_what_goes_with_a_file_that_base_cannot_parse_is_not_known(
    tmp_path: Path, text: str, after: str | None
) -> None:
    project = build(tmp_path, {**SHOP, "shop/odd.py": text})
    assert "shop/odd.py" in unknown(judged(project, {"shop/odd.py": after}))


def test_newer_syntax_is_either_read_or_makes_the_answer_unknown(tmp_path: Path) -> None:
    files = {
        **SHOP,
        "shop/newer.py": NEWER,
        "shop/main.py": SHOP["shop/main.py"] + "\nfrom shop.newer import other\nother()\n",
    }
    result = judged(build(tmp_path, files), {"shop/newer.py": NEWER.replace("def other", "def another")})
    assert not result.passed


def test_a_file_in_latin_1_with_a_cookie_is_read(tmp_path: Path) -> None:
    project = build(tmp_path)
    text = '# -*- coding: latin-1 -*-\nNAME = "caf\xe9"\n\n\ndef latin():\n    return NAME\n'
    (project.root / "shop/latin.py").write_bytes(text.encode("latin-1"))
    project.commit(
        {"shop/user.py": "from shop.latin import latin\n", "shop/main.py": SHOP["shop/main.py"] + "import shop.user\n"}
    )
    result = judged(project, {"shop/latin.py": "x = 1\n"})
    assert reasons(result) == {"shop.latin:latin": "dangling_reference"}


def test_a_file_in_no_encoding_at_all_makes_the_answer_unknown(shop: Project) -> None:
    shop.repository.run("checkout", "-q", "-b", "change", "main")
    (shop.root / "shop/views.py").write_bytes(b"def render(order):\n    return '\xff\xfe'\n")
    shop.commit({"README": "x"})
    shop.repository.run("checkout", "-q", "main")
    result = pipeline.gate(shop.loaded, "main", "change", days=None, now=NOW, environment={})
    assert "shop/views.py" in unknown(result)


def test_a_script_without_a_suffix_uses_what_it_imports(tmp_path: Path) -> None:
    script = "#!/usr/bin/env python3\nfrom shop.dead import leftover\n\nleftover()\n"
    project = build(tmp_path, {**SHOP, "bin/run": script})
    (project.root / "bin/run").chmod(0o755)
    project.commit({"README": "x"})
    assert reasons(judged(project, ONLY_DEAD)) == {"shop.dead:leftover": "dangling_reference"}


def test_binary_files_are_no_code(shop: Project) -> None:
    (shop.root / "logo.png").write_bytes(bytes(range(256)))
    shop.commit({})
    assert judged(shop, {"logo.png": None}).passed


# Histories


def test_an_empty_change_by_mistake_is_no_approval(shop: Project) -> None:
    shop.branch("ahead", ONLY_DEAD)
    for base, head in (("main", "main"), ("ahead", "main")):
        result = pipeline.gate(shop.loaded, base, head, days=None, now=NOW, environment={})
        assert f"main has no commit that {base} lacks" in unknown(result)


def test_a_change_of_nothing_but_commits_passes_and_says_so(shop: Project) -> None:
    shop.repository.run("commit", "-q", "--allow-empty", "-m", "again")
    result = pipeline.gate(shop.loaded, "main~1", "main", days=None, now=NOW, environment={})
    assert (result.passed, result.deleted) == (True, 0)
    assert any("the same files" in note for note in result.notes)


def test_a_root_in_which_no_code_is_audited_is_no_approval(shop: Project) -> None:
    config = 'exclude = ["**"]\n' + (shop.root / "auditor.toml").read_text("utf-8")
    shop.commit({"auditor.toml": config})
    assert "none of the" in unknown(judged(shop, ONLY_DEAD))


def test_a_shallow_clone_is_an_error_that_names_the_mend(shop: Project, tmp_path: Path) -> None:
    shop.branch("change", ONLY_DEAD)
    shop.commit({"README": "later"})
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", "--no-single-branch", shop.root.as_uri(), str(clone)], check=True
    )
    with pytest.raises(GitError, match="unshallow"):
        pipeline.gate(load(clone), "origin/main", "origin/change", days=None, now=NOW, environment={})


def test_an_audited_directory_below_the_top_is_judged_alone(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    repository = Repository.init(top)
    project = Project(tmp_path, {})
    project.watch(CALLS, ROUTES)
    config = (project.root / "auditor.toml").read_text("utf-8")
    for path, text in {**SHOP, "auditor.toml": config, ".gitignore": ".auditor/\n"}.items():
        target = top / "backend" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    (top / "dead.py").write_text("def outside(): pass\n", "utf-8")
    repository.run("add", "--all")
    repository.run("commit", "-q", "-m", "base")
    loaded = load(top / "backend")
    pipeline.collect(loaded, days=14, source=None, now=NOW, environment={})
    repository.run("checkout", "-q", "-b", "change")
    (top / "backend/shop/api.py").write_text(WITHOUT_MONEY, "utf-8")
    (top / "dead.py").unlink()
    repository.run("commit", "-q", "-a", "-m", "change")
    result = pipeline.gate(loaded, "main", "change", days=None, now=NOW, environment={})
    assert reasons(result) == {"shop.api:money": "called"}
    assert [breach.path for breach in result.breaches] == ["shop/api.py"]


def test_an_audited_directory_that_the_change_renames_or_deletes_is_not_let_go(tmp_path: Path) -> None:
    project = build(tmp_path)
    change: dict[str, str | None] = dict.fromkeys(path for path in SHOP if path.startswith("shop/"))
    change |= {path.replace("shop/", "store/", 1): text.replace("shop.", "store.").replace("from shop", "from store")
               for path, text in SHOP.items() if path.startswith("shop/")}  # fmt: skip
    result = judged(project, change)
    assert not result.passed
    assert "shop.main:app" in reasons(result)


def test_a_submodule_that_goes_makes_the_answer_unknown(shop: Project, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    other = Repository.init(library)
    (library / "lib.py").write_text("def used(): pass\n", "utf-8")
    other.run("add", "--all")
    other.run("commit", "-q", "-m", "library")
    shop.repository.run("-c", "protocol.file.allow=always", "submodule", "add", "-q", library.as_uri(), "vendored")
    shop.commit({})
    shop.repository.run("checkout", "-q", "-b", "change")
    shop.repository.run("rm", "-q", "-f", "vendored")
    shop.commit({})
    shop.repository.run("checkout", "-q", "main")
    result = pipeline.gate(shop.loaded, "main", "change", days=None, now=NOW, environment={})
    assert "vendored" in unknown(result)


# Configuration


@pytest.mark.parametrize(
    "addition",
    ['exclude = ["shop/**"]\n', 'tests = ["shop/**"]\n'],
)
def test_a_change_cannot_hide_code_by_its_configuration(shop: Project, addition: str) -> None:
    config = (shop.root / "auditor.toml").read_text("utf-8")
    shop.branch("change", {"auditor.toml": addition + config, "shop/api.py": WITHOUT_MONEY})
    shop.repository.run("checkout", "-q", "change")
    result = pipeline.gate(shop.loaded, "main", "change", days=None, now=NOW, environment={})
    assert not result.passed


def test_a_change_cannot_allow_itself_to_delete_endpoints(tmp_path: Path) -> None:
    project = build(tmp_path, watched=False)
    project.watch({**CALLS, "GET /api/money": 0}, ROUTES)
    project.collect()
    config = (project.root / "auditor.toml").read_text("utf-8") + "\n[gate]\nallow_dormant = true\n"
    project.branch("change", {"auditor.toml": config, "shop/api.py": WITHOUT_MONEY})
    project.repository.run("checkout", "-q", "change")
    result = pipeline.gate(project.loaded, "main", "change", days=None, now=NOW, environment={})
    assert not result.passed


def test_an_invalid_configuration_is_an_error(shop: Project) -> None:
    shop.branch("change", ONLY_DEAD)
    (shop.root / "auditor.toml").write_text("app = 3\n", "utf-8")
    with pytest.raises(AuditorError):
        pipeline.gate(shop.loaded, "main", "change", days=None, now=NOW, environment={})


def test_what_the_keep_list_keeps_may_not_go_with_its_entry(shop: Project) -> None:
    config = (shop.root / "auditor.toml").read_text("utf-8")
    entry = '\n[[keep]]\ndefinition = "shop.dead:*"\nreason = "run by finance"\nowner = "finance"\n'
    shop.commit({"auditor.toml": config + entry})
    shop.branch("change", {**ONLY_DEAD, "auditor.toml": config})
    shop.repository.run("checkout", "-q", "change")
    result = pipeline.gate(shop.loaded, "main", "change", days=None, now=NOW, environment={})
    assert reasons(result)["shop.dead:leftover"] == "reachable"
    assert any("edits auditor.toml" in note for note in result.notes)
