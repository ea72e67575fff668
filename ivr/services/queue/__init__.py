"""The operator queue's use cases: who is rung next, call backs, and planning with the real
queue."""
