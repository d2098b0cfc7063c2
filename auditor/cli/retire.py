"""`auditor retire`: the removal plan of one named symbol, and what is left of it."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from auditor.cli import options
from auditor.model.retirement import Area


@click.command("retire")
@click.argument("symbol")
@click.option("--check", is_flag=True, help="List what is left of it, and exit 1 if anything is.")
@click.option("--allow", multiple=True, metavar="GLOB", help="With --check: paths in which it may stay.")
@click.option("--area", "areas", multiple=True, metavar="AREA=GLOB", help="Files that belong to an area.")
@options.days_option
@click.option("--max-files", type=click.IntRange(1, 5), help="Files a batch; default: plan.max_files.")
@click.option("--collect/--no-collect", default=True, show_default=True, help="Read the usage sources first.")
@click.option("--output-dir", type=click.Path(path_type=Path, file_okay=False), help="Default: report.directory.")
@options.formats("text", "markdown", "json")
@options.now_option
@options.shared
def command(
    symbol: str,
    check: bool,
    allow: tuple[str, ...],
    areas: tuple[str, ...],
    days: int,
    max_files: int | None,
    collect: bool,
    output_dir: Path | None,
    format_name: str,
    output: Path | None,
    now: datetime,
) -> None:
    """Plan the removal of SYMBOL from the whole repository: code, schema, tests, docs, data.

    SYMBOL is a name in any spelling, an id (`pkg.mod:Class`) or a table. Writes retire-SYMBOL.md and .json; run again,
    it ticks what is done. Exits 1 while production uses it, 3 where that is not known; the plan is written anyhow.

    \b
    Example: auditor retire ToolUsage
    """
    from auditor import pipeline
    from auditor.report import formats

    loaded = options.configuration()
    directory = output_dir or pipeline.report_directory(loaded)
    own = _own_areas(areas)
    if check:
        residue = pipeline.retire_check(
            loaded, symbol, now=now, allow=allow, areas=own, directory=directory, progress=options.progress()
        )
        options.emit(formats.residue(residue, format_name), output)
        if not residue.clean:
            options.stop(1)
        return
    made = pipeline.retire(
        loaded,
        symbol,
        days=days,
        now=now,
        environment=options.environment(),
        collect_first=collect,
        areas=own,
        max_files=max_files,
        directory=directory,
        on_note=options.say,
        progress=options.progress(),
    )
    for path in pipeline.write_retirement(made, directory, symbol):
        options.say(f"wrote {path}")
    options.emit(formats.retirement(made, format_name), output)
    if made.preflight.state != "go":
        options.warn(f"not cleared: {made.preflight.reason}")
        options.stop(1 if made.preflight.state == "used" else 3)


def _own_areas(given: tuple[str, ...]) -> Mapping[str, Area]:
    """Return glob -> area of `AREA=GLOB`s."""
    known: tuple[Area, ...] = get_args(Area)
    found: dict[str, Area] = {}
    for one in given:
        name, _, glob = one.partition("=")
        area = next((area for area in known if area == name), None)
        if area is None or not glob:
            raise click.BadParameter(f"{one!r}: write AREA=GLOB, AREA one of {', '.join(known)}", param_hint="--area")
        found[glob] = area
    return found
