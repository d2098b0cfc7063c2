"""The back office, an application of its own."""
