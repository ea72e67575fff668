"""Live words: we listen, too, while the carrier does."""
