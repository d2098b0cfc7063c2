"""`auditor why`: the chain from an entry point, or what is missing for one."""

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import completion, options


@click.command("why")
@click.argument("target", shell_complete=completion.files)
@options.formats("text", "json")
@options.now_option
@options.shared
def command(target: str, format_name: str, output: Path | None, now: datetime) -> None:
    """Say why TARGET is alive (the chain from an entry point) or why it is not, and what would change that.

    TARGET is a definition's id (`pkg.mod:Class.method`), a dotted name, or `PATH:LINE`.

    \b
    Example: auditor why shop/pricing.py:12
    """
    from auditor import pipeline
    from auditor.report import json_text, text

    explanation = pipeline.why(options.configuration(), target, directory=Path.cwd(), today=now.date())
    options.emit((json_text if format_name == "json" else text).explanation(explanation), output)
