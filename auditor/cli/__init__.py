"""The commands: options, one pipeline call, print or write, exit code. Heavy modules are imported inside commands."""

from auditor.cli.program import main

__all__ = ["main"]
