"""Writes the pages, or says which are out of date."""

import sys
from pathlib import Path

from reference_pages import pages

DIRECTORY = Path(__file__).parents[2] / "docs" / "reference"


def main(arguments: list[str]) -> int:
    """Write all pages and take away what is none any more; with `--check`, only say what would change."""
    if arguments not in ([], ["--check"]):
        print("usage: scripts/reference [--check]", file=sys.stderr)
        return 2
    made = {DIRECTORY / path: text for path, text in pages().items()}
    there = {path for path in DIRECTORY.rglob("*") if path.is_file()}
    stale = sorted(there - made.keys())
    changed = sorted(path for path, text in made.items() if path not in there or path.read_text("utf-8") != text)
    for path in (*changed, *stale):
        print(f"{path.relative_to(DIRECTORY.parents[1])} is out of date")
    if arguments:
        if changed or stale:
            print("mend it with: scripts/reference")
        return 1 if changed or stale else 0
    for path in stale:
        path.unlink()
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
