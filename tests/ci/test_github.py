"""The action and the workflows for GitHub: run here step by step, on a real repository, with real evidence."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.composite import Runner
from tests.ci.conftest import ROOT, Machines

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
NIGHTLY = yaml.safe_load((ROOT / "config/ci/github-nightly-evidence.yml").read_text("utf-8"))
GATE = yaml.safe_load((ROOT / "config/ci/github-gate.yml").read_text("utf-8"))
PULL_REQUEST = {"repository": {"default_branch": "main"}}


@pytest.fixture(scope="module")
def evidence(machines: Machines, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the nightly workflow publishes."""
    root = tmp_path_factory.mktemp("nightly")
    (root / "temp").mkdir()
    runner = Runner(machines.clone(root / "main", "main"), root / "temp", "schedule", {}, machines.environment)
    code, _ = runner.run(NIGHTLY["jobs"]["evidence"]["steps"])
    assert code == 0, runner.printed
    upload = next(one for one in runner.uses if one.action.startswith("actions/upload-artifact@"))
    save = next(one for one in runner.uses if one.action.startswith("actions/cache/save@"))
    assert list((runner.workspace / save.given["path"]).iterdir()), "the facts that pull requests restore"
    assert "auditor evidence: sha256:" in runner.summary
    shutil.copy(upload.given["path"], machines.evidence)
    return machines.evidence


def on(machines: Machines, root: Path, branch: str, event: str, **more: str) -> Runner:
    (root / "temp").mkdir()
    environment = {**machines.environment, "GITHUB_BASE_REF": "main", **more}
    return Runner(machines.clone(root / "work", branch), root / "temp", event, PULL_REQUEST, environment)


def run_action(runner: Runner, machines: Machines, **given: str) -> tuple[int, dict[str, str]]:
    inputs = {name: str(one["default"]) for name, one in ACTION["inputs"].items()}
    assert set(given) <= set(inputs)
    python = {"python": {"python-path": str(machines.programs / "python")}}
    code, told = runner.run(ACTION["runs"]["steps"], inputs=inputs | given, outputs_of=python, action=ROOT)
    return code, told["gate"]


def test_a_pull_request_is_judged_by_what_was_published_last_night(
    machines: Machines, evidence: Path, tmp_path: Path
) -> None:
    runner = on(machines, tmp_path, "used", "pull_request")
    assert not machines.called.startswith("gh")
    *before, gate = GATE["jobs"]["gate"]["steps"]
    code, _ = runner.run(before)
    assert code == 0, runner.printed
    listed, downloaded = machines.called.splitlines()
    assert "--workflow auditor-evidence.yml --branch main --status success" in listed
    assert 'select(.event == "schedule" or .event == "workflow_dispatch")' in listed
    assert downloaded.startswith("gh run download 41 --name auditor-evidence")
    assert gate["uses"].split("@")[0].endswith("/auditor")
    file = gate["with"]["evidence"].replace("${{ runner.temp }}", str(runner.temporary))
    assert Path(file).read_bytes() == evidence.read_bytes()
    code, told = run_action(runner, machines, evidence=file)
    assert (code, told["result"], told["exit-code"], told["deleted"]) == (1, "blocked", "1", "1")
    assert machines.called == f"pip install --quiet --disable-pip-version-check {ROOT}\n"
    printed = runner.printed[-1]
    assert "::error" in printed
    assert "shop.main:money" in printed
    report = Path(told["report"])
    assert sorted(one.name for one in report.iterdir()) == ["gate.json", "gate.md", "gate.sarif", "gate.xml"]
    assert json.loads((report / "gate.json").read_text("utf-8"))["breaches"][0]["id"] == "shop.main:money"
    assert runner.summary == (report / "gate.md").read_text("utf-8")
    upload = runner.uses[-1]
    assert upload.action.startswith("actions/upload-artifact@"), "although the gate failed"
    assert upload.given["path"] == told["report"]
    assert "." in upload.action.split("@")[1] or len(upload.action.split("@")[1]) == 40


def test_a_merge_group_that_deletes_nothing_used_passes(machines: Machines, evidence: Path, tmp_path: Path) -> None:
    runner = on(machines, tmp_path, "dead", "merge_group")
    runner.event = {"merge_group": {"base_sha": machines.project.repository.resolve("main")}}
    shutil.copy(evidence, runner.workspace / "evidence.gz")
    code, told = run_action(
        runner,
        machines,
        evidence="evidence.gz",
        args="--days 7 --exit-zero",
        extras="postgres",
        version="1.2",
        artifact="",
    )
    assert (code, told["result"], told["exit-code"], told["deleted"]) == (0, "passed", "0", "1"), runner.printed
    assert machines.called.endswith(" auditor[postgres]==1.2\n")
    assert [one.action.split("@")[0] for one in runner.uses] == ["actions/setup-python", "actions/cache/restore"]


def test_what_cannot_be_known_fails_and_no_input_is_run(machines: Machines, evidence: Path, tmp_path: Path) -> None:
    runner = on(machines, tmp_path, "dead", "pull_request")
    hostile = '$(touch pwned)"; touch pwned; #\n::set-output'
    code, told = run_action(runner, machines, evidence=str(evidence), digest=f"sha256:{hostile}")
    assert (code, told["result"], told["exit-code"]) == (2, "unknown", "2")
    code, told = run_action(runner, machines, version="1; touch pwned")
    assert code == 2
    assert "result" not in told, "nothing was installed, so nothing ran"
    assert not list(tmp_path.rglob("pwned"))
    runner.event_name = "workflow_dispatch"
    code, told = run_action(runner, machines)
    assert (code, told["result"]) == (2, "unknown")
    assert "give the input base" in runner.printed[-1]


def test_without_published_evidence_the_job_fails(machines: Machines, tmp_path: Path) -> None:
    runner = on(machines, tmp_path, "dead", "pull_request", LATEST_RUN="")
    assert runner.run(GATE["jobs"]["gate"]["steps"])[0] == 3
    assert "has published evidence yet" in runner.printed[-1]


def test_no_expression_stands_in_a_script_and_every_action_is_pinned() -> None:
    steps: list[dict[str, Any]] = list(ACTION["runs"]["steps"])
    for workflow in (NIGHTLY, GATE):
        for job in workflow["jobs"].values():
            steps += job["steps"]
    for step in steps:
        assert "${{" not in step.get("run", "")
        action, _, version = step.get("uses", "").partition("@")
        assert not action or action == "example/auditor" or len(version) == 40, step
    assert set(GATE["permissions"].values()) == set(NIGHTLY["permissions"].values()) == {"read"}
    assert not any("cache/save" in step.get("uses", "") for step in ACTION["runs"]["steps"])


def tool(name: str) -> str:
    """Return a linter's program, of those that `scripts/setup` installs."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed; run scripts/setup")
    return found


def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    shutil.copy(ROOT / "action.yml", tmp_path)
    for path in (ROOT / "config/ci").glob("github-*.yml"):
        # By its place on this machine, so that its inputs and outputs are checked as well.
        (workflows / path.name).write_text(path.read_text("utf-8").replace("example/auditor@v0", "./"), "utf-8")
    done = subprocess.run([tool("actionlint")], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_shellcheck_finds_nothing_in_the_action(tmp_path: Path) -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 2
    for number, script in enumerate(scripts):
        (tmp_path / f"{number}.sh").write_text(script, "utf-8")
    command = [tool("shellcheck"), "--shell=bash", *map(str, sorted(tmp_path.glob("*.sh")))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
