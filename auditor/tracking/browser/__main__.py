"""`python -m auditor.tracking.browser [DIRECTORY]`: prints where the npm package is, or copies it into a directory."""

import sys
from pathlib import Path

from auditor.tracking import browser


def main(arguments: list[str]) -> int:
    """Do what the arguments say; return the exit code."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    if not arguments:
        sys.stdout.write(f"{browser.directory()}\n")
        return 0
    try:
        browser.copy_to(Path(arguments[0]))
    except OSError as error:
        sys.stderr.write(f"{arguments[0]}: cannot be written: {error.strerror or error}\n")
        return 1
    place = Path(arguments[0]).as_posix()
    local = place if Path(place).is_absolute() else f"./{place}"  # without the dot npm takes it for a repository
    sys.stdout.write(f"copied; 'npm install {local}' makes it importable as auditor-tracking\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
