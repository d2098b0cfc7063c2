"""One run of the gate, several surfaces: `--also`, what is added to and what replaced, what is said when it fails."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from auditor import pipeline
from auditor.cli.program import run
from tests.changes import SHOP, build
from tests.production import NOW, Project
from tests.report import junit_shape

WITHOUT_MONEY = SHOP["shop/api.py"].replace('@router.get("/money")\ndef money():\n    return in_cents(3)\n', "")
Gate = Callable[..., int]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = build(tmp_path_factory.mktemp("surfaces"))
    project.branch("change", {"shop/api.py": WITHOUT_MONEY, "shop/dead.py": None})
    return project


@pytest.fixture
def gate(shop: Project, monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.chdir(shop.root)
    return lambda *more: run(["gate", "--base", "main", "--head", "change", "--now", "2026-11-21T12:00:00Z", *more])


def also(directory: Path) -> list[str]:
    names = {"junit": "gate.xml", "sarif": "gate.sarif", "gitlab": "quality.json", "markdown": "summary.md"}
    return [part for name, file in names.items() for part in ("--also", f"{name}={directory / file}")]


def test_one_run_speaks_on_every_surface(
    gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "summary.md").write_text("of an earlier command\n")
    (tmp_path / "gate.xml").write_text("of an earlier run\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert gate("--format", "github", *also(tmp_path)) == 1
    assert "::error file=shop/api.py," in capsys.readouterr().out
    report = (tmp_path / "gate.xml").read_text()
    assert junit_shape.problems(report) == []
    cases = {case.get("name"): [e.tag for e in case] for case in ElementTree.fromstring(report).iter("testcase")}
    assert cases["shop.api:money"] == ["failure"] and cases["shop.dead:"] == ["system-out"]
    assert json.loads((tmp_path / "gate.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((tmp_path / "quality.json").read_text())[0]["location"]["path"] == "shop/api.py"
    summary = (tmp_path / "summary.md").read_text()
    assert summary.startswith("of an earlier command\n\n# ") and "shop.api:money" in summary


def test_where_nothing_could_be_judged_no_surface_shows_what_an_earlier_run_found(
    gate: Gate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(*also(tmp_path)) == 1
    capsys.readouterr()
    assert gate("--base", "nowhere", "--exit-zero", "--format", "github", *also(tmp_path)) == 2
    out, err = capsys.readouterr()
    assert out.startswith("::error title=auditor%3A cannot be known::nothing was judged: unknown revision 'nowhere'")
    assert err.startswith("auditor: unknown revision 'nowhere'; fetch it first") and err.count("\n") == 1
    for file in tmp_path.iterdir():
        text = file.read_text()
        assert "nothing was judged" in text and "shop.api:money" not in text, file.name
    assert gate("--base", "nowhere") == 2
    assert capsys.readouterr().out == ""


def test_a_file_that_cannot_be_written_is_named_and_the_others_are_there(
    gate: Gate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").mkdir()
    code = gate("--exit-zero", "--also", f"junit={tmp_path / 'taken'}", "--also", f"json={tmp_path / 'gate.json'}")
    out, err = capsys.readouterr()
    assert code == 2 and "taken: cannot be written" in err
    assert "shop.api:money" in out and json.loads((tmp_path / "gate.json").read_text())["passed"] is False


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["junit="], "is a variable empty?"),
        (["junit"], "is not FORMAT=FILE"),
        (["pdf=x"], "is not FORMAT=FILE with a format of text, json"),
        (["junit=-"], "names no file"),
        (["junit=x", "sarif=./x"], "one file is named twice"),
    ],
)
def test_what_is_no_format_and_file_is_refused(
    gate: Gate, given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(*(part for one in given for part in ("--also", one))) == 2
    assert said in capsys.readouterr().err


def test_a_scan_writes_several_formats_as_well(
    shop: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shop.root)
    assert run(["scan", "--no-opinions", "--format", "gitlab", *also(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((tmp_path / "quality.json").read_text())
    assert junit_shape.problems((tmp_path / "gate.xml").read_text()) == []


def placed(shop: Project, name: str, files: Mapping[str, str | None]) -> dict[str, tuple[str, str]]:
    """Return each breach but dangling references: the line where it is shown, and where it was."""
    head = shop.branch(name, files)
    found = pipeline.gate(shop.loaded, "main", name, days=None, now=NOW, environment={}).breaches
    texts = {
        path: (shop.repository.content(head, path) or b"").decode().split("\n") for path in {b.path for b in found}
    }
    return {
        b.id: (f"{b.path}: {texts[b.path][b.line - 1]}", f"{b.was_path}:{b.was_line}")
        for b in found
        if b.why != "dangling_reference"
    }


def test_a_deletion_is_shown_on_the_nearest_line_that_survives(shop: Project) -> None:
    api = SHOP["shop/api.py"]
    longer = WITHOUT_MONEY.replace("router = APIRouter()", "# one\n# two\n# three\nrouter = APIRouter()")
    moved = {
        "shop/api.py": longer.replace("    return registry.dispatch(kind)\n", "    return registry.dispatch(kind)")
    }
    was = "shop/api.py:" + str(api.split("\n").index('@router.get("/money")') + 1)
    assert placed(shop, "shifted", moved) == {
        "shop.api:money": ("shop/api.py:     return registry.dispatch(kind)", was)
    }
    first = {
        "shop/partners.py": SHOP["shop/partners.py"].replace(
            '\n@partners.get("/feed")\ndef feed():\n    return []\n', ""
        )
    }
    assert placed(shop, "last", first)["shop.partners:feed"] == (
        "shop/partners.py: partners = FastAPI()",
        "shop/partners.py:6",
    )


def test_a_deleted_file_is_shown_where_it_was_referred_to(shop: Project) -> None:
    main = SHOP["shop/main.py"].replace("from shop.partners import partners\n", "")
    gone = {"shop/partners.py": None, "shop/main.py": main.replace('app.mount("/partners", partners)\n', "")}
    assert placed(shop, "gone", gone)["shop.partners:feed"] == (
        "shop/main.py: from shop.api import router",
        "shop/partners.py:6",
    )
    assert placed(shop, "alone", {"shop/report.py": None})["shop.report:main"] == (
        "shop/report.py: ",
        "shop/report.py:1",
    )
