"""The exception tree. In: nothing. Out: errors whose text a user can act on. Never carries a traceback to the user.

Every message is one line that names the file, key or command concerned and what would mend it. `cli` alone turns
these into exit codes: `exit_code` is the code a command ends with when the error reaches it.
"""


class AuditorError(Exception):
    """Base of every error a user can cause or mend; ends a command with exit code 2."""

    exit_code = 2


class ConfigError(AuditorError):
    """The configuration, an argument or an input file is wrong."""


class SourceError(AuditorError):
    """A usage source could not be read; evidence is missing, so nothing may be concluded (exit code 3)."""

    exit_code = 3


class StoreError(AuditorError):
    """The ledger could not be read or written (exit code 3: the evidence in it cannot be used)."""

    exit_code = 3


class ChangedMeanwhileError(StoreError):
    """A collection rests on what is no longer the newest in the ledger; nothing of it was recorded. Collect again."""


class EvidenceError(AuditorError):
    """Evidence is missing, stale or too thin to conclude anything from (exit code 3)."""

    exit_code = 3


class EditError(AuditorError):
    """A removal could not be carried out without leaving a broken tree."""


class VerificationError(AuditorError):
    """An edited tree did not pass the test command or a smoke import (exit code 1: the verification says no)."""

    exit_code = 1


class GitError(AuditorError):
    """Git refused, is missing, or the repository is not in the state the command needs."""
