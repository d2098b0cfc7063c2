"""Facts, rules and metadata to entry points."""
