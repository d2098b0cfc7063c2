"""`auditor demo`: a small real project, taken through the whole flow."""

import importlib.util
import secrets
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.errors import ConfigError

if TYPE_CHECKING:
    from auditor.model.usage import LedgerReading

NEEDED = ("fastapi", "uvicorn", "httpx", "pytest", "celery")


@click.command("demo")
@click.argument("directory", required=False, type=click.Path(path_type=Path, file_okay=False))
@options.shared
def command(directory: Path | None) -> None:
    """Build a small web shop with history and usage in DIRECTORY and run the whole flow on it.

    Without DIRECTORY a temporary one is made. Usage goes to Redis when AUDITOR_REDIS_URL is set, else to files.

    \b
    Example: auditor demo /tmp/shop
    """
    from auditor import pipeline
    from auditor.config import load
    from auditor.demo.build import Storage
    from auditor.demo.flow import run

    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigError(f"auditor demo needs {', '.join(missing)}: pip install 'auditor[demo]'")
    place = (directory or Path(tempfile.mkdtemp(prefix="auditor-demo-")) / "shop").resolve()
    app = f"shop-{secrets.token_hex(3)}"
    redis_url = options.environment().get("AUDITOR_REDIS_URL")
    if redis_url:
        storage = Storage(app, redis_url, "redis", "env:AUDITOR_REDIS_URL")
    else:
        sink = (place / ".auditor" / "usage").as_uri()
        storage = Storage(app, sink, "file", sink)
    now = datetime.now(UTC)

    def read_usage(root: Path) -> "LedgerReading":
        just_after = datetime.now(UTC) + timedelta(minutes=1)  # a window ends with a whole minute: include this one
        return pipeline.recorded(load(root), days=1, now=just_after)

    report = run(place, storage, now, read_usage, click.echo)
    click.echo()
    options.tell(f"The report: {report}")
