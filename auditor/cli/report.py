"""`auditor report`: the report again, from the stored plan."""

from pathlib import Path

import click

from auditor.cli import options


@click.command("report")
@click.option("--plan", "plan_file", type=click.Path(path_type=Path, dir_okay=False), help="Default: the stored plan.")
@options.formats("html", "markdown", "json", "text")
@options.shared
def command(plan_file: Path | None, format_name: str, output: Path | None) -> None:
    """Render the stored plan again.

    \b
    Example: auditor report --format markdown
    """
    from auditor import pipeline

    loaded = options.configuration()
    options.emit(pipeline.render_plan(loaded, pipeline.stored_plan(loaded, plan_file), format_name), output)
