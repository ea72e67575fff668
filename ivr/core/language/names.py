"""Names of people, as callers say them."""

from __future__ import annotations

import re

from ivr.core.language.phrases import Phrases

LONGEST = 100
"""Characters that are kept of a name."""


def hear(words: str, phrases: Phrases) -> str | None:
    """The name in `my name is ada byron`: `Ada Byron`. None where there are no letters."""
    name = " ".join(words.split()).strip(" .,!?")
    for opening in sorted(phrases.listed("name_openings"), key=len, reverse=True):
        name = re.sub(rf"^{re.escape(opening)}\b[ ,]*", "", name, flags=re.IGNORECASE)
    name = name[:LONGEST].strip(" .,!?")
    if not any(character.isalpha() for character in name):
        return None
    return _capitals(name) if name.islower() else name


def _capitals(name: str) -> str:
    """Recognisers may write everything small: `mary-ann o'neill` → `Mary-Ann O'Neill`."""
    return re.sub(r"(?:^|(?<=[\s'-]))\w", lambda first: first[0].upper(), name)
