"""Runs the steps of GitHub's composite actions and jobs: shell steps by bash, as a runner does; others are noted."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_PLACE = re.compile(r"'[^']*'|\b(?:inputs|github|steps|runner|secrets)(?:\.[\w-]+)+")


class Used(NamedTuple):
    """A step that uses an action, and what it is given."""

    action: str
    given: Mapping[str, str]


class Runner(msgspec.Struct):
    """One job on one machine: its workspace, its event, and what ran there."""

    workspace: Path
    temporary: Path
    event_name: str
    event: Mapping[str, Any]
    environment: Mapping[str, str]
    uses: list[Used] = []
    printed: list[str] = []

    @property
    def summary(self) -> str:
        path = self.temporary / "summary"
        return path.read_text("utf-8") if path.exists() else ""

    def run(
        self,
        steps: Sequence[Mapping[str, Any]],
        *,
        inputs: Mapping[str, str] | None = None,
        outputs_of: Mapping[str, Mapping[str, str]] | None = None,
        action: Path | None = None,
    ) -> tuple[int, dict[str, dict[str, str]]]:
        """Run steps; return the first exit code that is not 0, and the outputs by step id.

        `outputs_of` are those of actions, by step id.
        """
        failed = 0
        told = {step["id"]: dict((outputs_of or {}).get(step["id"], {})) for step in steps if "id" in step}
        context = {
            "inputs": inputs or {}, "steps": {name: {"outputs": one} for name, one in told.items()},
            "runner": {"temp": str(self.temporary), "os": "Linux"}, "secrets": {},
            "github": {"event": self.event, "event_name": self.event_name, "sha": "0" * 40, "run_id": "7"},
        }  # fmt: skip
        for step in steps:
            condition = str(step.get("if", "success()"))
            if (failed and "always()" not in condition) or not _holds(condition, context):
                continue
            if "uses" in step:
                self.uses.append(Used(step["uses"], {k: _filled(v, context) for k, v in step.get("with", {}).items()}))
            else:
                code = self._shell(step, context, told.get(step.get("id", ""), {}), action)
                failed = failed or code
        return failed, told

    def _shell(
        self, step: Mapping[str, Any], context: Mapping[str, Any], outputs: dict[str, str], action: Path | None
    ) -> int:
        script, output = self.temporary / "script", self.temporary / "output"
        script.write_text(step["run"], "utf-8")
        output.write_text("", "utf-8")
        place = self.workspace / _filled(step.get("working-directory", "."), context)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=place, capture_output=True, text=True, check=False,
            env={
                **os.environ, **self.environment, "GITHUB_OUTPUT": str(output), "GITHUB_WORKSPACE": str(self.workspace),
                "GITHUB_STEP_SUMMARY": str(self.temporary / "summary"), "RUNNER_TEMP": str(self.temporary),
                "GITHUB_EVENT_NAME": self.event_name, "GITHUB_ACTION_PATH": str(action or ""),
                **{name: _filled(value, context) for name, value in step.get("env", {}).items()},
            },
        )  # fmt: skip
        self.printed.append(done.stdout + done.stderr)
        outputs.update(line.split("=", 1) for line in output.read_text("utf-8").splitlines())
        return done.returncode


def _filled(text: object, context: Mapping[str, Any]) -> str:
    return _EXPRESSION.sub(lambda match: _looked_up(match[1], context), str(text))


def _looked_up(place: str, context: Mapping[str, Any]) -> str:
    found: Any = context
    for part in place.split("."):
        found = found.get(part, "") if isinstance(found, Mapping) else ""
    return str(found)


def _holds(condition: str, context: Mapping[str, Any]) -> bool:
    plain = _PLACE.sub(lambda one: one[0] if one[0][0] == "'" else repr(_looked_up(one[0], context)), condition)
    plain = plain.replace("always()", "True").replace("success()", "True").replace("&&", " and ").replace("||", " or ")
    return bool(eval(plain, {"__builtins__": {}}))  # comparisons of texts, written in this repository
