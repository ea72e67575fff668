"""The operator queue's values and figures: entries, states, visits, waiting times."""
