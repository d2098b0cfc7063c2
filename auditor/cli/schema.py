"""`auditor schema`: the JSON Schema of what auditor writes and reads."""

from pathlib import Path

import click

from auditor.cli import completion, options


@click.command("schema")
@click.argument("name", required=False, shell_complete=completion.documents)
@options.output_option
@options.shared
def command(name: str | None, output: Path | None) -> None:
    """Print the JSON Schema (draft 2020-12) of the document NAME; without NAME, list the documents.

    \b
    Example: auditor schema plan --output plan.schema.json
    """
    from auditor import pipeline
    from auditor.report import json_text

    if name is None:
        rows = [(document.name, document.title) for document in pipeline.published()]
        room = max(len(name) for name, _ in rows)
        options.emit("\n".join(f"{name:<{room}}  {title}" for name, title in rows), output)
    else:
        options.emit(json_text.in_order(pipeline.schema_named(name)), output)
