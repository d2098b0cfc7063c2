"""Production to observations: sources, routes, attribution."""
