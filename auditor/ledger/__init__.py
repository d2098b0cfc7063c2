"""Daily aggregates of usage, watched minutes and published routes, kept in SQLite (or PostgreSQL by URL)."""
