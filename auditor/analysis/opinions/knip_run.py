"""The call of Knip: `npx --no-install knip --reporter json` in a directory that has it.

In: the audited root. Out: what Knip's report says. The only caller of npx. Knip exits 1 when it finds something (Knip
2: with the number of issues); every failure, a missing Knip and output that is no report included, is a Problem that
names it, never "nothing found".
"""

import json
import shutil
import subprocess
from pathlib import Path

from auditor.analysis.opinions import knip
from auditor.analysis.opinions.opinion_values import OpinionReport
from auditor.errors import ConfigError
from auditor.model.code import Problem

COMMAND = ("npx", "--no-install", "knip", "--reporter", "json")
_LONGEST = 600
_SHOWN = 300


def run_knip(root: Path) -> OpinionReport:
    """Run the Knip that the project has installed. Never installs one, never raises for what Knip does."""
    problem = _missing(root)
    if problem:
        return _failed(problem)
    try:
        done = subprocess.run(COMMAND, cwd=root, capture_output=True, timeout=_LONGEST, check=False,
                              stdin=subprocess.DEVNULL)  # fmt: skip
    except subprocess.TimeoutExpired:
        return _failed(f"ran for more than {_LONGEST} seconds and was stopped")
    except OSError as error:
        return _failed(f"could not be started: {error.strerror or error}")
    said = done.stderr.decode("utf-8", "replace").strip() or done.stdout.decode("utf-8", "replace").strip()
    report = _report(done.stdout)
    if done.returncode < 0 or (done.returncode > 1 and not report.startswith(b"[")):
        return _failed(f"ended with exit code {done.returncode}: {said[:_SHOWN]}")
    try:
        return knip.read(report, "the output of Knip")
    except ConfigError as error:
        note = f" (it also wrote: {said[:_SHOWN]})" if done.stderr.strip() else ""
        return _failed(f"wrote no report: {error}{note}")


def _missing(root: Path) -> str:
    """Return what keeps Knip from running here, `""` for nothing."""
    try:
        manifest = json.loads((root / "package.json").read_text("utf-8-sig"))
    except FileNotFoundError:
        return "was asked for by scan.knip, but there is no package.json in the audited root"
    except (OSError, ValueError) as error:
        return f"was asked for by scan.knip, but package.json cannot be read: {error}"
    groups = manifest.values() if isinstance(manifest, dict) else ()
    named = any(isinstance(group, dict) and "knip" in group for group in groups)
    if not named and not (root / "node_modules" / ".bin" / "knip").exists():
        return "was asked for by scan.knip, but package.json does not list it; add it with `npm install -D knip`"
    return "" if shutil.which("npx") else "cannot run: npx is not on the PATH"


def _report(output: bytes) -> bytes:
    """Return the last line that looks like JSON: plugins of a project may print before it."""
    lines = [line for line in output.splitlines() if line.lstrip()[:1] in (b"{", b"[")]
    return lines[-1] if lines else output


def _failed(what: str) -> OpinionReport:
    return OpinionReport(problems=(Problem("package.json", 0, f"Knip {what}; nothing is known of its findings"),))
