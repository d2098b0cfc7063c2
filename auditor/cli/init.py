"""`auditor init`: a commented configuration for what is found here."""

from pathlib import Path

import click

from auditor.cli import options
from auditor.cli.program import printable


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
    click.echo(f"Wrote {printable(str(started.path))}.")
    roots = ", ".join("this directory" if root in ("", ".") else root for root in started.roots) or "this directory"
    click.echo(f"Found {started.files:,} Python files; import roots: {roots}.")
    click.echo(f"It is audited as {'an' if started.kind == 'application' else 'a'} {started.kind}: {started.why}")
    if started.kind == "library":
        click.echo(
            "Of a library everything public counts as used. Is it deployed, and not imported by others? Say so in"
        )
        click.echo(f'{printable(started.path.name)}: project = "application"')
    if started.gitignored:
        click.echo("Git ignores .auditor/, where results are cached.")
    click.echo("Next: auditor scan")
