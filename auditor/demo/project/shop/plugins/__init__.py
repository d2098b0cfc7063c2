"""Plugins that deployments may name in the environment."""
