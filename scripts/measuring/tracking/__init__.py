"""What the tracker costs, and what outages of its Redis do. The command is `scripts/bench/tracking`."""
