"""What the form of a setting is, and what to type, where a value is of another form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from functools import cache

from babel import Locale

from ivr.core.language.phrases import languages

_ADDRESS = re.compile(r"[^@\s<>,;:()]+@[^@\s<>,;:().]+(?:\.[^@\s<>,;:().]+)*")
_NO_DOTS = re.compile(r"(?<=\w)(?:,|\.\.+)(?=\w[^@]*$)")
_SPOKEN_AT = re.compile(r"\s*(\(at\)|\[at\]| at )\s*", re.IGNORECASE)
_HOME = {"en": "en-GB", "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "it": "it-IT", "pt": "pt-PT"}
_TYPED = re.compile(r"([a-z]{2})[-_ ]?([a-z]{2})?")
_SPOKEN_IN = {"american": "en-US", "british": "en-GB", "gb": "en-GB", "uk": "en-GB", "us": "en-US"}
_NOT_A_COUNTRY = {"UK": "GB", "EN": "GB"}


def advice(setting: str, value: str) -> str | None:
    """What `setting` should be, with an example; None where this is not known."""
    form = _FORMS.get(setting)
    return form(value) if form else None


def setting(typed: str) -> str:
    """The setting that people mean by another word, such as `next` by `goto`; else nothing."""
    word = re.sub(r"[^a-z]+", "", typed.lower())
    return next((name for name, words in _OTHER_WORDS.items() if word in words), "")


_OTHER_WORDS = {
    "next": ("goto", "go", "then", "nextnode", "target", "continue", "to"),
    "no_input": ("timeout", "silence", "noanswer", "nothing", "default", "else"),
    "no_match": ("invalid", "wrong", "error", "nomatch", "unknown"),
    "choices": ("options", "option", "choice", "keys", "buttons"),
    "key": ("press", "digit", "button", "number"),
    "words": ("say", "says", "speech", "keywords", "word"),
    "phone": ("mobile", "tel", "telephone", "cell", "number", "handy"),
    "email": ("mail", "emailaddress"),
    "numbers": ("number", "phone", "telephone"),
    "retries": ("repeat", "attempts", "tries"),
    "else": ("default", "otherwise", "next"),
    "closed": ("shut",),
    "holidays": ("bankholidays", "publicholidays"),
    "timezone": ("zone", "tz"),
    "say": ("text", "message", "words", "play"),
    "visited": ("node", "nodes", "reached", "goes", "visits"),
    "into": ("variable", "var", "store", "saveas", "save"),
}


def word(typed: str, known: Collection[str]) -> str:
    """Which of the known words people mean by another one; else nothing."""
    plain = re.sub(r"[^a-z]+", "", typed.lower())
    return next((each for each in known if plain in _ALIKE.get(each, ())), "")


_ALIKE = {
    "string": ("text", "str", "word", "words", "name", "phone"),
    "digits": ("number", "numbers", "int", "integer", "code", "pin", "keys"),
    "number": ("int", "integer", "float", "decimal", "count", "digits"),
    "yes_no": ("bool", "boolean", "yesno", "truefalse"),
    "phone": ("telephone", "tel", "mobile", "phonenumber", "telefon", "nummer", "rhif"),
    "speech": ("text", "voice", "words", "string", "free", "any"),
    "money": ("amount", "price", "currency", "pounds"),
    "date": ("day", "datum", "dyddiad"),
    "time": ("clock", "hour", "hours", "uhrzeit", "zeit", "amser"),
    "sms": ("text", "texts", "message", "mobile"),
    "email": ("mail", "emails"),
}


def entry(where: str, given: object, first: str) -> str:
    """How names and values are written where something else stands."""
    pair = re.fullmatch(r"([a-z_]+)\s*(?:=|\s)\s*(\S.*)", given) if isinstance(given, str) else None
    if pair and ("=" in str(given) or pair[1] in _STEPS):
        return f'write {{{pair[1]}: "{pair[2].strip(_QUOTES)}"}}'
    if first and isinstance(given, str) and given not in ("yes", "no", "true", "false"):
        return f"write {{{first}: {given}}}" if first in _FIRST else f"such as {{{first}: …}}"
    return f"such as {{{first or 'name'}: …}}"


_STEPS = ("press", "says", "speaks", "hears", "hangup")
_QUOTES = "\"'“”‘’ "
_FIRST = ("name", "type", "kind", "audio", "say")
"""What a value alone usually is, where names and values should stand."""


def node_name(typed: str) -> str:
    """The name that a node may have, nearest to what was typed."""
    plain = unicodedata.normalize("NFKD", typed.replace("ß", "ss"))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    name = re.sub(r"[^a-z0-9_-]+", "_", letters).strip("_-")
    return (name if name[:1].isalpha() else f"step_{name}" if name else "")[:40]


def language(value: str) -> str:
    """A language tag as it is written, where there is such a language. Raises ValueError."""
    code, _, country = value.partition("-")
    if code not in _codes() or (country and country not in _countries()):
        raise ValueError(_language(value))
    return value


def _language(value: str) -> str:
    return f"'{value}' is not a language tag; write {_tag(value) or 'en-GB, de-DE or cy'}"


def _tag(value: str) -> str | None:
    """The tag of a language that is named in words, or typed in another way."""
    words = re.findall(r"\w+", value.lower())
    if words and words[0] in _SPOKEN_IN:
        return _SPOKEN_IN[words[0]]
    typed = _TYPED.fullmatch(value.lower())
    if typed and typed[1] in _codes():
        country = (typed[2] or "").upper()
        country = _NOT_A_COUNTRY.get(country, country)
        if country in _countries():
            return f"{typed[1]}-{country}"
        return _HOME.get(typed[1], typed[1])
    named = next((names[word] for word in words for names in _names() if word in names), None)
    return _HOME.get(named, named) if named else None


@cache
def _codes() -> frozenset[str]:
    return frozenset(Locale("en").languages)


@cache
def _countries() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale("en").territories) if code.isalpha()) - {"UK"}


@cache
def _names() -> list[dict[str, str]]:
    """Languages by their names in English, and in the languages that Tango speaks."""
    return [
        {name.lower(): code for code, name in Locale(one).languages.items() if code.isalpha()}
        for one in ("en", *languages())
    ]


def _colour(value: str) -> str:
    digits = re.sub(r"[^0-9a-fA-F]", "", value)
    bare = value.strip("# \"'")
    short = re.fullmatch("[0-9a-fA-F]{3}", bare)
    if short:
        example = "#" + "".join(digit * 2 for digit in bare)
    elif re.fullmatch("[0-9a-fA-F]{6}", bare):
        example = f"#{digits}"
    else:
        example = _COLOURS.get(value.lower(), "#1e6bb8")
    return f"'{value}' is not a colour as it is written here: # and six of 0-9 a-f; " + (
        f'write "{example}", in quotes'
    )


_COLOURS = {
    "black": "#000000",
    "blue": "#0000ff",
    "brown": "#a52a2a",
    "gold": "#ffd700",
    "gray": "#808080",
    "green": "#008000",
    "grey": "#808080",
    "navy": "#000080",
    "orange": "#ffa500",
    "pink": "#ffc0cb",
    "purple": "#800080",
    "red": "#ff0000",
    "teal": "#008080",
    "turquoise": "#40e0d0",
    "violet": "#ee82ee",
    "white": "#ffffff",
    "yellow": "#ffff00",
}


def _email(value: str) -> str:
    plain = _NO_DOTS.sub(".", _SPOKEN_AT.sub("@", value).removeprefix("mailto:"))
    addresses = _ADDRESS.findall(plain)
    if len(addresses) > 1:
        return f"one e-mail address stands here, not several; write {addresses[0]}"
    return f"'{value}' is not an e-mail address; write {(addresses or ['ann@acme.example'])[0]}"


def _key(value: str) -> str:
    meant = _KEYS.get(value.lower(), "1")
    return f"'{value}' is not a key of a telephone; write one of 0-9 * #, in quotes: \"{meant}\""


_KEYS = {"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_KEYS |= {"seven": "7", "eight": "8", "nine": "9", "star": "*", "asterisk": "*"}
_KEYS |= {"hash": "#", "pound": "#", "null": "0", "stern": "*", "raute": "#"}


def _keys(value: str) -> str:
    return f"'{value}' are not keys of a telephone; write keys of 0-9 * #, in quotes: \"12#\""


def _secret(value: str) -> str:
    meant = re.sub(r"[^a-z0-9_]+", "_", value.lower()).strip("_")[:40]
    example = meant if meant[:1].isalpha() else "crm_key"
    return (
        f"'{value}' cannot name a secret: small letters, digits and _; write {example}. The secret "
        "itself stands on the server"
    )


_FORMS: dict[str, Callable[[str], str]] = {
    "accept": _key,
    "colour": _colour,
    "email": _email,
    "key": _key,
    "language": _language,
    "press": _keys,
    "secret": _secret,
}
