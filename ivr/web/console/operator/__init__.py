"""The page of an operator: the call at hand, its form, the keys, the rehearsal."""
