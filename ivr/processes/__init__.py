"""What runs: the supervisor and its children, and the embedded Redis."""
