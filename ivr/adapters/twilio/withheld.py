"""What carriers send in place of the number of a caller who withholds it.

Twilio passes on the word (`anonymous`, `Restricted`, a SIP address of nobody), or the keys on which
it would be typed, as if they were a number: `+266696687` is ANONYMOUS.
https://help.twilio.com/articles/223179988
https://www.twilio.com/en-us/changelog/upcoming-changes-to-withheld-caller-ids-behavior-for-dial-calls
"""

from __future__ import annotations

import re

_KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")

_ALONE = frozenset(
    ("anonymous", "blocked", "private", "restricted", "unavailable", "unknown", "withheld")
)
NUMBERS = frozenset(f"+{word.translate(_KEYS)}" for word in _ALONE)
"""The words as they are typed on a telephone's keys (ITU-T E.161); none is anybody's number."""

WORDS = _ALONE | {"callerunknown", "idunavailable", "nocallerid", "notavailable", "privatenumber"}
"""Without blanks and hyphens. `anonymous` is that of RFC 3323, section 4.1.1.3."""

_PLAIN = re.compile(r"\+[0-9]+")
_NOBODY = "anonymous.invalid"
_ADDRESS = re.compile(r"""^(?:"?[^"<]*"?\s*<)?(?:sips?:)?(?P<user>[^@;>]*)@?(?P<host>[^;>:]*)""")


def is_withheld(caller: str) -> bool:
    """Whether a webhook's `From` says that the caller's number is not known: a word for it, the
    word as a number, or nobody's address."""
    if _PLAIN.fullmatch(caller):  # nearly everybody
        return caller in NUMBERS
    match = _ADDRESS.match(caller.strip().lower())
    user, host = (match["user"], match["host"]) if match else ("", "")
    word = re.sub(r"[\s._-]", "", user)
    number = word if word.startswith("+") else f"+{word}"
    return not word or word in WORDS or number in NUMBERS or host.strip() == _NOBODY
