"""What a supervisor sees of calls and operators, and does there: the wallboard and the queue."""
