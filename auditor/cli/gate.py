"""`auditor gate`: exit 1 when a change deletes something still used, 3 when that cannot be known."""

import contextlib
from datetime import datetime
from pathlib import Path

import click

from auditor.cli import also, completion, options
from auditor.config import MOST_DAYS

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")


@click.command("gate")
@click.option(
    "--base", required=True, metavar="REF", shell_complete=completion.references,
    help="What the change is compared with, as in origin/main.",
)  # fmt: skip
@click.option(
    "--head", default="HEAD", show_default=True, metavar="REF", shell_complete=completion.references,
    help="The change.",
)  # fmt: skip
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="Length of the window; default: gate.days.")
@click.option("--collect/--no-collect", default=False, show_default=True, help="Read the usage sources first.")
@click.option(
    "--evidence", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Take production's use from what 'auditor ledger export' wrote, and not from the ledger.",
)  # fmt: skip
@click.option("--digest", metavar="sha256:…", help="With --evidence: refuse a file with another digest.")
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The plan whose batches the change applies; default: the one that base has in the report's directory.",
)
@click.option("--no-new", is_flag=True, help="Stop new unused code too, by auditor-baseline.json.")
@click.option("--only-new", is_flag=True, help="Stop new unused code and nothing else; needs no usage.")
@click.option("--prepare", is_flag=True, help="Judge nothing: read all of base, so that the next gates answer quickly.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 instead of 1; never instead of 2 or 3.")
@options.formats(*FORMATS)
@also.option(*FORMATS)
@options.now_option
@options.shared
def command(
    base: str,
    head: str,
    days: int | None,
    collect: bool,
    evidence: Path | None,
    digest: str | None,
    plan_file: Path | None,
    no_new: bool,
    only_new: bool,
    prepare: bool,
    exit_zero: bool,
    format_name: str,
    output: Path | None,
    files: also.Files,
    now: datetime,
) -> None:
    """Stop a change that deletes something still used.

    \b
    Example: auditor gate --base origin/main --also sarif=gate.sarif
    """
    from auditor import pipeline
    from auditor.report import formats

    if evidence is not None and collect:
        raise click.UsageError("--evidence is read in place of the ledger; leave --collect out")
    if digest is not None and evidence is None:
        raise click.UsageError("--digest is that of a file; name it with --evidence")
    if only_new and (no_new or collect or evidence or plan_file or days):
        raise click.UsageError("--only-new judges no deletion; leave the options for that out")
    try:
        loaded, environment, progress = options.configuration(), options.environment(), options.progress()
        if prepare:
            commit = pipeline.prepare_gate(loaded, base, now=now, environment=environment, progress=progress)
            options.say(f"{commit[:12]} is read; nothing was judged")
            return
        if only_new:
            result = pipeline.gate_new(loaded, base, head, now=now, environment=environment, progress=progress)
        else:
            result = pipeline.gate(
                loaded,
                base,
                head,
                days=days,
                now=now,
                environment=environment,
                collect_first=collect,
                evidence=pipeline.EvidenceOption(evidence, digest) if evidence is not None else None,
                plan_file=plan_file,
                no_new=no_new,
                progress=progress,
            )
    except Exception as error:
        _unfinished(base, head, error, format_name, output, files)
        raise
    also.emit(lambda name: formats.gate(result, name, everything=options.verbose()), format_name, output, files)
    if result.stopped and not exit_zero:
        options.stop(1)
    if result.undecidable:
        options.stop(3)


def _unfinished(
    base: str, head: str, error: Exception, format_name: str, output: Path | None, files: also.Files
) -> None:
    """Say on every surface but the terminal's that nothing was judged: none may show what an earlier run found."""
    from auditor.errors import AuditorError
    from auditor.model.gate import GateResult, concluded
    from auditor.report import formats

    what = str(error) if isinstance(error, AuditorError) else f"internal error: {type(error).__name__}: {error}"
    result = concluded(GateResult(base, head, False, 0, 0, (), unknowns=(f"nothing was judged: {what}",)))
    own = None if format_name == "text" and not output else format_name
    with contextlib.suppress(AuditorError):  # what went wrong first is told
        also.emit(lambda name: formats.gate(result, name), own, output, files)
