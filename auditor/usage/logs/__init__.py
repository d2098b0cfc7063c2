"""Log files -> a collection: `source` composes, `identity` knows files again, `query` has DuckDB read and count."""
