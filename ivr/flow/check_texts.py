"""Words that would be read out, or sent, otherwise than they look: markup, and letters that make a
text message cost more."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping

from ivr.core import gsm7
from ivr.flow import placeholders
from ivr.flow.build import Builder
from ivr.flow.findings import Finding, Severity
from ivr.flow.flow import LAST_GOODBYE, LAST_RESORT, NodeT
from ivr.flow.source import Source
from ivr.flow.types import Model, Path, Text, Url, names_in

_TAG = re.compile(r"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,10}|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
_MARKS = re.compile(r"\*\*[^*\s][^*]*\*\*|__[^_\s][^_]*__|\[[^\]]+\]\(https?://[^)\s]+\)|`[^`]+`")
_PAUSE = ("break", "pause", "br", "p", "s")
_OUTER = ("speak", "say")


def check_texts(builder: Builder[NodeT]) -> Iterator[Finding]:
    """A finding for each text with markup, which Tango does not read as such, and for each text
    message that one letter makes longer than it looks."""
    yield from _markup(builder)
    client = builder.file.head.client
    known = {"client.name": client.name, "client.say_as": client.say_as or client.name}
    for built in builder.built.values():
        if built.place.node.verb != "text":
            continue
        for path, name in built.place.node.names:
            sent = type(name) is Text
            if sent and (why := longer(name, known)):
                where = ("nodes", built.local, *path)
                yield built.source.finding(where, "text-segments", why, severity=Severity.WARNING)


def longer(text: str, known: Mapping[str, str]) -> str:
    """Which letter makes a text message longer than it would be without; empty where none does.

    What is not `known` of the words in braces counts as ten letters.
    """
    sent = placeholders.fill(text, lambda name: known.get(name, "x" * 10))
    needs, could_be = gsm7.segments(sent), gsm7.segments(gsm7.in_gsm7(sent))
    if not needs.outside or could_be.outside or needs.count <= could_be.count:
        return ""
    letter, *others = needs.outside
    called = unicodedata.name(letter, "a sign").lower()
    alike = gsm7.in_gsm7(letter)
    mend = f"type {alike}" if alike.strip() else "type a space" if alike else "leave it out"
    more = f", and so do {' '.join(others[:5])}" if others else ""
    return (
        f"'{letter}' ({called}) makes this text {needs.count} segments instead of "
        f"{could_be.count}, each of which is paid for; {mend}{more}"
    )


def _markup(builder: Builder[NodeT]) -> Iterator[Finding]:
    file = builder.file
    parts: list[tuple[Source, Path, Model]] = [
        (file.source, ("client",), file.head.client),
        (file.source, ("defaults",), file.head.defaults),
    ]
    parts += [
        (built.source, ("nodes", built.local), built.place.node)
        for name, built in builder.built.items()
        if name not in (LAST_RESORT, LAST_GOODBYE)
    ]
    for source, base, model in parts:
        for path, name in names_in(model):
            if isinstance(name, Text) and not isinstance(name, Url) and (why := markup(name)):
                yield source.finding((*base, *path), "markup", why, severity=Severity.WARNING)


def markup(text: str) -> str:
    """What markup stands in `text`, and what to type instead; empty where there is none."""
    tag = _TAG.search(text)
    if tag:
        name = re.sub(r"[</>]", "", tag[0]).split()[0].lower()
        mend = "write the words alone"
        if name in _PAUSE:
            mend = "for a pause write a full stop or a comma, or two texts in a list"
        elif name not in _OUTER:
            mend += "; for another voice write {text: …, voice: …}"
        return f"{tag[0]} is markup, which Tango does not use: it is taken as words; {mend}"
    entity = _ENTITY.search(text)
    if entity and html.unescape(entity[0]) != entity[0]:
        sign = html.unescape(entity[0])
        shown = "an ordinary space" if sign.isspace() else sign
        return f"{entity[0]} is taken as it stands; write {shown}"
    marks = _MARKS.search(text)
    if marks:
        return f"{marks[0]} is marked up, and taken as it stands; write the words alone"
    return ""
