"""What a supervisor sees of the floor, and does there: the wallboard and the queue."""
