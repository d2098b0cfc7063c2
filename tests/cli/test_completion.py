"""Completion in real shells: bash wherever the tests run; zsh and fish where they are installed."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_flow import FILES, ROUTES
from tests.production import NOW, Project

Run = Callable[..., subprocess.CompletedProcess[str]]

_ASK = """
source {script}
for words in "$@"; do
    eval "COMP_WORDS=($words)"; COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMPREPLY=()
    _auditor_completion auditor; echo "${{COMPREPLY[*]}}"
done
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Return a PATH on which `auditor` is this one."""
    command = tmp_path / "bin" / "auditor"
    command.parent.mkdir()
    search = ":".join(sys.path)
    command.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(search)} exec {sys.executable} -P -m auditor "$@"\n')
    command.chmod(0o755)
    return f"{command.parent}:/usr/bin:/bin"


def test_bash_completes_commands_options_choices_batches_and_references(
    auditor: Run, path: str, tmp_path: Path
) -> None:
    project = Project(tmp_path, FILES)
    project.watch(routes=ROUTES, calls={"GET /price": 10})
    assert auditor("plan", "--max-files", "1", "--now", NOW.isoformat(), cwd=project.root).returncode == 0
    project.branch("trim-exports", {"shop/rest.py": None})
    script = tmp_path / "auditor.bash"
    script.write_text(auditor("completion", "bash", "-q", cwd=tmp_path).stdout, "utf-8")
    ask = tmp_path / "ask.bash"
    ask.write_text(_ASK.format(script=script), "utf-8")
    asked = {
        "auditor sc": "scan schema",
        "auditor scan --show-o": "--show-opinions",
        "auditor scan --format s": "sarif",
        "auditor usage s": "scores show stats",
        "auditor gate --base tr": "trim-exports",
        "auditor apply ''": "1 2",
        "auditor apply 1 ''": "2",
        "auditor schema us": "usage-stats usage-unused usage-show usage-dead-weight usage-scores usage-health",
        "auditor nope x": "",
    }
    done = subprocess.run(
        ["bash", "--norc", ask, *asked],
        cwd=project.root,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert dict(zip(asked, done.stdout.split("\n"), strict=False)) == asked


def test_nothing_to_offer_is_no_error(auditor: Run, tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text("ap = 1\n", "utf-8")
    for words in ("auditor apply ", "auditor gate --base ", "auditor why "):
        typed = {"_AUDITOR_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()))}
        done = auditor(cwd=tmp_path, env=typed)
        assert (done.returncode, done.stderr) == (0, "")
    assert auditor(cwd=tmp_path, env={"_AUDITOR_COMPLETE": "nope_complete"}).stdout == ""


@pytest.mark.parametrize(("shell", "check"), [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")])
def test_the_script_is_one_that_the_shell_reads(auditor: Run, tmp_path: Path, shell: str, check: str) -> None:
    done = auditor("completion", shell, cwd=tmp_path)
    assert done.returncode == 0
    assert "_AUDITOR_COMPLETE" in done.stdout
    assert done.stderr.startswith("to use it: ")
    script = tmp_path / "script"
    script.write_text(done.stdout, "utf-8")
    if shutil.which(shell):
        subprocess.run([shell, check, script], check=True, capture_output=True)
