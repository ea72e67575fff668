"""A checked flow as a picture: what callers hear and where they may go. Pure."""
