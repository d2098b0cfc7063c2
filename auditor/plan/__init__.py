"""Findings to plan: steps, order, batches, checklist."""
