"""The cache never gives a stale answer: whatever happens to a project, a scan with it says what one without it says."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import pipeline
from auditor.analysis.extraction import facts_cache
from auditor.analysis.extraction.facts_cache import FactsCache
from auditor.config import ConfigError, load, with_environment
from auditor.model.code import SourceFile
from auditor.report import formats
from tests.cli.conftest import git
from tests.redis_deployments import RedisServer

Run = Callable[..., subprocess.CompletedProcess[str]]

FILES = ("app.py", "shop/__init__.py", "shop/orders.py", "shop/prices.py", "jobs.py", "test_shop.py", "shop/sub.py")
TEXTS = (
    "import shop.orders\n\nshop.orders.place(1)\n", "from .prices import net\n\ndef place(a):\n    return net(a)\n",
    "from .prices import old\n\ndef place(a):\n    return old(a)\n",
    "def net(a):\n    return a\n\ndef old(a):\n    return a\n",
    "def net(a):\n    return 1\n\n\n\ndef old(a):\n    return a\n", "", "def broken(\n", "NAMES = ['net', 'old']\n",
    "from shop.prices import net\n\ndef test_net():\n    assert net(1)\n", "import jobs\njobs.run()\n",
    "def run():\n    pass\n\ndef idle():\n    unused = 1\n", "def idl():\n    pass\n\ndef runs():\n    unused = 1\n",
    "from flask import Flask\napp = Flask(__name__)\n@app.route('/x')\ndef x():\n    return getattr(app, 'net')\n",
    "class A:\n    def net(self): pass\n    def old(self): pass  # auditor: keep\n", "x = 1  # noqa: F401\nimport os\n",
)  # fmt: skip
CONFIGS = (
    "", "project = 'library'\n", "project = 'library'\n[scan]\npublic_api = 'exports'\n", "[scan]\nopinions = false\n",
    "exclude = ['shop/**']\n", "tests = ['shop/**']\n", "roots = ['shop']\n",
    "[[frameworks]]\nname = 'h'\ndecorators = [{callee = 'app.*'}]\nmethod_names = ['old']\n",
    "[[keep]]\ndefinition = 'jobs:*'\nreason = 'r'\nowner = 'o'\n",
)  # fmt: skip

STEP = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(FILES), st.sampled_from(TEXTS)),
    st.tuples(st.just("sneak"), st.sampled_from(FILES), st.integers(0, 40)),
    st.tuples(st.just("move"), st.sampled_from(FILES), st.sampled_from(FILES)),
    st.tuples(st.just("delete"), st.sampled_from(FILES), st.none()),
    st.tuples(st.just("touch"), st.sampled_from(FILES), st.none()),
    st.tuples(st.just("package"), st.sampled_from(("shop/orders.py", "jobs.py", "shop/sub.py")), st.none()),
    st.tuples(st.just("configure"), st.just(""), st.sampled_from(CONFIGS)),
    st.tuples(st.just("commit"), st.just(""), st.none()),
    st.tuples(st.just("branch"), st.sampled_from(("one", "two", "main")), st.none()),
    st.tuples(st.just("ignore"), st.sampled_from(FILES), st.none()),
)


def change(root: Path, what: str, name: str, more: object) -> None:
    """Do one thing to a project, if it can be done."""
    path = root / name
    if what == "write":
        write(path, str(more))
    elif what == "configure":
        write(root / "auditor.toml", str(more))
    elif what == "ignore":
        write(root / ".gitignore", name + "\n")
    elif what == "commit":
        git(root, "add", "-A")
        git(root, "commit", "-qm", "more", "--allow-empty")
    elif what == "branch":
        change(root, "commit", "", None)
        git(root, "checkout", "-q", *(() if name in git(root, "branch").split() else ("-b",)), name)
    elif not path.is_file():
        return
    elif what == "sneak":  # another content of the same size at the same time, as a careless tool leaves it
        before, content = path.stat(), bytearray(path.read_bytes())
        for place in [one for one in range(len(content)) if content[one : one + 1].isalpha()][int(str(more)) :][:1]:
            content[place] = ord("b") if content[place] != ord("b") else ord("c")
        path.write_bytes(content)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    elif what == "move":
        path.replace(root / str(more))
    elif what == "delete":
        path.unlink()
    elif what == "touch":
        os.utime(path, (1, 1))
    elif what == "package":
        folder = path.with_suffix("")
        if not folder.exists():
            folder.mkdir()
            path.replace(folder / "__init__.py")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def answer(root: Path, *, cache: bool) -> str:
    """Return all that a scan says; for a configuration that cannot be, what is wrong with it."""
    try:
        found = pipeline.scan(load(root), jobs=1, cache=cache, suppressions=True, differing=True)
    except ConfigError as error:
        return str(error)
    return formats.scan(found, "json", show_held=True)


def made(root: Path) -> None:
    git(root, "init", "-q", "-b", "main")
    for name, text in zip(FILES, TEXTS, strict=False):
        write(root / name, text)
    write(root / ".gitignore", ".auditor\n")
    change(root, "commit", "", None)


@settings(max_examples=12)
@given(st.lists(STEP, min_size=6, max_size=12))
def test_no_answer_is_stale(steps: list[tuple[str, str, object]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        made(root)
        for step in steps:
            change(root, *step)
            assert answer(root, cache=True) == answer(root, cache=False), step


def test_a_file_that_changes_between_listing_and_reading_is_not_kept(tmp_path: Path) -> None:
    from auditor.analysis.extraction.extract_all import extract_all

    file = SourceFile("a.py", "a", False, False, "of what it was a moment ago")
    extract_all([(file, b"x = 1")], frozenset(), 1, FactsCache(tmp_path))
    assert FactsCache(tmp_path).get(file, frozenset()) is None


def test_another_python_or_other_rules_have_other_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    file = SourceFile("a.py", "a", False, False, "0")
    keys = [FactsCache.key(file, frozenset({"a", "b"})), FactsCache.key(file, frozenset({"a"}))]
    keys += [FactsCache.key(file, frozenset()), FactsCache.key(file, frozenset({"a\0b"}))]
    facts_cache._circumstances.cache_clear()
    monkeypatch.setattr(sys, "hexversion", sys.hexversion + 1)
    keys.append(FactsCache.key(file, frozenset({"a", "b"})))
    facts_cache._circumstances.cache_clear()
    monkeypatch.setattr(facts_cache, "sources_digest", lambda *_: "another")
    keys.append(FactsCache.key(file, frozenset({"a", "b"})))
    facts_cache._circumstances.cache_clear()
    assert len(set(keys)) == 6


def test_two_scans_at_once_and_killed_ones(several: Path, tmp_path: Path, auditor: Run) -> None:
    root = tmp_path / "several"
    shutil.copytree(several, root, ignore=shutil.ignore_patterns(".auditor"))
    whole = auditor("scan", "--format", "json", "--no-cache", cwd=root)
    chance = Random(11)

    def started() -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "auditor", "scan", "--format", "json"]
        return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    for _ in range(3):
        victim = started()
        time.sleep(0.3 + 2 * chance.random())
        victim.send_signal(signal.SIGKILL)
        victim.communicate(timeout=60)
    both = [started(), started()]
    assert [one.communicate(timeout=60) for one in both] == [(whole.stdout, "")] * 2


def test_where_facts_are_kept(shop: Path, tmp_path: Path, auditor: Run) -> None:
    whole = auditor("scan", "--format", "json", "--no-cache", cwd=shop).stdout
    assert not (shop / ".auditor").exists()
    for place, kept in (
        ("false", shop / ".auditor" / "cache"), ("true", shop / ".auditor" / "cache"),
        (f"'{tmp_path}/shared'", tmp_path / "shared"), ("'beside'", shop / "beside"),
        ("'env:PLACE'", tmp_path / "named"),
    ):  # fmt: skip
        (shop / "auditor.toml").write_text(f"[scan]\ncache = {place}\n", "utf-8")
        done = auditor("scan", "--format", "json", cwd=shop, env={"PLACE": f"{tmp_path}/named"})
        assert (done.returncode, done.stderr, done.stdout) == (0, "", whole)
        assert bool(list(kept.glob("facts-*.pack"))) is (place != "false")
        shutil.rmtree(shop / ".auditor", ignore_errors=True)  # the last answer, too


def test_checkouts_at_other_places_share_facts(shop: Path, tmp_path: Path) -> None:
    (shop / "auditor.toml").write_text(f"[scan]\ncache = '{tmp_path}/shared'\n", "utf-8")
    answer(shop, cache=True)
    before = sorted((tmp_path / "shared").iterdir())
    shutil.copytree(shop, tmp_path / "elsewhere" / "copy", ignore=shutil.ignore_patterns(".auditor"))
    answer(tmp_path / "elsewhere" / "copy", cache=True)
    assert sorted((tmp_path / "shared").iterdir()) == before


def test_a_fleet_shares_a_redis_and_does_without(
    shop: Path, tmp_path: Path, auditor: Run, redis_server: RedisServer
) -> None:
    (shop / "auditor.toml").write_text("[scan]\ncache = 'env:FACTS'\n", "utf-8")
    shutil.copytree(shop, tmp_path / "elsewhere" / "copy")
    environment = {"FACTS": redis_server.url.replace("//", "//default:s3cret@")}
    whole = auditor("scan", "--format", "json", "--no-cache", "--fail-on-found", cwd=shop)
    for state in ("serves", "serves again", "refuses", "is gone"):
        if state == "refuses":
            redis.Redis.from_url(redis_server.url).config_set("requirepass", "another")
        if state == "is gone":
            redis_server.stop()
        done = auditor(
            "scan", "--format", "json", "--fail-on-found", cwd=tmp_path / "elsewhere" / "copy", env=environment
        )
        assert (done.returncode, len(done.stderr.splitlines())) == (whole.returncode, int("serves" not in state))
        assert "s3cret" not in done.stderr
        assert done.stdout.replace('"copy"', '"shop"') == whole.stdout
        shutil.rmtree(tmp_path / "elsewhere" / "copy" / ".auditor")


def test_a_reference_to_nothing_is_the_projects_own_cache(shop: Path) -> None:
    (shop / "auditor.toml").write_text("[scan]\ncache = 'env:NOWHERE'\n", "utf-8")
    assert with_environment(load(shop), {}).config.scan.cache is True
    assert with_environment(load(shop), {"NOWHERE": "redis://h"}).config.scan.cache == "redis://h"
