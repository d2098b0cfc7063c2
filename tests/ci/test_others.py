"""The examples for GitLab, Jenkins, Azure and pre-commit: their commands run here, on a real repository."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from tests.ci.conftest import ROOT, Machines
from tests.ci.test_github import tool

GITLAB = yaml.safe_load((ROOT / "config/ci/gitlab-ci.yml").read_text("utf-8"))
AZURE = yaml.safe_load((ROOT / "config/ci/azure-pipelines.yml").read_text("utf-8"))
JENKINS = (ROOT / "config/ci/Jenkinsfile").read_text("utf-8")
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
_SH = re.compile(r"\bsh (?:'''(.*?)'''|'([^'\n]*)')", re.DOTALL)


def run(
    machines: Machines, place: Path, scripts: Sequence[str], shell: str, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run scripts one after the other up to the first that fails, and return what the last one that ran did."""
    for script in scripts:
        done = subprocess.run(
            [*shell.split(), "-c", script], cwd=place, capture_output=True, text=True, check=False,
            env={**os.environ, **machines.environment, **environment},
        )  # fmt: skip
        if done.returncode:
            break
    return done


def junit_and_json(place: Path) -> tuple[str, str]:
    told = json.loads((place / "auditor-gate.json").read_text("utf-8"))
    return (place / "auditor-gate.xml").read_text("utf-8"), told["breaches"][0]["id"]


def test_gitlab(machines: Machines, tmp_path: Path) -> None:
    job, gate = GITLAB["auditor-evidence"], GITLAB["auditor-gate"]
    _ = machines.called  # what other tests did
    main = machines.clone(tmp_path / "main", "main")
    done = run(machines, main, ["\n".join(job["script"])], "bash -eo pipefail")
    assert done.returncode == 0, done.stderr
    shutil.copy(main / job["artifacts"]["paths"][0], machines.evidence)
    work = machines.clone(tmp_path / "work", "used")
    assert machines.called == "pip install auditor\n"
    settings = {
        "CI_JOB_TOKEN": "token", "CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_MERGE_REQUEST_PROJECT_ID": "7",
        "CI_DEFAULT_BRANCH": "main", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }  # fmt: skip
    done = run(machines, work, ["\n".join(gate["script"])], "bash -eo pipefail", **gate["variables"], **settings)
    assert done.returncode == 1, done.stderr
    assert "shop.main:money" in done.stdout
    url = "https://gitlab.example/api/v4/projects/7/jobs/artifacts/main/raw/evidence.gz?job=auditor-evidence"
    assert machines.called == f"pip install auditor\ncurl {url}\n"
    reports = gate["artifacts"]["reports"]
    assert json.loads((work / reports["codequality"]).read_text("utf-8"))[0]["location"]["path"] == "shop/main.py"
    assert reports["junit"] == "auditor-gate.xml"
    assert "shop.main:money" in junit_and_json(work)
    assert gate["artifacts"]["when"] == "always"
    assert gate["variables"]["GIT_DEPTH"] == "0"


