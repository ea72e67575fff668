"""The page that explains every finding, `docs/findings.md`, section by section."""

from __future__ import annotations

import re
from functools import cache

from ivr.core.flow.findings import nearest
from ivr.errors import FlowError
from ivr.project import PROJECT

PAGE = PROJECT / "docs" / "findings.md"


@cache
def sections() -> dict[str, str]:
    """What the page says of each code, by code. Raises `FlowError` where the page is missing."""
    try:
        page = PAGE.read_text(encoding="utf-8")
    except OSError as error:
        raise FlowError(f"The page on findings is not at {PAGE}; get it with Tango.") from error
    parts = re.split(r"^## `([a-z-]+)`\n", page, flags=re.MULTILINE)
    return {code: text.strip() for code, text in zip(parts[1::2], parts[2::2], strict=True)}


def explained(code: str) -> str:
    """What the page says of `code`. Raises `FlowError` where there is no such code."""
    if code not in sections():
        raise FlowError(f"There is no finding '{code}'{nearest(code, sections())}")
    return sections()[code]
