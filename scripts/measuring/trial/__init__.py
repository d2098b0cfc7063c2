"""Deletion on real applications, batch by batch, and everything taken back: `scripts/deletion_trial`."""
