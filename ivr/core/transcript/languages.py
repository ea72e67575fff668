"""The languages whose ways of writing are known. Adding one is adding a module with a `Manner`."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.core.transcript.english import ENGLISH
from ivr.core.transcript.manner import Manner

_MANNERS: Mapping[str, Manner] = {"en": ENGLISH}
_ANY = Manner()


def manner(language: str) -> Manner:
    """How a language is written, by its tag such as `en-GB`."""
    return _MANNERS.get(language.partition("-")[0].lower(), _ANY)
