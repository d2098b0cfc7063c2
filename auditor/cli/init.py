"""`auditor init`: a commented configuration for what is found here."""

from pathlib import Path

import click

from auditor.cli import options


@click.command("init")
@click.argument("directory", default=".", type=click.Path(path_type=Path, file_okay=False, exists=True))
@options.shared
def command(directory: Path) -> None:
    """Write a commented [tool.auditor] for what is found in DIRECTORY; never overwrite one.

    \b
    Example: auditor init
    """
    from auditor import pipeline

    started = pipeline.init(directory)
    click.echo(f"Wrote {started.path}.")
    click.echo(f"Found {started.files:,} Python files; import roots: {', '.join(started.roots) or '.'}.")
    click.echo(f"It is audited as {'an' if started.kind == 'application' else 'a'} {started.kind}: {started.why}")
    click.echo("Next: auditor scan")
