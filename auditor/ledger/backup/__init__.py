"""Backups of a ledger: made whole or not at all, verified, named by revision and time."""
