"""Telephone numbers that can be pressed, wherever one stands on a page."""

from __future__ import annotations

from markupsafe import Markup

from ivr.core.records.message_words import readable_number


def tel(number: str | None, language: str = "en-GB") -> Markup:
    """A number (E.164) as people of the language's country write it, as a link that a telephone
    rings (RFC 3966); what cannot be rung as text."""
    written = readable_number(number, language)
    if not number or not number.startswith("+"):
        return Markup("{}").format(written)
    return Markup('<a class="tel" href="tel:{}">{}</a>').format(number, written)
