"""Evidence as one file, for those who may not see production: a ledger's sums, sealed by a digest."""
