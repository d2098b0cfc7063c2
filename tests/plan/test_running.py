"""What holds of every plan when it is carried out: programs of real text, run and imported after each batch."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from auditor.config import load
from auditor.cross_reference import cross_reference
from auditor.model.plan import Batch, Plan
from auditor.model.usage import Observations
from auditor.pipeline.static import analyse
from auditor.plan.make import make_plan
from auditor.removal import edit
from tests.plan.programs import NOW, WINDOW
from tests.plan.running import Runner
from tests.plan.sources import draw


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    one = Runner()
    yield one
    one.close()


def plan_of(files: Mapping[str, str], root: Path, most: int) -> Plan:
    """Plan a program of which production was watched and nothing was called."""
    for path, text in {**files, "auditor.toml": 'project = "application"\n'}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    loaded = load(root)
    static = analyse(loaded, today=NOW.date(), opinions=False, cache=False, jobs=1)
    observations = Observations(WINDOW, {}, frozenset(), (), (), WINDOW.minutes, (), None)
    bodies = {one.id: one.body_hash for one in static.analysis.graph.definitions.values()}
    joined = cross_reference(static.analysis, observations, bodies_at_start=bodies, keep=(), today=NOW.date())
    config = msgspec.structs.replace(loaded.config.plan, max_files=most)
    return make_plan(
        joined.findings, static.analysis, static.facts, observations, base_commit="c" * 40, evidence_digest="sha256:0",
        now=NOW, days=14, config=config, counts=joined.counts,
    )  # fmt: skip


def applied(files: Mapping[str, str], batch: Batch) -> dict[str, str]:
    """Return the files after a batch; each step must change something."""
    left = dict(files)
    for step in batch.steps:
        if step.action == "delete_file":
            del left[step.path]
            continue
        module = step.remove[0].partition(":")[0]
        edited = edit.remove(left[step.path].encode(), module, step.remove).decode()
        assert edited != left[step.path], step
        left[step.path] = edited
    return left


def modules_of(files: Mapping[str, str]) -> list[str]:
    return [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in files]


@pytest.mark.parametrize("seed", [0, 2, 3, 7, 8, 14, 22, 24, 32, 36, 49, 56, 62, 70, 106])
def test_a_program_says_the_same_after_every_batch(seed: int, runner: Runner, tmp_path: Path) -> None:
    files = draw(seed)
    most = seed % 5 + 1
    before = runner.ask(files, [])
    assert not before["problem"] and not before["tests"], "draw another seed: the program itself does not run"
    whole = runner.ask(files, modules_of(files))["broken"]
    plan = plan_of(files, tmp_path, most)
    planned = {row.id: row.batch for row in plan.findings if row.batch is not None}
    assert planned
    assert all([batch.number for batch in plan.batches if takes(batch, one)] == [planned[one]] for one in planned)
    for batch in plan.batches:
        assert len(batch.paths) <= most
        files = applied(files, batch)
        last = batch is plan.batches[-1]
        standing = set(modules_of(files)) - whole.keys()
        after = runner.ask(files, sorted(standing if last else standing & set(before["loaded"])))
        assert not after["problem"], f"batch {batch.number}: {after['problem']}"
        assert after["said"] == before["said"], f"batch {batch.number}"
        assert not after["broken"], f"batch {batch.number}: {after['broken']}"
        assert not after["tests"], f"batch {batch.number}: {after['tests']}"


def takes(batch: Batch, identity: str) -> bool:
    """Return whether a batch takes a definition out, by its name or with what it stands in."""
    return any(
        identity == name or identity.startswith((f"{name}.", name if name.endswith(":") else f"{name}."))
        for step in batch.steps
        for name in step.remove
    )
