"""E-mail as bytes: headers and HTML."""
