"""What is kept of calls, messages and deliveries, as values."""
