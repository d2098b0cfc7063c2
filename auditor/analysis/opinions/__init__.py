"""What other tools say, as evidence beside ours."""
