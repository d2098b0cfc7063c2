"""What runs inside the user's application: standard library, and redis where the sink is one."""
