"""Existing statistics in files: read strictly, matched to routes, given as one collection that proves use only."""
