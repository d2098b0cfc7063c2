"""Values to text: one renderer a format, plain functions from a value to a string."""
