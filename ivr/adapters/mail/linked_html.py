"""Text as HTML, in which web addresses, e-mail addresses and telephone numbers can be pressed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from urllib.parse import quote

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

from ivr.core.language.telephone import is_valid

_WEB = re.compile(r"https?://[^\s<>\"“”„«»\x00-\x1f]+", re.IGNORECASE)
_AFTER_A_WORD = ".,;:!?'’)]}…"
"""What ends a sentence and no address; a bracket, unless it was opened in the address."""

_MAIL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", re.ASCII)


def linked_html(text: str, region: str) -> str:
    """`text`, escaped, with its addresses as links; `region` is the country (`GB`) of telephone
    numbers without a country code."""
    made, at = [], 0
    for begin, end, link in _links(text, region):
        if begin < at:
            continue  # within one that was made already
        made.append(escape(text[at:begin]))
        made.append(f'<a href="{escape(link)}">{escape(text[begin:end])}</a>')
        at = end
    return "".join([*made, escape(text[at:])])


def _links(text: str, region: str) -> list[tuple[int, int, str]]:
    """Where in the text what is linked to what, in order; where two overlap, the longer first."""
    found = [*_web(text), *_mail(text), *_telephones(text, region)]
    return sorted(found, key=lambda each: (each[0], -each[1]))


def _web(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _WEB.finditer(text):
        address = match[0]
        while address[-1] in _AFTER_A_WORD and not (
            address[-1] == ")" and address.count("(") >= address.count(")")
        ):
            address = address[:-1]
        if not address.endswith("//"):
            yield match.start(), match.start() + len(address), address


def _mail(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _MAIL.finditer(text):
        yield match.start(), match.end(), f"mailto:{quote(match[0], safe='@')}"


def _telephones(text: str, region: str) -> Iterator[tuple[int, int, str]]:
    """Numbers that a telephone can have (RFC 3966)."""
    for match in PhoneNumberMatcher(text, region, leniency=Leniency.POSSIBLE):
        if is_valid(match.number):
            number = format_number(match.number, PhoneNumberFormat.E164)
            extension = f";ext={match.number.extension}" if match.number.extension else ""
            yield match.start, match.end, f"tel:{number}{extension}"
