"""All facts to the reference graph: symbols, receivers, classes, dynamic access."""
