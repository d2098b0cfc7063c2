"""How fast and in how much memory logs are read, beside a plain Python loop and polars, which must count the same."""
