"""Headers of an e-mail as every mail program reads them.

The standard library folds headers by a general method that encodes a long Message-ID as if it were
words, and has had a dozen faults in the folding of names. We write six headers, each of which has
one simple form: RFC 5322 (2.2.3, 3.4, 3.6.4) and RFC 2047 (2, 5).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from email.headerregistry import Address
from email.policy import EmailPolicy
from hashlib import sha256
from typing import Any

LINE = 76
"""Characters of a line with encoded words in it (RFC 2047, 2); others may have two more."""

_ENCODED = "=?utf-8?b?{}?="
_BYTES_OF_A_WORD = 39
"""52 characters in base64: with what stands around them, they fit beside a header's name."""

_SAFE_ID = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_LONGEST_ID = 64
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def message_id(name: str, domain: str) -> str:
    """The Message-ID of what is called `name`, at the sender's `domain`: always the same one, and
    of characters that no program stumbles over."""
    if not _SAFE_ID.fullmatch(name) or len(name) > _LONGEST_ID:
        kind = re.match(r"[A-Za-z]*", name)
        digest = sha256(name.encode(errors="replace")).hexdigest()[:32]
        name = f"{kind[0] if kind and kind[0] else 'mail'}.{digest}"
    return f"<{name}@{ascii_domain(domain)}>"


def ascii_domain(domain: str) -> str:
    """A domain as it stands in the domain name system (RFC 5890). One that has no such form stays
    as it is."""
    try:
        return domain.encode("ascii").decode()
    except UnicodeError:
        pass
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


class MailPolicy(EmailPolicy):
    """`email.policy.SMTP`, but for how headers are folded."""

    def fold(self, name: str, value: Any) -> str:
        """The lines of a header."""
        form = _FORMS.get(name.lower())
        if form is None:
            return str(super().fold(name, value))
        return self.linesep.join(form(name, value)) + self.linesep

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes; only a local part of an address may hold more than ASCII."""
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


def _text(name: str, value: Any) -> Iterator[str]:
    """Text: as it is, folded at its spaces, or encoded as a whole."""
    text = str(value)
    if _is_plain(text) and all(len(word) < LINE - len(name) for word in text.split()):
        return _folded(f"{name}:", text.split(" "))
    return _folded(f"{name}:", _encoded(text))


def _ids(name: str, value: Any) -> Iterator[str]:
    """Message-IDs: an encoded one would be another, so one may be longer than a line should be."""
    first, *rest = str(value).split() or [""]
    return iter([f"{name}: {first}", *(f" {each}" for each in rest)])


def _mailbox(name: str, value: Any) -> Iterator[str]:
    """One address with its name."""
    address: Address = value.addresses[0]
    spec = f"<{address.addr_spec}>"
    shown = address.display_name
    if not shown:
        return iter([f"{name}: {address.addr_spec}"])
    if not _is_plain(shown) or len(shown) > LINE - len(name) - 4:
        return _folded(f"{name}:", [*_encoded(shown), spec])
    if _ATOMS.fullmatch(shown):
        return _folded(f"{name}:", [*shown.split(" "), spec])
    quoted = re.sub(r'([\\"])', r"\\\1", shown)
    return _folded(f"{name}:", [f'"{quoted}"', spec])


def _is_plain(text: str) -> bool:
    """Whether it needs no encoding: printable ASCII without runs of spaces, which folding would
    change, and nothing that would be taken for encoded."""
    return (
        text.isascii()
        and text.isprintable()
        and "=?" not in text
        and text == " ".join(text.split())
    )


def _encoded(text: str) -> list[str]:
    """Encoded words that together are `text`, each of whole characters. The spaces between them
    do not count (RFC 2047, 6.2)."""
    words, rest = [], b""
    for sign in text:
        added = sign.encode(errors="replace")
        if len(rest) + len(added) > _BYTES_OF_A_WORD:
            words.append(rest)
            rest = b""
        rest += added
    return [_ENCODED.format(b64encode(each).decode()) for each in [*words, rest]]


def _folded(line: str, words: list[str]) -> Iterator[str]:
    """Lines of words. The first one always stands beside the header's name: an empty first line
    is shown as a space by some programs."""
    for number, word in enumerate(words):
        if number and len(line) + 1 + len(word) > LINE:
            yield line
            line = ""
        line = f"{line} {word}"
    yield line


_FORMS: Mapping[str, Callable[[str, Any], Iterator[str]]] = {
    "subject": _text,
    "from": _mailbox,
    "to": _mailbox,
    "message-id": _ids,
    "in-reply-to": _ids,
    "references": _ids,
}

MAIL = MailPolicy(linesep="\r\n", max_line_length=LINE)
