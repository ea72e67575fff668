"""The operator queue in Redis, and how an operator takes the next caller."""
