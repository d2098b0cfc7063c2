"""Markdown of tables and cells. In: texts. Out: lines that GitHub and mkdocs show alike."""

from collections.abc import Iterable, Sequence

MADE = "<!-- Made by scripts/reference from the code. Change it there. -->"


def page(title: str, lead: str, *sections: str) -> str:
    """Return a whole page."""
    return "\n\n".join([MADE, f"# {title}", lead, *(section for section in sections if section)]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; empty where it has no rows."""
    lines = [_row(cells) for cells in rows]
    return "\n".join([_row(heads), _row(["---"] * len(heads)), *lines]) if lines else ""


def code(text: str, language: str = "") -> str:
    """Return a block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def quoted(text: object) -> str:
    """Return text as code within a line."""
    return f"`{text}`"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in cells) + " |"
