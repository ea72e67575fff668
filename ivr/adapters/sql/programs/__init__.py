"""What programs may ask, what was answered, and what they are told."""
