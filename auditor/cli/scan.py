"""`auditor scan`: static findings of the project, in any format."""

from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from auditor.cli import also, options, pages
from auditor.config import OpinionSource, OpinionTool

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")


@click.command("scan")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.formats(*FORMATS)
@also.option(*FORMATS)
@pages.assets_option
@click.option("--jobs", type=click.IntRange(0, 256), default=None, help="Worker processes; 0 is one a core.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache of facts.")
@click.option("--no-opinions", is_flag=True, help="Do not ask vulture.")
@click.option(
    "--opinion",
    "reports",
    multiple=True,
    metavar="TOOL=REPORT",
    help="Read a report of knip, deadcode, skylos or vulture; may be given several times.",
)
@click.option("--show-suppressed", is_flag=True, help="List what comments and name lists suppress, with the reason.")
@click.option("--show-opinions", is_flag=True, help="List what other tools call unused and we do not, with our reason.")
@click.option("--show-held-back", is_flag=True, help="Also list what only a computed name or code outside could reach.")
@click.option("--fail-on-found", is_flag=True, help="Exit 1 when anything is found.")
@options.now_option
@options.shared
def command(
    paths: tuple[Path, ...],
    format_name: str,
    output: Path | None,
    files: also.Files,
    external: bool,
    jobs: int | None,
    no_cache: bool,
    no_opinions: bool,
    show_held_back: bool,
    reports: tuple[str, ...],
    show_suppressed: bool,
    show_opinions: bool,
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

    pages.check(external, format_name, output, files)
    result = pipeline.scan(
        options.configuration(paths),
        paths,
        today=now.date(),
        jobs=jobs,
        cache=not no_cache,
        opinions=False if no_opinions else None,
        reports=[_report(one) for one in reports],
        suppressions=show_suppressed,
        differing=show_opinions,
        progress=options.progress(),
    )
    also.emit(
        lambda name: formats.scan(result, name, show_held=show_held_back, external=external), format_name, output, files
    )
    pages.write_beside(external, format_name, output, files)
    if fail_on_found and result.findings:
        options.stop(1)


def _report(given: str) -> OpinionSource:
    """Return `TOOL=REPORT` as a source, its path made absolute: it is given relative to the working directory."""
    name, equals, path = given.partition("=")
    tools: dict[str, OpinionTool] = {tool: tool for tool in get_args(OpinionTool)}
    if name not in tools or not equals or not path:
        known = ", ".join(tools)
        raise click.BadParameter(f"{given!r} is not TOOL=REPORT with a tool of {known}", param_hint="'--opinion'")
    return OpinionSource(tools[name], str(Path(path).absolute()))
