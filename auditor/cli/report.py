"""`auditor report`: the report again, from the stored plan."""

from pathlib import Path

import click

from auditor.cli import options, pages


@click.command("report")
@click.option("--plan", "plan_file", type=click.Path(path_type=Path, dir_okay=False), help="Default: the stored plan.")
@options.formats("html", "markdown", "json", "text")
@click.option("--summary", is_flag=True, help="Markdown for the summary of a CI job: all of it, up to 1 MiB.")
@pages.assets_option
@options.shared
def command(plan_file: Path | None, format_name: str, output: Path | None, summary: bool, external: bool) -> None:
    """Render the stored plan again.

    Markdown fits the description of a pull request, and says what it leaves out.

    \b
    Example: auditor report --format markdown --summary > summary.md
    """
    from auditor import pipeline

    if summary and format_name != "markdown":
        raise click.UsageError("--summary is for --format markdown")
    pages.check(external, format_name, output)
    loaded = options.configuration()
    stored = pipeline.stored_plan(loaded, plan_file)
    text = pipeline.render_plan(loaded, stored, "summary" if summary else format_name, external=external)
    options.emit(text, output)
    pages.write_beside(external, format_name, output)
