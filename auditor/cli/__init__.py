"""The commands: options, one pipeline call, print or write, exit code. Heavy modules are imported inside commands."""

import sys


def main() -> None:
    """Run the command line and exit with its code; Ctrl-C is one line also while all this is still being imported."""
    try:
        from auditor.cli.program import main as run_program

        run_program()
    except KeyboardInterrupt:
        print("auditor: interrupted", file=sys.stderr)  # noqa: T201 -- click may not be there yet
        sys.exit(130)
    finally:
        # Ctrl-C inside `exec` of a string, as in making a named tuple, leaves a mark in the interpreter for which
        # `python -m` would end by the signal, caught or not; the next string that is evaluated takes it away.
        eval("None")
