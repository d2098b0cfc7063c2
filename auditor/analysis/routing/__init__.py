"""Facts to route tables, in each framework's own order of matching."""
