"""The pages of docs/reference, made from the code that they describe.

In: auditor's own modules. Out: paths below docs/reference with their text, always the same of the same code.
"""

import json

from auditor.pipeline.schemas import published, schema_of
from reference_pages import codes, commands, configuration, formats, ledger_schema, redis_layout


def pages() -> dict[str, str]:
    """Return every page and schema by its path below docs/reference."""
    schemas = {
        f"schemas/{document.name}.json": json.dumps(schema_of(document), indent=2, ensure_ascii=False) + "\n"
        for document in published()
    }
    return {
        "commands.md": commands.page(),
        "configuration.md": configuration.page(),
        "exit-codes-and-rules.md": codes.page(),
        "formats.md": formats.page(),
        "ledger-schema.md": ledger_schema.page(),
        "redis-layout.md": redis_layout.page(),
        **schemas,
    }
