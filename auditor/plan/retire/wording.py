"""What to do on a line, in a few words.

In: the references on it, or its text. Out: an instruction. Says less rather than something wrong.
"""

import re
from collections.abc import Iterable

from auditor.model.code import DefinitionId
from auditor.model.graph import Edge

_CLIENT = re.compile(r"\b(?:prisma|db|tx|client)\.\w+\.(\w+)\s*\(")
_IMPORT = re.compile(r"^\s*(?:import\b|from\s+\S+\s+import\b|(?:const|let|var)\s+.*\brequire\(|export\s+.*\bfrom\b)")
_FIELD = re.compile(r"^\s*\w+\??\s*:?\s+\w+(?:\[\]|\?)?[\s;,]*(?:@.*)?$")
_COMMENT = re.compile(r"^\s*(?://|#|\*|/\*|--|<!--|;)")
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|DROP|ALTER|CREATE|TRUNCATE|COPY)\b", re.IGNORECASE)
_URL = re.compile(r"/[\w/.\[\]:{}$-]*")


def what_of_edges(edges: Iterable[Edge], meant: tuple[DefinitionId, ...]) -> str:
    """Return what to do with a line of Python from which references lead to the target or its members."""
    kinds = {edge.kind for edge in edges}
    if "inherits" in kinds:
        return "give it another base, or remove it"
    if kinds == {"import"}:
        return "remove the import"
    if kinds <= {"string", "doctest"}:
        return "remove the reference by name"
    if "registers" in kinds:
        return "remove the registration"
    members = sorted({edge.target.rpartition(".")[2] for edge in edges if edge.target not in meant})
    direct = any(edge.target in meant for edge in edges)
    return (
        "remove the use" if direct or not members else f"remove the use of its {', '.join(f'`{m}`' for m in members)}"
    )


def what_of_line(path: str, text: str, spelling: str) -> str:
    """Return what to do with a line in which the name is only spelled."""
    call = _CLIENT.search(text)
    if call is not None:
        return f"remove the `{call[1]}` call"
    if path.endswith((".md", ".mdx", ".rst", ".adoc", ".txt")):
        return "reword or remove"
    if _COMMENT.match(text):
        return "reword or remove the comment"
    if _IMPORT.match(text):
        return "remove the import"
    if path.endswith(".prisma") and _FIELD.match(text.split("//")[0].rstrip() or text):
        return "remove the field"
    if (verb := _SQL.search(text)) is not None:
        return f"remove the `{verb[1].upper()}`"
    if any(spelling in one for one in _URL.findall(text)):
        return "remove the address, or what asks for it"
    return "remove or edit"
