"""What frameworks call without a reference, as data: one file a framework, listed in `RULES`."""
