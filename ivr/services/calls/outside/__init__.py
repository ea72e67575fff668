"""What calls ask of clients' own systems."""
