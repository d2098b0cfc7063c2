"""Does nothing but define."""

LIMIT = max(1, 2)  # expect: unreached
