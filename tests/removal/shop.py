"""A small shop in a real repository, and plans for it as `auditor plan` writes them."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from auditor.config import PlanConfig
from auditor.git import Repository
from auditor.model.plan import Batch, BatchTags, EvidenceSnapshot, Plan, PlanWindow, Step
from auditor.removal import edit, run, taking_back

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FILES = {
    "shop/__init__.py": b"",
    "shop/main.py": b"from shop import prices\n\n\ndef app():\n    return prices.live()\n",
    "shop/prices.py": b"import os\n\n\ndef live():\n    return 1\n\n\ndef dead():\n    return os.name\n",
    "shop/island.py": b"from shop.prices import dead\n\nprint(dead)\n",
    "shop/windows.py": b"\xef\xbb\xbfdef dead():\r\n    return 1\r\n\r\n\r\nLIVE = 1\r\n",
    "shop/latin.py": b"# coding: latin-1\nNAME = '\xe9'\nDEAD = '\xfc'\n",
    "check.py": b"import shop.main\n\nassert shop.main.app() == 1\n",
}


def commit_all(repository: Repository, message: str) -> str:
    repository.run("add", "-A")
    repository.run("commit", "-q", "--allow-empty", "-m", message)
    return repository.resolve("HEAD")


def made(root: Path) -> Repository:
    root.mkdir()
    for path, content in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(content)
    (root / "check.py").chmod(0o755)
    repository = Repository.init(root)
    commit_all(repository, "Start")
    return repository


def step(repository: Repository, path: str, *names: str, prefix: str = "") -> Step:
    module = path.removesuffix(".py").replace("/", ".")
    content = repository.content("HEAD", prefix + path) or b""
    ids = tuple(f"{module}:{name}" for name in names)
    ids = ids or (f"{module}:",)
    hashed = {i: min(found) for i, found in edit.hashes(content, module, ids).items() if found}
    return Step(path, "edit" if names else "delete_file", ids, hashed)


def batch(number: int, *steps: Step, depends_on: tuple[int, ...] = ()) -> Batch:
    stem = f"auditor/2026-11-21-3f9c/b{number:02d}"
    return Batch(
        number, tuple(sorted({one.path for one in steps})), "low", 1,
        BatchTags(f"{stem}/before", f"{stem}/verified"), steps, ("rm -rf /",), f"auditor rollback {number}", depends_on,
    )  # fmt: skip


def plan(repository: Repository, *batches: Batch) -> Plan:
    start = datetime(2026, 11, 7, tzinfo=UTC)
    evidence = EvidenceSnapshot("sha256:ab\nAuditor-Batch: x/1", (), (), 1)
    return Plan("2026-11-21-3f9c", repository.resolve("HEAD"), PlanWindow(start, NOW, 14), evidence, {}, batches, ())


def two_batches(repository: Repository) -> Plan:
    return plan(
        repository,
        batch(1, step(repository, "shop/island.py")),
        batch(2, step(repository, "shop/prices.py", "dead", "os"), step(repository, "shop/windows.py", "dead"),
              step(repository, "shop/latin.py", "DEAD"), depends_on=(1,)),
    )  # fmt: skip


CONFIG = PlanConfig(test_command=f"{sys.executable} check.py", smoke=("shop.main:app",), timeout="60s")


def apply(repository: Repository, made: Plan, number: int, config: PlanConfig = CONFIG, **more: object) -> run.Applied:
    return run.apply(repository, made, number, config=config, roots=("",), now=NOW, **more)  # type: ignore[arg-type]


def take_back(repository: Repository, number: int, *, restore_files: bool = False) -> taking_back.RolledBack:
    batch = taking_back.find(repository, number)
    return taking_back.rollback(repository, batch, now=NOW, restore_files=restore_files)


def state(repository: Repository) -> tuple[str, ...]:
    """Everything that must not change when a batch fails."""
    files = sorted(p for p in repository.root.rglob("*") if p.is_file() and ".git" not in p.parts)
    return (
        repository.resolve("HEAD"),
        repository.run("for-each-ref"),
        repository.run("status", "--porcelain"),
        repository.run("worktree", "list"),
        *(f"{p} {p.stat().st_mode} {p.read_bytes()!r}" for p in files),
    )
