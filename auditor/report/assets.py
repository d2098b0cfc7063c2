"""The page's style sheets and its script: inline with a policy by hash, or in files beside the page.

In: nothing but the package's own files. Out: their text, the policies, the files beside a page.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from auditor.files import write_atomically

STYLE_FILE = "auditor-report.css"
SCRIPT_FILE = "auditor-report.js"

_SHEETS = ("style.css", "pictures.css", "code.css", "rows.css")
_SCRIPT = "report.js"


@cache
def style() -> str:
    """Return the style sheets as one, without empty lines."""
    return "\n".join(_dense(name) for name in _SHEETS)


@cache
def script() -> str:
    """Return the script, without empty lines and lines that are comments."""
    return "\n".join(line for line in _dense(_SCRIPT).split("\n") if not line.lstrip().startswith("//"))


def _dense(name: str) -> str:
    text = (files("auditor.report") / "templates" / name).read_text("utf-8")
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def policy(*, external: bool) -> str:
    """Return the content security policy that a page carries: its own style and script, and nothing else."""
    styles, scripts = ("'self'", "'self'") if external else (_hash(style()), _hash(script()))
    return f"default-src 'none'; style-src {styles}; script-src {scripts}; base-uri 'none'; form-action 'none'"


def write_beside(page: Path) -> tuple[Path, ...]:
    """Write the files that a page with external assets needs beside it, and return their paths.

    Raises:
        ConfigError: One cannot be written.
    """
    written = (page.with_name(STYLE_FILE), page.with_name(SCRIPT_FILE))
    for path, text in zip(written, (style(), script()), strict=True):
        write_atomically(path, text + "\n")
    return written


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
