"""Words that would be read out, or sent, otherwise than they look: markup, and letters that make a
text message cost more; and how long text messages are."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping

from ivr.core import gsm7
from ivr.core.flow import placeholders
from ivr.core.flow.build import Builder
from ivr.core.flow.findings import Finding, Severity
from ivr.core.flow.flow import LAST_GOODBYE, LAST_RESORT, NodeT
from ivr.core.flow.source import Source
from ivr.core.flow.types import Model, Path, Text, Url, names_in

_TAG = re.compile(r"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,10}|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
_MARKS = re.compile(r"\*\*[^*\s][^*]*\*\*|__[^_\s][^_]*__|\[[^\]]+\]\(https?://[^)\s]+\)|`[^`]+`")
_AUDIO = re.compile(r"[\w./-]+\.(?:wav|mp3|m4a|ogg|aiff?|gsm|ulaw|flac)", re.IGNORECASE)
_OTHER_BRACES = re.compile(r"\{\{ ?([a-z_]+(?:\.[a-z_]+)*) ?\}\}|\$\{([a-z_]+(?:\.[a-z_]+)*)\}")
_OTHER_BRACKETS = re.compile(r"\[+([\w. ]{3,20})\]+|<<?([\w. ]{3,20})>>?|%([\w. ]{3,20})%")
_PAUSE = ("break", "pause", "br", "p", "s")
_OUTER = ("speak", "say")

MAX_BODY = 1600
"""Characters that the carrier takes: https://www.twilio.com/docs/api/errors/21617"""


def check_texts(builder: Builder[NodeT]) -> Iterator[Finding]:
    """A finding for each text with markup, which Tango does not read as such, and for each text
    message that one letter makes longer than it looks, or that is longer than is sent."""
    yield from _markup(builder)
    known = _known(builder)
    for source, where, text in _sent(builder):
        if why := too_long(text) or longer(text, known):
            yield source.finding(where, "text-segments", why, severity=Severity.WARNING)


def text_lengths(builder: Builder[NodeT]) -> Iterator[Finding]:
    """A note for each text message that `check_texts` says nothing of: its segments."""
    known = _known(builder)
    for source, where, text in _sent(builder):
        if not (too_long(text) or longer(text, known)):
            yield source.finding(
                where, "text-segments", length(text, known), severity=Severity.NOTE
            )


def _known(builder: Builder[NodeT]) -> dict[str, str]:
    client = builder.file.head.client
    return {"client.name": client.name, "client.say_as": client.say_as or client.name}


def _sent(builder: Builder[NodeT]) -> Iterator[tuple[Source, Path, str]]:
    """The words of every text message, and where they stand."""
    for built in builder.built.values():
        if built.place.node.verb != "text":
            continue
        for path, name in built.place.node.names:
            if type(name) is Text:
                yield built.source, ("nodes", built.local, *path), name


def too_long(text: str) -> str:
    """What is wrong with a text of which only the beginning would be sent; empty where all is."""
    if len(text) <= MAX_BODY:
        return ""
    return f"only the first {MAX_BODY} of these {len(text)} letters are sent; say it in fewer words"


def length(text: str, known: Mapping[str, str]) -> str:
    """How many segments a text message is, and of what size."""
    sent = _sent_words(text, known)
    needs = gsm7.segments(sent)
    whole, part = (gsm7.UTF16_WHOLE, gsm7.UTF16_PART) if needs.outside else _GSM7
    about = "about " if placeholders.names(text) - known.keys() else ""
    if needs.count == 1:
        said = f"this text is one segment, {about}{needs.units} of {whole} letters"
    else:
        said = (
            f"this text is {about}{needs.count} segments, each of which is paid for: "
            f"{needs.units} letters, {part} to a segment"
        )
    if needs.outside:
        said += f", as '{needs.outside[0]}' is not among those of ordinary texts"
    return said


_GSM7 = gsm7.GSM_WHOLE, gsm7.GSM_PART


def _sent_words(text: str, known: Mapping[str, str]) -> str:
    """The text as it is sent; what is not `known` of the words in braces counts as ten letters."""
    return placeholders.fill(text, lambda name: known.get(name, "x" * 10))


def longer(text: str, known: Mapping[str, str]) -> str:
    """Which letter makes a text message longer than it would be without; empty where none does."""
    sent = _sent_words(text, known)
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
    if _AUDIO.fullmatch(text.strip()):
        return f"'{text}' is read out as words; to play the file write {{audio: {text.strip()}}}"
    if braces := _OTHER_BRACES.search(text):
        return f"{braces[0]} is said with its signs; write {{{braces[1] or braces[2]}}}"
    for other in _OTHER_BRACKETS.finditer(text):
        if fact := _fact(other[1] or other[2] or other[3]):
            return f"{other[0]} is said as it stands; write {{{fact}}}"
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


def _fact(typed: str) -> str:
    """The fact that is meant, such as `client.name` by `Client Name`; empty where none is."""
    plain = re.sub(r"[^a-z]", "", typed.lower())
    return next((fact for fact in placeholders.FACTS if fact.replace(".", "") == plain), "")