def test_azure(machines: Machines, tmp_path: Path) -> None:
    evidence, gate = AZURE["jobs"]
    staging = tmp_path / "auditor-evidence"
    staging.mkdir()
    main = machines.clone(tmp_path / "main", "main")
    done = run(machines, main, _bash(evidence), "bash", BUILD_ARTIFACTSTAGINGDIRECTORY=str(staging))
    assert done.returncode == 0, done.stderr
    assert (staging / "evidence.gz").exists()
    work = machines.clone(tmp_path / "work", "used")
    done = run(
        machines, work, _bash(gate), "bash",
        PIPELINE_WORKSPACE=str(tmp_path), SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "shop.main:money" in junit_and_json(work)[0]
    published = [step["publish"] for job in (evidence, gate) for step in job["steps"] if "publish" in step]
    assert published == ["$(Build.ArtifactStagingDirectory)/evidence.gz", "auditor-gate.json"]
    download = next(step["inputs"] for step in gate["steps"] if step.get("task", "").startswith("DownloadPipeline"))
    assert (download["artifactName"], download["branchName"]) == ("auditor-evidence", "refs/heads/main")
    assert next(step for step in gate["steps"] if "checkout" in step)["fetchDepth"] == "0"


def _bash(job: dict[str, list[dict[str, str]]]) -> list[str]:
    return [step["bash"] for step in job["steps"] if "bash" in step]


def test_jenkins(machines: Machines, tmp_path: Path) -> None:
    stages = dict(re.findall(r"stage\('(\w+)'\) \{(.*?)(?=stage\('|\Z)", JENKINS, re.DOTALL))
    assert list(stages) == ["Install", "Evidence", "Gate"]
    assert JENKINS.count("{") == JENKINS.count("}")
    main = machines.clone(tmp_path / "main", "main")
    temporary = {"WORKSPACE_TMP": str(tmp_path / "temporary")}
    done = run(machines, main, [*_sh(stages["Install"]), *_sh(stages["Evidence"])], "sh -xe", **temporary)
    assert done.returncode == 0, done.stderr
    archived = re.findall(r"archiveArtifacts artifacts: '([^']*)'", stages["Evidence"])
    assert archived == ["evidence.gz"]
    work = machines.clone(tmp_path / "work", "used")
    clear, *rest = _sh(stages["Gate"])
    assert run(machines, work, [clear], "sh -xe", **temporary).returncode == 0
    (target,) = re.findall(r"filter: 'evidence.gz', target: '([^']*)'", stages["Gate"])
    (work / target).mkdir()
    shutil.copy(main / "evidence.gz", work / target)
    done = run(machines, work, rest, "sh -xe", CHANGE_TARGET="main", **temporary)
    assert done.returncode == 1, done.stderr
    assert "shop.main:money" in junit_and_json(work)
    assert re.findall(r"junit testResults: '([^']*)'", JENKINS) == ["auditor-gate.xml"]


def _sh(stage: str) -> list[str]:
    """Return what a stage's `sh` steps run, as Groovy reads the text: a backslash before a line's end joins lines."""
    found = [many or one for many, one in _SH.findall(stage)]
    assert len(found) == stage.count("sh '")
    return [text.replace("\\\n", "") for text in found]


def test_pre_commit_hooks(machines: Machines, tmp_path: Path) -> None:
    work = machines.clone(tmp_path / "work", "used")
    assert run(machines, work, ["auditor collect --days 30"], "sh -e").returncode == 0
    (given,) = yaml.safe_load((ROOT / "config/ci/pre-commit-config.yaml").read_text("utf-8"))["repos"]
    for used in given["hooks"]:
        hook = HOOKS[used["id"]]
        command = f"{hook['entry']} {shlex.join(used.get('args', hook.get('args', [])))}"
        done = run(machines, work, [command], "sh -e")
        expected = {"auditor-scan": (1, "shop/dead.py"), "auditor-gate": (1, "shop.main:money")}[hook["id"]]
        assert (done.returncode, expected[1] in done.stdout) == (expected[0], True), done.stdout + done.stderr
        assert not hook["pass_filenames"]
    assert [HOOKS["auditor-gate"]["stages"], HOOKS["auditor-gate"]["always_run"]] == [["pre-push"], True]


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("gitlab-ci", "config/ci/gitlab-ci.yml"),
        ("azure-pipelines", "config/ci/azure-pipelines.yml"),
        ("github-actions", "action.yml"),
        ("github-workflows", "config/ci/github-gate.yml"),
        ("github-workflows", "config/ci/github-nightly-evidence.yml"),
    ],
)
def test_each_file_is_what_its_system_takes(schema: str, path: str) -> None:
    # Azure's schema holds patterns of .NET's that only Python's own `re` reads.
    command = [tool("check-jsonschema"), "--regex-variant", "python", "--builtin-schema", f"vendor.{schema}", path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-1000:]
