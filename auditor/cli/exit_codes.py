"""What each command's exit code means: shown at the end of its help, and in the reference. In: a command. Out: text."""

FINE, NO, WRONG, UNKNOWN = 0, 1, 2, 3

EVERY: dict[int, str] = {
    FINE: "fine",
    NO: "the answer is no",
    WRONG: "usage, configuration or git is wrong, or an error of auditor's own",
    UNKNOWN: "could not be audited: evidence is missing, stale or too thin",
    130: "interrupted (Ctrl-C)",
    141: "whoever read the output went away",
    143: "terminated (SIGTERM)",
}
"""What a code means for all commands."""

_SICK = "the ledger cannot be read, or holds nothing of the window"

OF: dict[str, dict[int, str]] = {
    "scan": {NO: "something was found, with --fail-on-found"},
    "why": {},
    "routes": {},
    "collect": {UNKNOWN: "a source is sick (what the others gave is kept), or the ledger cannot be written"},
    "usage stats": {UNKNOWN: _SICK},
    "usage unused": {UNKNOWN: "too little was watched to call anything unused"},
    "usage show": {WRONG: "the key is not known, or may be several", UNKNOWN: "nobody watched it and nobody counted"},
    "usage dead-weight": {UNKNOWN: "nothing may be said of so many days"},
    "usage scores": {UNKNOWN: _SICK},
    "usage health": {UNKNOWN: "a source is sick or stale"},
    "status": {UNKNOWN: "a source is sick or stale, or nothing is known"},
    "ledger status": {UNKNOWN: "the ledger cannot be read"},
    "ledger rollback": {UNKNOWN: "the ledger or the backup cannot be read"},
    "ledger export": {UNKNOWN: "the ledger cannot be read, or holds nothing"},
    "ledger import": {UNKNOWN: "the file is damaged, was edited, or is another app's (nothing of it is taken)"},
    "plan": {UNKNOWN: "the evidence does not suffice (the plan says why, and has no batches)"},
    "apply": {
        NO: "verification, or usage since the plan, says no (the batch is not applied)",
        UNKNOWN: "the evidence is too old, or cannot be read",
    },
    "rollback": {},
    "retire": {
        NO: "production uses it, or with --check something is left of it",
        UNKNOWN: "whether it is used cannot be known (the plan is written all the same)",
    },
    "gate": {NO: "the change deletes what is used (0 with --exit-zero)", UNKNOWN: "that cannot be known"},
    "baseline": {UNKNOWN: "no Python is audited here"},
    "report": {},
    "serve": {},
    "schema": {},
    "completion": {},
    "init": {},
    "demo": {},
}
"""By command: what differs from `EVERY`, or says more. A command that has no entry for 1 or 3 never ends with it."""


def in_help(command: str) -> str:
    """Return the last paragraph of a command's help."""
    told = {WRONG: "usage or configuration is wrong"} | OF[command]
    return "; ".join([f"Exit codes: 0 {EVERY[FINE]}", *(f"{code} {text}" for code, text in sorted(told.items()))]) + "."
