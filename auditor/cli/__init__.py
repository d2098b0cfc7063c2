"""The commands: options, one pipeline call, print or write, exit code. Heavy modules are imported inside commands."""


def main() -> None:
    """Run the command line."""
