"""`auditor scan`: static findings of the project, in any format."""

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options

FORMATS = ("text", "json", "sarif", "github", "gitlab", "markdown", "html")


@click.command("scan")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.formats(*FORMATS)
@click.option("--jobs", type=click.IntRange(0, 256), default=None, help="Worker processes; 0 is one a core.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache of facts.")
@click.option("--no-opinions", is_flag=True, help="Do not ask vulture; local findings are left out.")
@click.option("--show-held-back", is_flag=True, help="Also list what only a computed name or code outside could reach.")
@click.option("--fail-on-found", is_flag=True, help="Exit 1 when anything is found.")
@options.now_option
@options.shared
def command(
    paths: tuple[Path, ...],
    format_name: str,
    output: Path | None,
    jobs: int | None,
    no_cache: bool,
    no_opinions: bool,
    show_held_back: bool,
    fail_on_found: bool,
    now: datetime,
) -> None:
    """Find what no entry point reaches.

    PATHS limit what is listed; the whole project is always resolved. Without PATHS, everything is listed.

    \b
    Example: auditor scan src/shop --format json
    """
    from auditor import pipeline
    from auditor.report import formats

    result = pipeline.scan(
        options.configuration(paths),
        paths,
        today=now.date(),
        jobs=jobs,
        cache=not no_cache,
        opinions=False if no_opinions else None,
    )
    options.emit(formats.scan(result, format_name, show_held=show_held_back), output)
    if fail_on_found and result.findings:
        options.stop(1)
