"""A caller's sound while they speak, and the words that are heard in it."""
