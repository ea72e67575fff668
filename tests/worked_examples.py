"""The client files that the pages for editors show."""

from __future__ import annotations

import re
from pathlib import Path

PAGES = Path(__file__).parents[1] / "docs" / "editors"
_FILE = re.compile(r"<!-- file: flows/([a-z-]+)\.yaml -->\n```yaml\n(.*?)```", re.DOTALL)


def worked_examples() -> dict[str, str]:
    """The text of each client file in the pages, by the client's short name."""
    pages = [page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md"))]
    return {match[1]: match[2] for page in pages for match in _FILE.finditer(page)}
