"""Every published document has a schema that is valid, and what the commands really write is valid by it."""

import gzip
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from auditor import pipeline
from auditor.cli.program import run
from auditor.pipeline.alerts import Alert
from auditor.pipeline.schemas import schema_named
from auditor.report import json_text
from tests.cli.test_flow import FILES, ROUTES
from tests.production import NOW, Project
from tests.report import monitoring_sample, sample

AT = ("--now", NOW.isoformat())
CONFIG = Path(__file__).parents[2] / "config" / "auditor.toml"
MORE = {
    "shop/mail.py": "import os, sys\n\n\ndef send():\n    unused = 1\n    return sys.argv\n",
    "tests/test_mail.py": "from shop.mail import send\n\n\ndef test_send():\n    assert send()\n",
}


def _wrong(name: str, document: object) -> list[str]:
    validator = Draft202012Validator(schema_named(name), format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


@pytest.mark.parametrize("document", pipeline.published(), ids=lambda one: one.name)
def test_schema_is_valid_and_prints(document: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", document.name]) == 0
    printed = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(printed)
    assert printed["$id"].startswith(f"urn:auditor:{document.name}")
    assert _wrong(document.name, 1)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[object]]]:
    """Return what every command wrote on a project with two weeks of usage, by the name of its schema."""
    project = Project(tmp_path_factory.mktemp("shop"), {**FILES, **MORE})
    project.watch(
        routes=ROUTES, calls={"GET /price": 10, "GET /gone": 2}, uses={"tasks": {"mail": 3}},
        registered={"tasks mail": "shop.mail:send", "tasks old": "shop.rest:rest"},
    )  # fmt: skip
    out = project.root / "reports" / "out.json"

    def said(*arguments: str, code: int = 0, at: tuple[str, ...] = AT, format_name: str = "json") -> object:
        out.unlink(missing_ok=True)
        assert run([*arguments, "--format", format_name, "--output", str(out), "-q", *at]) == code, arguments
        return json.loads(out.read_text("utf-8"))

    def read(path: str) -> object:
        return json.loads((project.root / path).read_text("utf-8"))

    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(project.root)
        found: dict[str, list[object]] = {
            "scan": [said("scan", "--show-suppressed", "--show-opinions"), said("scan", "shop/main.py")],
            "why": [said("why", "shop.main:price"), said("why", "shop.spare:spare"), said("why", "shop.mail:send")],
            "routes": [said("routes")],
        }
        assert run(["plan", "-q", *AT]) == 0
        assert run(["baseline", "-q", *AT]) == 0
        assert run(["ledger", "export", "evidence.gz", "-q", *AT]) == 0
        found |= {
            "usage-health": [said("usage", "health")],
            "usage-stats": [said("usage", "stats"), said("usage", "stats", "--details", "--days", "3")],
            "usage-unused": [said("usage", "unused")],
            "usage-show": [said("usage", "show", key) for key in ("GET /price", "mail")],
            "usage-dead-weight": [said("usage", "dead-weight", "--days", "10")],
            "usage-scores": [said("usage", "scores")],
            "status": [said("status"), said("status", "--days", "60")],
            "ledger-status": [said("ledger", "status", at=())],
            "plan": [read("reports/plan.json"), said("report", at=())],
            "baseline": [read("auditor-baseline.json")],
            "evidence": [json.loads(line) for line in gzip.decompress(Path("evidence.gz").read_bytes()).splitlines()],
            "retirement": [said("retire", "spare"), read("reports/retire-spare.json")],
            "residue": [said("retire", "spare", "--check", code=1)],
            "configuration": [tomllib.loads(Path("auditor.toml").read_text("utf-8"))],
        }
        project.branch("deletes", {"shop/spare.py": None, "shop/mail.py": None, "tests/test_mail.py": None})
        project.branch("breaks", {"shop/main.py": FILES["shop/main.py"].replace('@app.get("/price")', "")})
        found["gate"] = [
            said("gate", "--base", "main", "--head", "deletes", code=1),
            said("gate", "--base", "main", "--head", "breaks", code=1),
            said("gate", "--base", "main", "--head", "main", code=3),
            said("gate", "--base", "main", "--head", "deletes", "--only-new", code=1),
        ]
        failing = "import os; raise SystemExit(not os.path.exists('shop/spare.py'))"
        command = f'{sys.executable} -c "{failing}"'
        assert run(["apply", "--all", "--bisect", "-q", "--test-command", command, *AT]) == 0
        found["holds"] = [read(".auditor/holds.json")]
        yield found


def test_what_the_commands_write_is_valid(written: dict[str, list[object]]) -> None:
    wrong = {name: _wrong(name, one) for name, several in written.items() for one in several}
    assert {name: errors[:3] for name, errors in wrong.items() if errors} == {}
    assert {one.name for one in pipeline.published()} - written.keys() == {"alert", "component-export"}
    assert written["plan"][0]["batches"]  # type: ignore[index]
    assert written["gate"][1]["breaches"]  # type: ignore[index]


def test_samples_with_everything_in_them_are_valid() -> None:
    samples = {
        "scan": (json_text.scan(sample.SCAN), json_text.scan(sample.CLEAN_SCAN)),
        "why": (json_text.explanation(sample.ALIVE), json_text.explanation(sample.UNREACHED)),
        "routes": (json_text.routes(sample.ROUTES),),
        "plan": (json_text.plan(sample.PLAN), json_text.plan(sample.REFUSED)),
        "gate": tuple(map(json_text.gate, (sample.GATE, sample.GATE_PASSED, sample.GATE_UNDECIDABLE))),
        "usage-stats": (json_text.document(monitoring_sample.MEASURED), json_text.document(sample.NO_STATS)),
        "usage-show": (json_text.document(monitoring_sample.KEY), json_text.document(monitoring_sample.SEVERAL_KEYS)),
        "status": (json_text.monitoring(monitoring_sample.STATUS), json_text.monitoring(monitoring_sample.NO_STATUS)),
        "alert": (json_text.document(Alert("stopped", "shop", "source redis", "stopped", "away", NOW, NOW)),),
    }
    wrong = {name: _wrong(name, json.loads(text)) for name, texts in samples.items() for text in texts}
    assert {name: errors[:3] for name, errors in wrong.items() if errors} == {}


def test_the_reference_configuration_is_valid_and_a_wrong_key_is_not() -> None:
    plain = msgspec.to_builtins(tomllib.loads(CONFIG.read_text("utf-8")))
    assert _wrong("configuration", plain) == []
    assert _wrong("configuration", {**plain, "gate": {"max_ages": "1h"}})
    assert _wrong("configuration", {**plain, "plan": {"max_files": "5"}})
    assert _wrong("configuration", {**plain, "keep": [{"definition": "x"}]})
    assert _wrong("configuration", {**plain, "plan": {"max_files": 6}})


def test_an_unknown_name_is_an_error_that_says_where_the_names_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "nope"]) == 2
    assert "'auditor schema' lists them" in capsys.readouterr().err
