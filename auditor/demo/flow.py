"""The whole flow on the demonstration's shop, command by command, as a user would type them.

In: an empty directory and where usage is stored. Out: narration, line by line, and the report's path. Each command runs
in a process of its own; one that does not end as it should stops the demonstration.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from auditor.demo import branches, past, traffic
from auditor.demo.build import Storage, build
from auditor.errors import AuditorError
from auditor.git import Repository
from auditor.model.usage import LedgerReading

Say = Callable[[str], None]


def run(
    directory: Path, storage: Storage, now: datetime, read_usage: Callable[[Path], LedgerReading], say: Say
) -> Path:
    """Build, track, scan, collect, plan, apply, roll back and gate; return the path of the report.

    Args:
        directory: Where the shop is built; absent or empty.
        storage: Where its tracker stores usage.
        now: The present, aware.
        read_usage: Reads what the ledger of a directory knows of today.
        say: Receives the narration, a line at a time.

    Raises:
        AuditorError: A step did not go as it should.
    """
    repository = build(directory, storage, now)
    commits = repository.run("rev-list", "--count", "HEAD")
    say(f"A shop was built in {directory}: {commits} commits, usage goes to {storage.kind} storage.")
    shell = _Shell(repository, say)
    version = (repository.head() or "")[:12]
    answered = traffic.drive(directory, storage, version)
    say(f"uvicorn served it; {answered} real requests went through the tracker.")
    shell.auditor("collect", "--days", "1")
    copied = past.backdate(storage, read_usage(directory), now)
    say(f"A demonstration cannot wait two weeks: today was copied to the {past.DAYS} days before ({copied:,} calls).")
    shell.auditor("scan", show=_scan_lines)
    shell.auditor("collect", "--days", "14", show=_all)
    shell.auditor("plan", "--days", "14", "--no-collect", show=_all)
    before = repository.tree("HEAD")
    shell.auditor("apply", "1", show=_last)
    shell.tests()
    shell.auditor("rollback", "1", show=_last)
    if repository.tree("HEAD") != before:
        raise AuditorError("the rollback did not restore the tree")
    say("The tree is byte for byte what it was.")
    for branch in branches.BRANCHES:
        branches.make(repository, branch, now)
        say(f'\nPull request "{branch.subject}":')
        shell.auditor("gate", "--base", "main", "--head", branch.name, exit_code=branch.exit_code, show=_judgement)
    return directory / "reports" / "plan.html"


class _Shell:
    """Runs commands in the shop's directory and narrates them."""

    def __init__(self, repository: Repository, say: Say) -> None:
        self.root, self.say = repository.root, say

    def auditor(
        self, *args: str, exit_code: int = 0, show: Callable[[Sequence[str]], Sequence[str]] = lambda _: ()
    ) -> None:
        """Run an auditor command, show what `show` picks from its output, and insist on its exit code."""
        self.say(f"\n$ auditor {' '.join(args)}")
        done = self._run(sys.executable, "-m", "auditor", *args)
        lines = done.stdout.splitlines()
        if done.returncode != exit_code:
            raise AuditorError(f"auditor {args[0]} ended with {done.returncode}, not {exit_code}: {_end(done)}")
        for line in show(lines):
            self.say(f"  {line}")
        if exit_code:
            self.say(f"  (exit code {exit_code})")

    def tests(self) -> None:
        """Run the shop's own tests."""
        self.say("\n$ python -m pytest")
        done = self._run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
        if done.returncode != 0:
            raise AuditorError(f"the shop's tests failed: {_end(done)}")
        self.say(f"  {done.stdout.strip().splitlines()[-1]}")

    def _run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80"}
        return subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, check=False, timeout=120
        )


def _end(done: "subprocess.CompletedProcess[str]") -> str:
    lines = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()
    return " | ".join(lines[-3:])


def _all(lines: Sequence[str]) -> Sequence[str]:
    return [line for line in lines if line.strip()]


def _last(lines: Sequence[str]) -> Sequence[str]:
    return _all(lines)[-2:]


def _judgement(lines: Sequence[str]) -> Sequence[str]:
    """Return the gate's answer without the hint at the next command."""
    return [line for line in _all(lines) if not line.startswith("Next:")]


def _scan_lines(lines: Sequence[str]) -> Sequence[str]:
    return _all(lines)[-3:]
