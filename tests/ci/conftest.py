"""A project with evidence in production, clones of it as CI has them, and the programs that CI's machines have."""

import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from tests.production import NOW, Project

ROOT = Path(__file__).parents[2]
SHOP = {
    "shop/__init__.py": "",
    "shop/main.py": """
from fastapi import FastAPI

app = FastAPI()

@app.get("/orders")
def orders():
    return []

@app.get("/money")
def money():
    return 3
""",
    "shop/dead.py": "def leftover():\n    return 1\n",
}
WITHOUT_MONEY = SHOP["shop/main.py"].replace('\n@app.get("/money")\ndef money():\n    return 3\n', "")

AUDITOR = f"""#!/bin/sh
run() {{ "{sys.executable}" -m auditor "$@"; }}
said=$(printf "%s" "$*" | sed 's#[^ ]*evidence.gz#FILE#' | tr -c 'A-Za-z0-9' _)
case "$1" in
  gate) run "$@" --now "{NOW.isoformat()}" ;;
  collect)
    if [ -d "$ARTIFACTS/$said" ]; then cp -R "$ARTIFACTS/$said" .auditor && exit 0; fi
    run "$@" --now "{NOW.isoformat()}" && cp -R .auditor "$ARTIFACTS/$said"
    ;;
  ledger)
    if [ -f "$ARTIFACTS/$said" ]; then cp "$ARTIFACTS/$said" "$3" && echo sha256:again && exit 0; fi
    run "$@" --now "{NOW.isoformat()}" && cp "$3" "$ARTIFACTS/$said"
    ;;
  *) run "$@" ;;
esac
"""
"""Collecting and exporting with the same arguments gives the same again, so both are done once."""
PIP = '#!/bin/sh\nprintf "%s\\n" "pip $*" >>"$INSTALLED"\n'
PYTHON = f"""#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
case "$1 $2" in
  "-m venv") mkdir -p "$3/bin" && cp "$here/auditor" "$here/pip" "$3/bin/" && cp "$0" "$3/bin/python" ;;
  "-m pip") shift 2 && "$here/pip" "$@" ;;
  *) exec "{sys.executable}" "$@" ;;
esac
"""
CURL = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    --output) file=$2 && shift ;;
    http*) printf "%s\\n" "curl $1" >>"$INSTALLED" ;;
  esac
  shift
done
cp "$ARTIFACTS/evidence.gz" "$file"
"""
GH = """#!/bin/sh
printf "%s\\n" "gh $*" >>"$INSTALLED"
case "$1 $2" in
  "run list") echo "${LATEST_RUN-41}" ;;
  "run download") mkdir -p "$7" && cp "$ARTIFACTS/evidence.gz" "$7/" ;;
esac
"""


class Machines(msgspec.Struct):
    """Where CI runs: clones by name, what stands on the PATH, where artifacts are kept."""

    project: Project
    programs: Path
    artifacts: Path
    evidence: Path

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "PATH": f"{self.programs}:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "ARTIFACTS": str(self.artifacts),
            "INSTALLED": str(self.programs.parent / "installed"), "AUDITOR_EVIDENCE_KEY": "",
        }  # fmt: skip

    @property
    def called(self) -> str:
        """What was asked of pip, curl and gh since this was asked last."""
        log = self.programs.parent / "installed"
        text = log.read_text("utf-8") if log.exists() else ""
        log.write_text("", "utf-8")
        return text

    def clone(self, directory: Path, branch: str) -> Path:
        """Check a branch out, with the whole history."""
        self.project.repository.run("clone", "-q", "--branch", branch, str(self.project.root), str(directory))
        return directory


@pytest.fixture(scope="session")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Machines:
    root = tmp_path_factory.mktemp("ci")
    project = Project(root, SHOP)
    project.watch(
        {"GET /money": 5, "GET /orders": 5}, {"GET /money": "shop.main:money", "GET /orders": "shop.main:orders"}
    )
    project.branch("used", {"shop/main.py": WITHOUT_MONEY})
    project.branch("dead", {"shop/dead.py": None})
    programs = root / "programs"
    programs.mkdir()
    named = {"auditor": AUDITOR, "pip": PIP, "python": PYTHON, "python3": PYTHON, "curl": CURL, "gh": GH}
    for name, text in named.items():
        (programs / name).write_text(text, "utf-8")
        (programs / name).chmod(0o755)
    (root / "artifacts").mkdir()
    return Machines(project, programs, root / "artifacts", root / "artifacts" / "evidence.gz")
