"""Plan, apply, take back, report, gate and serve as commands, on a project with two weeks of usage."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from auditor.ledger.store import Ledger
from auditor.model.usage import Collection, UsageSample
from auditor.model.window import Window
from tests.production import NOW, Project
from tests.redis_deployments import free_port

Run = Callable[..., subprocess.CompletedProcess[str]]

FILES = {
    "shop/__init__.py": "",
    "shop/main.py": """
from fastapi import FastAPI

app = FastAPI()

@app.get("/price")
def price():
    return 100

@app.get("/never")
def never():
    return 0
""",
    "shop/spare.py": "def spare():\n    return 1\n",
    "shop/rest.py": "def rest():\n    return 1\n",
}
ROUTES = {"GET /price": "shop.main:price", "GET /never": "shop.main:never"}
AT = ("--now", NOW.isoformat())


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path, FILES)
    made.watch(routes=ROUTES, calls={"GET /price": 10})
    return made


def _ok(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_plan_has_the_published_fields(auditor: Run, project: Project) -> None:
    done = auditor("plan", "--days", "14", *AT, cwd=project.root)
    _ok(done)
    plan = json.loads((project.root / "reports" / "plan.json").read_text("utf-8"))
    assert set(plan) >= {
        "format_version", "plan_id", "base_commit", "window", "evidence", "counts", "batches", "findings",
        "contradictions", "unattributed",
    }  # fmt: skip
    assert plan["window"] == {"start": "2026-11-07T12:00:00Z", "end": "2026-11-21T12:00:00Z", "days": 14}
    assert set(plan["evidence"]) >= {"digest", "watched", "sources", "endpoints_observed"}
    assert set(plan["evidence"]["watched"][0]) == {"source", "day", "minutes"}
    assert plan["evidence"]["sources"] == [
        {"name": "production", "healthy": True, "problem": None, "only_for_use": False}
    ]
    assert set(plan["counts"]) == {"LIVE", "DORMANT", "DEAD", "TEST_ONLY", "CONTRADICTED", "UNDECIDED"}
    assert plan["batches"]
    for batch in plan["batches"]:
        assert set(batch) >= {
            "number", "paths", "risk", "lines_removed", "tags", "steps", "verify", "rollback", "depends_on",
            "uses",
        }  # fmt: skip
        assert 1 <= len(batch["paths"]) <= 5
        assert batch["rollback"] == f"auditor rollback {batch['number']}"
        assert set(batch["steps"][0]) == {"path", "action", "remove", "body_hash"}
    assert set(plan["findings"][0]) >= {"id", "verdict", "held_back", "batch", "evidence"}


def test_plan_is_the_same_bytes_for_the_same_evidence_and_time(auditor: Run, project: Project) -> None:
    texts = []
    for seed in "12":
        _ok(auditor("plan", *AT, cwd=project.root, env={"PYTHONHASHSEED": seed}))
        texts.append([(project.root / "reports" / name).read_bytes() for name in ("plan.json", "plan.md", "plan.html")])
    assert texts[0] == texts[1]


def test_a_batch_is_taken_back_after_another_plan_was_made(auditor: Run, project: Project) -> None:
    before = project.repository.tree("HEAD")
    _ok(auditor("plan", "--max-files", "1", *AT, cwd=project.root))
    dry = _ok(auditor("apply", "1", "--dry-run", cwd=project.root))
    assert dry.startswith("diff --git ")
    assert project.repository.tree("HEAD") == before
    _ok(auditor("apply", "1", *AT, cwd=project.root))
    assert project.repository.tree("HEAD") != before
    _ok(auditor("plan", "--no-collect", *AT, cwd=project.root))
    done = auditor("rollback", "1", *AT, cwd=project.root)
    assert "taken back" in _ok(done)
    assert project.repository.tree("HEAD") == before
    again = auditor("rollback", "1", *AT, cwd=project.root)
    assert (again.returncode, again.stdout) == (2, "")

    _ok(auditor("plan", "--max-files", "1", "--fresh", "--replan", "1", *AT, cwd=project.root))
    _ok(auditor("apply", "1", "2", *AT, cwd=project.root))
    (path,) = json.loads((project.root / "reports" / "plan.json").read_text("utf-8"))["batches"][0]["paths"]
    (project.root / path).write_text("LATER = 1\n", "utf-8")
    project.repository.run("add", "-A", "--", path)
    project.repository.run("commit", "-q", "-m", "Go on")
    stopped = auditor("rollback", "--all", *AT, cwd=project.root)
    assert stopped.returncode == 2
    assert "stopped at batch 1: taken back: 2; these still stand: 1" in stopped.stderr


def test_verification_that_fails_says_no_and_shows_what_the_tests_said(auditor: Run, project: Project) -> None:
    _ok(auditor("plan", *AT, cwd=project.root))
    whole = "os.path.exists('shop/spare.py')"
    command = f"{sys.executable} -c \"import os; print('\\x1b[31mred'); raise SystemExit(not {whole})\""
    done = auditor("apply", "1", "--test-command", command, *AT, cwd=project.root)
    assert done.returncode == 1
    ours = ("batch 1", "the untouched tree:", "running ")
    first, *rest = [line for line in done.stderr.splitlines() if not line.startswith(ours)]
    assert first.startswith("auditor: the edited tree fails")
    assert "\x1b" not in done.stderr
    assert any("red" in line for line in rest)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_apply_that_is_stopped_leaves_nothing_behind(
    auditor: Run, project: Project, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    _ok(auditor("plan", *AT, cwd=project.root))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    begun = tmp_path / "begun"
    wait = f"import pathlib, os, time; pathlib.Path({str(begun)!r}).write_text(str(os.getpid())); time.sleep(60)"
    stopped = subprocess.Popen(
        [sys.executable, "-m", "auditor", "apply", "1", *AT, "--test-command", f'{sys.executable} -c "{wait}"'],
        cwd=project.root, env={**os.environ, "TMPDIR": str(scratch)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    head = project.repository.head()
    for _ in range(400):
        if begun.exists() and begun.read_text():
            break
        time.sleep(0.05)
    stopped.send_signal(number)
    _, errors = stopped.communicate(timeout=30)
    assert stopped.returncode == code
    assert "Traceback" not in errors
    assert project.repository.head() == head
    assert len(project.repository.worktrees()) == 1
    assert list(scratch.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)


def test_python_nobody_can_look_into_stops_the_plan(auditor: Run, project: Project) -> None:
    (project.root / os.fsdecode(b"odd\x1bname.py")).write_text("from shop import spare\n")
    done = auditor("plan", *AT, cwd=project.root)
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing can be planned: 'odd\\x1bname.py'" in done.stderr


def test_report_renders_the_stored_plan_again(auditor: Run, project: Project) -> None:
    _ok(auditor("plan", *AT, cwd=project.root))
    for format_name, name in (("json", "plan.json"), ("markdown", "plan.md"), ("html", "plan.html")):
        text = _ok(auditor("report", "--format", format_name, cwd=project.root))
        assert text == (project.root / "reports" / name).read_text("utf-8")
    assert _ok(auditor("report", "--format", "text", cwd=project.root)).startswith("Plan ")
    assert _ok(auditor("report", "--format", "markdown", "--summary", cwd=project.root)).startswith("# Deletion plan")


def test_the_diff_on_the_page_is_what_applying_would_do(auditor: Run, project: Project, tmp_path: Path) -> None:
    _ok(auditor("plan", "--max-files", "1", "--assets", "external", *AT, cwd=project.root))
    page = (project.root / "reports" / "plan.html").read_text("utf-8")
    shown = [f"-{unescape(line)}" for line in re.findall(r"<del>-(.*?)</del>", page)]
    dry = _ok(auditor("apply", "--all", "--dry-run", *AT, cwd=project.root))
    assert shown == [line for line in dry.splitlines() if line.startswith("-") and not line.startswith("--- ")] != []
    assert "<style>" not in page
    assert {path.name for path in (project.root / "reports").iterdir()} == {
        "plan.json", "plan.md", "plan.html", "auditor-report.css", "auditor-report.js",
    }  # fmt: skip
    place = tmp_path / "pages" / "scan.html"
    _ok(auditor("scan", "--format", "html", "--output", str(place), "--assets", "external", cwd=project.root))
    assert {path.name for path in place.parent.iterdir()} == {"scan.html", "auditor-report.css", "auditor-report.js"}
    done = auditor("report", "--assets", "external", cwd=project.root)
    assert (done.returncode, done.stdout) == (2, "")
    assert "name its file with --output" in done.stderr


ATTACKS: dict[str, Callable[[dict[str, object]], None]] = {}


def _attack(name: str, path: str) -> None:
    def change(batch: dict[str, object]) -> None:
        steps = batch["steps"]
        assert isinstance(steps, list)
        steps[0]["path"] = path
        batch["paths"] = sorted({step["path"] for step in steps})

    ATTACKS[name] = change


for _name, _path in {
    "absolute": "/etc/passwd", "above": "../../outside.py", "git": ".git/config", "case": ".GIT/hooks/x",
    "option": "--output=/tmp/x", "control": "a\n\x1b[31m.py", "empty": "", "dot": ".", "nul": "a\0b",
}.items():  # fmt: skip
    _attack(_name, _path)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_plan_that_reaches_outside_is_refused(auditor: Run, project: Project, tmp_path: Path, name: str) -> None:
    _ok(auditor("plan", *AT, cwd=project.root))
    plan = json.loads((project.root / "reports" / "plan.json").read_text("utf-8"))
    ATTACKS[name](plan["batches"][0])
    evil = tmp_path / "evil.json"
    evil.write_text(json.dumps(plan), "utf-8")
    head = project.repository.head()
    for arguments in (("apply", "1", "--dry-run"), ("apply", "1")):
        done = auditor(*arguments, "--plan", str(evil), cwd=project.root)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert "\x1b" not in done.stderr
        assert "internal error" not in done.stderr
    assert project.repository.head() == head


def test_a_plan_with_hostile_text_renders_inert(auditor: Run, project: Project, tmp_path: Path) -> None:
    _ok(auditor("plan", *AT, cwd=project.root))
    plan = json.loads((project.root / "reports" / "plan.json").read_text("utf-8"))
    evil = "x\x1b[31m</script><script>alert(1)</script>\n::error::y\u202e"
    for finding in plan["findings"]:
        for evidence in finding["evidence"]:
            evidence["detail"] = evil
    plan["batches"][0]["verify"] = [f"touch {tmp_path}/pwned", evil]
    plan["batches"][0]["rollback"] = evil
    plan["batches"][0]["tags"] = {"before": evil, "verified": "--delete"}
    plan["unattributed"] = [{"key": evil, "count": 1}]
    path = tmp_path / "evil.json"
    path.write_text(json.dumps(plan), "utf-8")
    for format_name in ("text", "markdown", "html", "json"):
        text = _ok(auditor("report", "--plan", str(path), "--format", format_name, cwd=project.root))
        assert not {"\x1b", "\u202e"} & set(text)
        if format_name != "json":
            assert not any(line.startswith("::") for line in text.splitlines())
        if format_name == "html":
            assert "<script>alert" not in text
    _ok(auditor("apply", "1", "--plan", str(path), *AT, cwd=project.root))
    assert not (tmp_path / "pwned").exists()
    assert all(tag.startswith("auditor/") for tag in project.repository.tags("*"))


def test_hostile_keys_of_production_are_shown_as_escapes(auditor: Run, tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    evil = "GET /\x1b[31mred\n::error::\u202e"
    project.watch(routes={**ROUTES, evil: "shop.main:\x1b[31m"}, calls={"GET /price": 10, evil: 3})
    assert auditor("collect", *AT, cwd=project.root).returncode in (0, 3)
    for arguments in (("usage", "stats"), ("usage", "unused"), ("usage", "health"), ("plan", "--no-collect"),
                      ("usage", "stats", "--format", "json"), ("usage", "unused", "--format", "json")):  # fmt: skip
        done = auditor(*arguments, *AT, cwd=project.root)
        assert done.returncode in (0, 3), done.stderr
        assert "internal error" not in done.stderr
        assert not {"\x1b", "\u202e"} & set(done.stdout + done.stderr)
        assert not any(line.startswith("::") for line in (done.stdout + done.stderr).splitlines())


def test_what_was_collected_in_the_future_is_no_sign_of_health(auditor: Run, project: Project) -> None:
    _ok(auditor("collect", *AT, cwd=project.root))
    _ok(auditor("usage", "health", *AT, cwd=project.root))
    auditor("collect", "--now", "2199-01-01", cwd=project.root)
    done = auditor("usage", "health", *AT, cwd=project.root)
    assert done.returncode == 3
    assert "yet to come" in done.stdout.replace("\n  ", " ")


def test_gate_has_the_published_fields_and_exit_codes(auditor: Run, project: Project) -> None:
    _ok(auditor("collect", *AT, cwd=project.root))
    project.branch("bad", {"shop/main.py": FILES["shop/main.py"].replace('@app.get("/price")', "")})
    project.branch("good", {"shop/spare.py": None})
    bad = auditor("gate", "--base", "main", "--head", "bad", "--format", "json", *AT, cwd=project.root)
    assert bad.returncode == 1
    result = json.loads(bad.stdout)
    assert set(result) >= {"format_version", "base", "head", "passed", "deleted", "moved", "breaches"}
    assert result["passed"] is False
    assert set(result["breaches"][0]) >= {"id", "path", "line", "why", "detail", "override"}
    good = auditor("gate", "--base", "main", "--head", "good", "--format", "json", *AT, cwd=project.root)
    assert (good.returncode, json.loads(good.stdout)["passed"]) == (0, True)
    hidden = auditor("gate", "--base", "main", "--head", "bad", "--exit-zero", *AT, cwd=project.root)
    assert hidden.returncode == 0
    late = ("--now", "2027-03-01T00:00:00Z")
    stale = auditor("gate", "--base", "main", "--head", "good", "--exit-zero", *late, cwd=project.root)
    assert stale.returncode == 3


@pytest.mark.parametrize(
    "url", ["redis://:hunter2@127.0.0.1:1/0", "env:NOWHERE_SET", "redis://:hunter2@[bad", "nonsense"]
)
def test_a_source_that_cannot_be_read_answers_soon_and_keeps_its_secret(auditor: Run, shop: Path, url: str) -> None:
    with (shop / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f'[[tool.auditor.usage.sources]]\nname="p"\nkind="redis"\nurl="{url}"\n')
    started = time.monotonic()
    for command in (("collect",), ("plan",)):
        done = auditor(*command, cwd=shop)
        assert done.returncode == 3
        assert "auditor: " in done.stderr
        assert "internal error" not in done.stderr
        assert "hunter2" not in done.stderr + done.stdout
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(("ledger", "code"), [
    ("nonsense", 2), ("mysql://u:hunter2@h/x", 2), ("postgresql+psycopg://u:hunter2@127.0.0.1:1/x", None),
    ("sqlite:///.", 3), ("sqlite:////etc/passwd", 3), ("env:NOWHERE_SET", 2),
])  # fmt: skip
def test_a_ledger_that_is_none_is_one_line(auditor: Run, shop: Path, ledger: str, code: int | None) -> None:
    with (shop / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f'ledger = "{ledger}"\n')
    done = auditor("usage", "stats", cwd=shop)
    assert done.returncode == code if code else done.returncode in (2, 3)
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    assert "hunter2" not in done.stderr
    assert "internal error" not in done.stderr


def test_the_ledger_may_come_from_the_environment(auditor: Run, project: Project) -> None:
    settings = project.root / "auditor.toml"
    settings.write_text('ledger = "env:LEDGER"\n' + settings.read_text("utf-8"), "utf-8")
    env = {"LEDGER": "sqlite:///elsewhere.db"}
    _ok(auditor("collect", *AT, cwd=project.root, env=env))
    assert (project.root / "elsewhere.db").is_file()
    assert "GET:/price" in _ok(auditor("usage", "stats", *AT, cwd=project.root, env=env))


def test_serve_answers_on_the_ledger_and_says_where_it_cannot_listen(auditor: Run, project: Project) -> None:
    _ok(auditor("collect", *AT, cwd=project.root))
    present = datetime.now(UTC)
    used = UsageSample("GET /price", "endpoint", present.date(), 3)
    seen = Collection("production", Window.last_days(1, present), samples=(used,))
    with Ledger.open(project.loaded.config.ledger, project.root) as ledger:
        ledger.record([seen], now=present)
    port = free_port()
    command = [sys.executable, "-m", "auditor", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=project.root, stderr=subprocess.PIPE, text=True)
    try:
        status, body = _get(port, "/stats?days=400", server)
        assert status == 200
        assert json.loads(body)["stats"]["GET:/price"]["calls"] >= 3
        assert {"period_days", "endpoints_used", "stats", "generated_at"} <= set(json.loads(body))
        assert _get(port, "/stats?days=0", server)[0] == 400
        assert _get(port, "/health", server)[0] in (200, 503)  # by the real clock
        assert _get(port, "/", server)[0] == 404
        taken = auditor("serve", "--port", str(port), cwd=project.root)
        assert (taken.returncode, taken.stdout, taken.stderr.count("\n")) == (2, "", 1)
        assert f"127.0.0.1:{port}: cannot listen there" in taken.stderr
    finally:
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=20)
    assert "Traceback" not in errors


def _get(port: int, path: str, server: "subprocess.Popen[str]") -> tuple[int, str]:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            assert server.poll() is None
            time.sleep(0.05)
    raise AssertionError("the service did not answer within 10 s")
