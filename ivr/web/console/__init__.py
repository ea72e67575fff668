"""The console: pages for the agency's people, below `/console/`. HTML and style, little script."""
