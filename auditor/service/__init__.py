"""The HTTP service over the ledger (extra `serve`)."""
