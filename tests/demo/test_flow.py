"""The demonstration from end to end, and what its plan does to the shop when every batch is applied."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import redis
from sample_pages import SAMPLE

from auditor.model.plan import Plan
from auditor.model.verdict import Verdict
from tests.documentation.pages import REPOSITORY, run
from tests.documentation.ready import ReadyAuditor
from tests.documentation.shell import shell_environment
from tests.redis_deployments import RedisServer

PAGES_IN_THE_SHOP = ("docs/plan.md", "docs/gate.md", "docs/ledger.md", "docs/status.md")


def auditor(*args: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "auditor", *args], cwd=cwd, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
    )  # fmt: skip


def clone_that_is_set_up(directory: Path) -> Path:
    """Make what a clone looks like after `scripts/setup demo`, with the environment of the tests."""
    (directory / ".venv").mkdir(parents=True)
    (directory / "scripts").symlink_to(REPOSITORY / "scripts")
    shutil.copy(REPOSITORY / "pyproject.toml", directory)
    (directory / ".venv/bin").symlink_to(Path(sys.executable).parent)
    stamp = "cksum <pyproject.toml >.venv/.installed-demo"
    subprocess.run(["sh", "-c", stamp], cwd=directory, check=True)
    return directory


@pytest.fixture(scope="module", params=["file", "redis"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The shop after `auditor demo`, and what the demonstration said."""
    place = tmp_path_factory.mktemp("demo")
    server = RedisServer(place) if request.param == "redis" else None
    environment = {"AUDITOR_REDIS_URL": server.url} if server else {}
    (place / "redis").write_text(server.url if server else "", "utf-8")
    done = subprocess.run(
        [clone_that_is_set_up(place / "clone") / "scripts/demo", place / "shop"],
        cwd=place, env=os.environ | {"PYTHONPATH": str(REPOSITORY)} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    yield place / "shop", done.stdout
    if server:
        server.stop()


def stored(shop: Path) -> Plan:
    return msgspec.json.decode((shop / "reports/plan.json").read_bytes(), type=Plan)


def git(shop: Path, *args: str) -> str:
    return subprocess.run(["git", *args], cwd=shop, capture_output=True, text=True, check=True).stdout.strip()


def test_it_says_what_it_does_in_few_screens(demo: tuple[Path, str]) -> None:
    _, said = demo
    lines = said.splitlines()
    assert len(lines) <= 120
    assert all(len(line) <= 160 for line in lines)
    assert lines[-1].endswith("reports/plan.html")
    assert said.count("(exit code 1)") == 2


def test_the_sample_report_is_of_such_a_plan(demo: tuple[Path, str]) -> None:
    """Where it is not: run `scripts/sample_report`."""
    made, kept = stored(demo[0]), msgspec.json.decode((SAMPLE / "plan.json").read_bytes(), type=Plan)
    assert [(f.id, f.verdict, f.batch) for f in made.findings] == [(f.id, f.verdict, f.batch) for f in kept.findings]
    assert [(batch.paths, batch.risk) for batch in made.batches] == [(b.paths, b.risk) for b in kept.batches]


def test_its_plan_says_what_is_true_of_the_shop(demo: tuple[Path, str]) -> None:
    shop, _ = demo
    plan = stored(shop)
    verdict = {finding.id: finding.verdict for finding in plan.findings}
    assert [finding.id for finding in plan.contradictions] == ["shop.plugins.loyalty:member_price"]
    assert verdict["shop.api.assistant_simple:chat_simple"] is Verdict.DEAD
    assert verdict["shop.services.money:parse_price"] is Verdict.TEST_ONLY
    for dormant in ("shop.api.gift_cards:sell_gift_card", "shop.services.gift_cards:issue", "shop.admin.app:recount"):
        assert verdict[dormant] is Verdict.DORMANT
    planned = {definition for batch in plan.batches for step in batch.steps for definition in step.remove}
    for file in ("", ".importer", ".parser", ".formats", ".mapping", ".validation", ".report"):
        assert f"shop.legacy{file}:" in planned
    live = ("shop.services.exports:", "shop.services.payments:", "shop.jobs.", "shop.main:", "shop.plugins.")
    assert not [definition for definition in planned if definition.startswith(live)]
    held = {f.id: {h.reason for h in f.held_back} for f in plan.findings if f.held_back}
    for changed in ("", "RATES", "cost"):
        assert held[f"shop.services.shipping:{changed}"] == {"changed_in_window"}


def test_pages_that_begin_in_the_shop_do_what_they_say(
    demo: tuple[Path, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    shop, _ = demo
    auditor_of_pages = ReadyAuditor(tmp_path)
    environment = shell_environment(tmp_path / "home", tmp_path)
    try:
        if request.node.callspec.params["demo"] == "redis":
            begin, url = project_of_a_reader(shop, tmp_path / "own")
            run(REPOSITORY / "README.md", begin, environment, {"scripts/demo": ":", "redis://localhost:6379/0": url})
            return
        run(
            REPOSITORY / "docs/tutorial.md",
            tmp_path / "tutorial",
            environment,
            {"auditor demo shop": f"cp -R {shop} shop"},
        )
        for name in PAGES_IN_THE_SHOP:
            run(REPOSITORY / name, as_cloned(shop, tmp_path / Path(name).stem), environment)
    finally:
        auditor_of_pages.stop()


def as_cloned(shop: Path, directory: Path) -> Path:
    """Copy the shop to where a reader has it: origin lacks the two newest commits of its main branch."""
    shutil.copytree(shop, directory, symlinks=True)
    git(directory, "update-ref", "refs/remotes/origin/main", "main~2")
    return directory


def project_of_a_reader(shop: Path, directory: Path) -> tuple[Path, str]:
    """Copy the shop as it was before anybody configured auditor; its counts are in Redis under the app's own name."""
    as_cloned(shop, directory)
    git(directory, "reset", "-q", "--hard", "origin/main")
    git(directory, "clone", "-q", "--bare", ".", "../origin.git")
    git(directory, "remote", "add", "origin", "../origin.git")
    git(directory, "tag", "-d", *git(directory, "tag").split())
    shutil.rmtree(directory / ".auditor")
    shutil.rmtree(directory / "reports")
    document = (directory / "pyproject.toml").read_text("utf-8")
    settings = tomllib.loads(document)["tool"]["auditor"]
    (directory / "pyproject.toml").write_text(document[: document.index("[tool.auditor]")], "utf-8")
    url = (shop.parent / "redis").read_text("utf-8")
    with redis.Redis.from_url(url, decode_responses=True) as server:
        for key in list(server.scan_iter()):
            server.copy(key, key.replace(settings["app"], "shop"), replace=True)
    return directory, url


def test_every_batch_applied_in_order_leaves_the_app_importable_and_its_tests_green(
    demo: tuple[Path, str], tmp_path: Path
) -> None:
    shop, _ = demo
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(shop), str(clone))
    git(clone, "config", "user.name", "Test")
    git(clone, "config", "user.email", "test@example.org")
    for tag in git(clone, "tag").split():
        git(clone, "tag", "-d", tag)
    (clone / "reports").mkdir()
    (clone / "reports/plan.json").write_bytes((shop / "reports/plan.json").read_bytes())
    trees = [git(clone, "rev-parse", "HEAD^{tree}")]
    numbers = [batch.number for batch in stored(shop).batches]
    for number in numbers:
        done = auditor("apply", str(number), cwd=clone)
        assert done.returncode == 0, done.stdout + done.stderr
        imported = subprocess.run(
            [sys.executable, "-c", "import shop.main"], cwd=clone, capture_output=True, check=False
        )
        assert imported.returncode == 0, imported.stderr
        tests = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            cwd=clone,
            capture_output=True,
            check=False,
        )
        assert tests.returncode == 0, tests.stdout
        trees.append(git(clone, "rev-parse", "HEAD^{tree}"))
    assert len(set(trees)) == len(trees)
    for number, before in zip(reversed(numbers), reversed(trees[:-1]), strict=True):
        done = auditor("rollback", str(number), cwd=clone)
        assert done.returncode == 0, done.stdout + done.stderr
        assert git(clone, "rev-parse", "HEAD^{tree}") == before
    assert git(clone, "status", "--porcelain") == ""


def test_a_directory_with_content_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    done = auditor("demo", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
