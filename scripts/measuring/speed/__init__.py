"""How fast auditor is, beside its peers and beside nothing but parsing. The command is `scripts/bench/scan`."""
