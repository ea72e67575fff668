"""How a caller who withholds their number stands in the records."""

from __future__ import annotations

WITHHELD = "anonymous"
"""`from_` of a caller who withholds their number."""
