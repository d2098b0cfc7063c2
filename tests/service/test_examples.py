"""The examples for operators say what the service and the command really have."""

import configparser
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
import yaml

from auditor.cli.collect import command as collect
from tests.service.conftest import Serve

ROOT = Path(__file__).parent.parent.parent
ALERTS = ROOT / "config" / "prometheus-alerts.yml"
DOCUMENT = (ROOT / "docs" / "service.md").read_text("utf-8")


def rules() -> list[dict[str, Any]]:
    document = yaml.safe_load(ALERTS.read_text("utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def test_alerts_and_their_document_name_metrics_that_there_are(serve: Serve) -> None:
    there = set(re.findall(r"^# TYPE (\w+) ", httpx.get(f"{serve()}/metrics").text, re.MULTILINE))
    asked = {name for rule in rules() for name in re.findall(r"auditor_\w+", rule["expr"])}
    assert asked
    assert asked <= there
    assert set(re.findall(r"`(auditor_\w+)[`{]", DOCUMENT)) == there


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_each_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert re.fullmatch(r"Auditor[A-Z]\w+", rule["alert"])
    assert len(rule["annotations"]["summary"]) > 20


def test_the_unit_starts_a_command_that_there_is() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # keys as they are written
    unit.read(ROOT / "config" / "collect.service")
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert Path(program).name == "auditor"
    assert arguments.pop(0) == "collect"
    with collect.make_context("collect", arguments) as context:
        assert isinstance(context, click.Context)
        assert context.params["watch"] is True
    assert unit["Service"]["RestartPreventExitStatus"] == "2"  # the configuration is wrong


def test_cron_lines_and_commands_of_the_document_are_accepted() -> None:
    lines = [
        line.partition("#")[0] for line in DOCUMENT.splitlines() if re.match(r"(auditor |[\d,]+ \* \* \* \*)", line)
    ]
    commands = [shlex.split(line[line.index("auditor collect") :]) for line in lines if "auditor collect" in line]
    assert len(commands) == 2
    for _, _, *arguments in commands:
        collect.make_context("collect", arguments).close()


def test_the_mount_of_the_document_runs(project: Path) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    program = f"from fastapi import FastAPI\napp = FastAPI()\n{snippet}\nprint(app.routes[-1].path)"
    done = subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "/api/v1/usage-tracking"), done.stderr
