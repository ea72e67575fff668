"""TwiML documents: bytes → checked tree, or `TwimlRefused` with the reason."""

from __future__ import annotations

import difflib
import itertools
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.errors import TwimlRefused
from ivr.simulator.grammar import CONTEXTS, NOUNS, SSML, VERBS, Spec, Text

MAX_BYTES = 64 * 1024  # https://www.twilio.com/docs/api/errors/11750
MAX_SAY = 3000  # characters, for Amazon Polly voices
MAX_NUMBERS = 10  # https://www.twilio.com/docs/voice/twiml/number
CONTENT_TYPES = ("text/xml", "application/xml")


@dataclass(frozen=True, slots=True)
class Element:
    """One verb or noun: its name, its attributes as written, its text and what it holds."""

    name: str
    attributes: Mapping[str, str]
    text: str
    children: tuple[Element, ...]

    def get(self, attribute: str, default: str = "") -> str:
        """The attribute's value, or `default` where it is not written."""
        return self.attributes.get(attribute, default)

    def flag(self, attribute: str, default: bool = False) -> bool:
        """The value of an attribute that is true or false."""
        return self.get(attribute, str(default).lower()) == "true"

    def number(self, attribute: str, default: int) -> int:
        """The value of an attribute that is a whole number."""
        value = self.get(attribute, str(default))
        return int(value) if value.isdecimal() else default

    def __str__(self) -> str:
        attributes = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        return f"<{self.name}{attributes}>"


def parse(body: bytes, content_type: str, context: str = "call") -> tuple[Element, ...]:
    """Read a TwiML document and check all of it.

    `context` is a key of `CONTEXTS`: where the document will run. Returns the verbs in order.
    Raises `TwimlRefused` for anything that Twilio would not run as written.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in CONTENT_TYPES:
        raise TwimlRefused(
            f"The content type is {content_type or 'missing'!r}; send text/xml or application/xml."
        )
    if len(body) > MAX_BYTES:
        raise TwimlRefused(f"The document has {len(body)} bytes; Twilio takes at most {MAX_BYTES}.")
    root = _xml(body)
    if root.tag != "Response" or root.attrib:
        raise TwimlRefused(f"The document's root is <{root.tag}>; it must be a plain <Response>.")
    _refuse_stray_text(root)
    verbs = tuple(_element(child, VERBS) for child in root)
    _check_order(verbs, context)
    return verbs


def _xml(body: bytes) -> ET.Element:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise TwimlRefused("The document has a DOCTYPE or an entity; TwiML has none.")
    try:
        return ET.fromstring(body)  # noqa: S314 - bounded in size, and entities are refused above
    except ET.ParseError as error:
        start = body[:60].decode("utf-8", "replace")
        raise TwimlRefused(f"The document is not XML: {error}. It begins {start!r}.") from error


def _element(node: ET.Element, known: Mapping[str, Spec]) -> Element:
    spec = known.get(node.tag)
    if spec is None:
        allowed = ", ".join(sorted(known))
        raise TwimlRefused(f"<{node.tag}> may not stand here; allowed are {allowed}.")
    _check_attributes(node, spec)
    children = () if node.tag == "Say" else tuple(_child(child, node, spec) for child in node)
    text = _spoken(node) if node.tag == "Say" else (node.text or "").strip()
    element = Element(node.tag, dict(node.attrib), text, children)
    _check_text(node, spec, text)
    if node.tag == "Dial":
        _check_dial(element)
    if node.tag == "Play" and bool(text) == ("digits" in node.attrib):
        raise TwimlRefused("<Play> needs either an address or digits, and not both.")
    return element


def _child(node: ET.Element, parent: ET.Element, spec: Spec) -> Element:
    if node.tag not in spec.children:
        raise TwimlRefused(f"<{node.tag}> may not be nested in <{parent.tag}>.")
    return _element(node, NOUNS if node.tag in NOUNS else VERBS)


def _check_attributes(node: ET.Element, spec: Spec) -> None:
    for name, value in node.attrib.items():
        allowed = spec.attributes.get(name)
        if allowed is None:
            near = difflib.get_close_matches(name, spec.attributes, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            raise TwimlRefused(f"<{node.tag}> has no attribute {name!r}{hint}")
        if not allowed.accepts(value):
            shown = value if len(value) <= 80 else value[:80] + "…"
            raise TwimlRefused(f'<{node.tag} {name}="{shown}">: it must be {allowed.words}.')


def _check_text(node: ET.Element, spec: Spec, text: str) -> None:
    if spec.text is Text.REQUIRED and not text:
        raise TwimlRefused(f"<{node.tag}> is empty.")
    if spec.text is Text.NONE and text:
        raise TwimlRefused(f"<{node.tag}> may not hold text; it holds {text[:60]!r}.")
    if node.tag != "Say":
        _refuse_stray_text(node, own=spec.text is Text.NONE)
    elif len(text) > MAX_SAY:
        raise TwimlRefused(f"<Say> has {len(text)} characters; Twilio speaks at most {MAX_SAY}.")


def _refuse_stray_text(node: ET.Element, own: bool = True) -> None:
    pieces = ([node.text] if own else []) + [child.tail for child in node]
    stray = " ".join(piece.strip() for piece in pieces if piece and piece.strip())
    if stray:
        raise TwimlRefused(f"There is text between the elements of <{node.tag}>: {stray[:60]!r}.")


def _spoken(node: ET.Element) -> str:
    for inner in node.iter():
        if inner is not node and inner.tag not in SSML:
            raise TwimlRefused(f"<{inner.tag}> may not be nested in <Say>.")
    return " ".join("".join(node.itertext()).split())


def _check_dial(dial: Element) -> None:
    names = [child.name for child in dial.children]
    if bool(names) == bool(dial.text):
        raise TwimlRefused("<Dial> needs either a number as its text or nouns, and not both.")
    if len(names) > 1 and {"Conference", "Queue"} & set(names):
        raise TwimlRefused("<Dial> takes one <Conference> or <Queue>, and nothing beside it.")
    if len(names) > MAX_NUMBERS:
        raise TwimlRefused(f"<Dial> rings {len(names)} telephones; at most {MAX_NUMBERS} can be.")


def _check_order(verbs: tuple[Element, ...], context: str) -> None:
    for verb in verbs:
        if verb.name not in CONTEXTS[context]:
            raise TwimlRefused(f"<{verb.name}> may not stand in a {context} document.")
    for verb, following in itertools.pairwise(verbs):
        if _never_falls_through(verb):
            raise TwimlRefused(f"<{following.name}> can never be reached: it stands after {verb}.")


def _never_falls_through(verb: Element) -> bool:
    """Whether Twilio never goes on to the next verb of the document.

    `<Record>` is not one of these: after an empty recording it falls through.
    """
    if verb.name in ("Hangup", "Redirect", "Reject", "Leave"):
        return True
    if verb.name in ("Dial", "Enqueue"):
        return "action" in verb.attributes
    return verb.name == "Gather" and verb.flag("actionOnEmptyResult")
