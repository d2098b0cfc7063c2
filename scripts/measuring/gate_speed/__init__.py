"""How fast the gate judges pull requests of 20 files. See `scripts/bench/gate --help`."""
