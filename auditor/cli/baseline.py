"""`auditor baseline`: the unused code there is, written down for `auditor gate --no-new`."""

from datetime import datetime

import click

from auditor.cli import options


@click.command("baseline")
@options.now_option
@options.shared
def command(now: datetime) -> None:
    """Write the unused code of the working tree into auditor-baseline.json.

    Commit the file. 'auditor gate --no-new' then stops unused code that a change adds, and says when something that the
    file lists was mended: run this again, and commit it with the change. The file holds one finding a line, without
    line numbers. Entries of files that cannot be read stay.

    \b
    Example: auditor baseline && git add auditor-baseline.json
    """
    from auditor import pipeline

    written = pipeline.baseline(options.configuration(), today=now.date(), progress=options.progress())
    options.tell(
        f"{written.path}: {written.listed:,} findings, {written.added:,} of them not listed before, "
        f"{written.taken_out:,} taken out"
    )
    options.suggest(f"git add {written.path}")
    for module in written.kept:
        options.warn(f"{module} could not be read; what was listed of it stays")
