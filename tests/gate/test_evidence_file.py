"""`auditor gate --evidence`: the same answer as from the ledger, and none at all from a file that may not be used."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from auditor import pipeline
from auditor.cli.program import run
from auditor.errors import AuditorError
from auditor.model.gate import GateResult
from tests.changes import SHOP, build
from tests.production import NOW, Project

WITHOUT_MONEY = SHOP["shop/api.py"].replace('@router.get("/money")\ndef money():\n    return in_cents(3)\n', "")
UNUSED = SHOP["shop/partners.py"] + "\n@partners.get('/never')\ndef never():\n    return 1\n"
TASKS = {"tasks": {"mail": 2}}
REGISTERED = {"tasks shop.jobs.nightly": "shop.jobs:nightly", "tasks mail": "shop.jobs:send_mail"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    project = build(tmp_path_factory.mktemp("shop"), SHOP | {"shop/partners.py": UNUSED}, watched=False)
    routes = {"GET /api/money": "shop.api:money", "GET /partners/never": "shop.partners:never"}
    project.watch({"GET /api/money": 5}, routes, uses=TASKS, registered=REGISTERED)
    project.collect()
    project.branch("used", {"shop/api.py": WITHOUT_MONEY})
    project.branch("dead", {"shop/dead.py": None})
    project.branch("dormant", {"shop/partners.py": SHOP["shop/partners.py"]})
    project.branch("task", {"shop/jobs.py": SHOP["shop/jobs.py"].replace('@celery.task(name="mail")', "")})
    project.branch("everything", {"shop/jobs.py": None, "shop/api.py": "", "shop/cli.py": None})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.root)
        patch.delenv("AUDITOR_EVIDENCE_KEY", raising=False)
        yield project


@pytest.fixture(scope="module")
def evidence(shop: Project) -> Path:
    path = shop.root.parent / "evidence.gz"
    assert run(["ledger", "export", str(path), "--now", NOW.isoformat()]) == 0
    return path


def judged(shop: Project, head: str, evidence: Path | None = None, **more: object) -> GateResult:
    given = pipeline.EvidenceOption(evidence) if evidence else None
    asked: dict[str, object] = {"days": None, "now": NOW, "environment": {}} | more
    return pipeline.gate(shop.loaded, "main", head, evidence=given, **asked)  # type: ignore[arg-type]


def test_the_gate_answers_from_a_file_as_from_the_ledger(shop: Project, evidence: Path) -> None:
    verdicts = {}
    for head, more in (
        ("used", {}), ("dead", {}), ("dormant", {"days": 1}), ("task", {}), ("everything", {}),
        ("dead", {"now": NOW + timedelta(days=3)}),
    ):  # fmt: skip
        own, told = judged(shop, head, **more), judged(shop, head, evidence, **more)
        assert told.notes[0].startswith("usage is that of evidence.gz, written 2026-11-21 12:00 UTC, sha256:")
        assert msgspec.structs.replace(told, notes=told.notes[1:]) == own, (head, more)
        verdicts[head, tuple(more)] = own.undecidable is None, own.passed, bool(own.stopped)
    assert verdicts["used", ()] == (True, False, True)
    assert verdicts["dead", ()] == (True, True, False)
    assert verdicts["dead", ("now",)] == (False, False, False), "three days old, whenever the file was fetched"


def test_a_file_in_place_of_any_ledger(
    shop: Project, evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.repository.run("clone", "-q", str(shop.root), str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    gate = ["gate", "--base", "origin/main", "--now", NOW.isoformat(), "--evidence", str(evidence)]
    digest = f"sha256:{'0' * 64}"
    for arguments, code, said in (
        ([*gate, "--head", "origin/used"], 1, "shop.api:money"),
        ([*gate, "--head", "origin/dead"], 0, ""),
        ([*gate, "--head", "origin/dead", "--days", "60"], 3, "it begins on 2026-10-22, 30 days after the window"),
        ([*gate, "--head", "origin/dead", "--digest", digest], 3, f"and {digest} is wanted"),
        ([*gate, "--head", "origin/dead", "--digest", "md5:1"], 2, "'sha256:' and 64 hexadecimal digits"),
        ([*gate, "--head", "origin/dead", "--collect"], 2, "leave --collect out"),
        ([*gate[:5], "--digest", digest], 2, "name it with --evidence"),
        ([*gate[:-1], "nothing", "--head", "origin/dead"], 2, "No such file"),
    ):
        assert run(arguments) == code, arguments
        told = capsys.readouterr()
        assert said in told.out + told.err
        assert "Traceback" not in told.err
    assert not Path(".auditor/ledger.db").exists(), "the project's own ledger is not touched"
    assert run(["ledger", "import", str(evidence)]) == 0
    told = capsys.readouterr().err
    assert "rows were news" in told
    assert run(["ledger", "import", str(evidence)]) == 0
    assert "evidence of 2026-11-21 12:00 UTC, 0 rows were news" in capsys.readouterr().err
    assert run(["gate", "--base", "origin/main", "--now", NOW.isoformat(), "--head", "origin/used"]) == 1
    capsys.readouterr()
    assert run(["usage", "stats", "--format", "json", "--now", NOW.isoformat()]) == 0
    assert json.loads(capsys.readouterr().out)["stats"]["GET:/api/money"]["calls"] == 5 * 15


def test_a_change_cannot_bring_its_own_evidence(shop: Project, evidence: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shop.repository.run("clone", "-q", str(shop.root), str(clone))
    mine = Project.__new__(Project)
    mine.root, mine.repository = clone, type(shop.repository)(clone)
    mine.repository.run("checkout", "-q", "-b", "change", "origin/used")
    (clone / "evidence.gz").write_bytes(evidence.read_bytes())
    assert judged(mine, "origin/dead", clone / "evidence.gz").passed, "nobody committed it"
    (clone / "link").symlink_to(evidence)
    (clone / "sub").symlink_to(evidence.parent, target_is_directory=True)
    mine.repository.run("add", "-f", "evidence.gz", "link", "sub")
    tracked = (clone / "evidence.gz", clone / "link", clone / "sub" / "evidence.gz")
    outside = tmp_path / "outside"
    outside.symlink_to(clone / "evidence.gz")
    for path in (*tracked, outside):
        with pytest.raises(AuditorError, match="git tracks it, and a change cannot bring its own evidence"):
            judged(mine, "origin/dead", path)
        assert run(["ledger", "import", str(path)]) == 2
    mine.repository.run("commit", "-q", "-m", "bring evidence")
    mine.repository.run("rm", "-q", "--cached", "evidence.gz")
    with pytest.raises(AuditorError, match="git tracks it"):
        judged(mine, "origin/dead", tracked[0])


def test_a_key_of_both_sides(
    shop: Project, evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = ["gate", "--base", "main", "--head", "dead", "--now", NOW.isoformat(), "--evidence"]
    signed = tmp_path / "signed.gz"
    monkeypatch.setenv("AUDITOR_EVIDENCE_KEY", "secret")
    assert run([*gate, str(evidence)]) == 3
    assert "it is not signed" in capsys.readouterr().err
    assert run(["ledger", "export", str(signed), "--now", NOW.isoformat()]) == 0
    told = capsys.readouterr()
    assert "signed" in told.err
    assert "secret" not in told.err
    digest = told.out.strip()
    assert run([*gate, str(signed), "--digest", digest]) == 0
    monkeypatch.setenv("AUDITOR_EVIDENCE_KEY", "other")
    assert run([*gate, str(signed)]) == 3
    monkeypatch.setenv("AUDITOR_EVIDENCE_KEY", "")
    capsys.readouterr()
    assert run([*gate, str(signed)]) == 0
    assert "nobody looked at the signature" in capsys.readouterr().out
