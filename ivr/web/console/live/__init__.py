"""Pages are told at once what has changed."""
