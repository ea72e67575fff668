"""The carrier's voices, and the languages that each of them speaks.

Source: https://www.twilio.com/docs/voice/twiml/say/text-speech#available-voices-and-languages and
https://docs.aws.amazon.com/polly/latest/dg/available-voices.html. Polly's voices are listed here;
every neural one is also taken with `-Generative`, as these are added to often. Google's names hold
their language, and ElevenLabs' speak any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.core.flow.findings import nearest

STANDARD = {
    "arb": "Zeina",
    "cmn-CN": "Zhiyu",
    "cy-GB": "Gwyneth",
    "da-DK": "Naja Mads",
    "de-DE": "Hans Marlene Vicki",
    "en-AU": "Nicole Russell",
    "en-GB": "Amy Brian Emma Geraint",
    "en-IN": "Aditi Raveena",
    "en-US": "Ivy Joanna Joey Justin Kendra Kevin Kimberly Matthew Salli",
    "es-ES": "Conchita Enrique Lucia",
    "es-MX": "Mia",
    "es-US": "Lupe Miguel Penelope",
    "fr-CA": "Chantal",
    "fr-FR": "Celine Lea Mathieu",
    "hi-IN": "Aditi",
    "is-IS": "Dora Karl",
    "it-IT": "Bianca Carla Giorgio",
    "ja-JP": "Mizuki Takumi",
    "ko-KR": "Seoyeon",
    "nb-NO": "Liv",
    "nl-NL": "Lotte Ruben",
    "pl-PL": "Ewa Jacek Jan Maja",
    "pt-BR": "Camila Ricardo Vitoria",
    "pt-PT": "Cristiano Ines",
    "ro-RO": "Carmen",
    "ru-RU": "Maxim Tatyana",
    "sv-SE": "Astrid",
    "tr-TR": "Filiz",
}
NEURAL = {
    "ar-AE": "Hala Zayd",
    "ca-ES": "Arlet",
    "cmn-CN": "Zhiyu",
    "cs-CZ": "Jitka",
    "da-DK": "Sofie",
    "de-AT": "Hannah",
    "de-CH": "Sabrina",
    "de-DE": "Daniel Vicki",
    "en-AU": "Olivia",
    "en-GB": "Amy Arthur Brian Emma",
    "en-IE": "Niamh",
    "en-IN": "Kajal",
    "en-NZ": "Aria",
    "en-SG": "Jasmine",
    "en-US": "Danielle Gregory Ivy Joanna Joey Justin Kendra Kevin Kimberly Matthew Ruth Salli"
    " Stephen",
    "en-ZA": "Ayanda",
    "es-ES": "Lucia Sergio",
    "es-MX": "Andres Mia",
    "es-US": "Lupe Pedro",
    "fi-FI": "Suvi",
    "fr-BE": "Isabelle",
    "fr-CA": "Gabrielle Liam",
    "fr-FR": "Lea Remi",
    "hi-IN": "Kajal",
    "it-IT": "Adriano Bianca",
    "ja-JP": "Kazuha Takumi Tomoko",
    "ko-KR": "Jihye Seoyeon",
    "nb-NO": "Ida",
    "nl-BE": "Lisa",
    "nl-NL": "Laura",
    "pl-PL": "Ola",
    "pt-BR": "Camila Thiago Vitoria",
    "pt-PT": "Ines",
    "sv-SE": "Elin",
    "tr-TR": "Burcu",
    "yue-CN": "Hiujin",
}
_GOOGLE = re.compile(
    r"Google\.([a-z]{2,3})-[A-Z]{2}-(Standard|Wavenet|Neural2|News|Studio|Polyglot|Chirp3-HD)-\w+"
)
_ANY_LANGUAGE = re.compile(r"man|woman|alice|ElevenLabs\.[\w.-]+")


def _polly() -> Iterator[tuple[str, str]]:
    """Every voice of Polly, with the family of its language (`en`)."""
    for names, endings in ((STANDARD, ("",)), (NEURAL, ("-Neural", "-Generative"))):
        for language, voices in names.items():
            for voice in voices.split():
                for ending in endings:
                    yield f"Polly.{voice}{ending}", language.partition("-")[0]


_LANGUAGES: dict[str, frozenset[str]] = {}
for _name, _language in _polly():
    _LANGUAGES[_name] = _LANGUAGES.get(_name, frozenset()) | {_language}


def unknown(voice: str, language: str) -> str | None:
    """Why no voice is called `voice`, with the nearest of `language`; None where one is."""
    if voice in _LANGUAGES or _GOOGLE.fullmatch(voice) or _ANY_LANGUAGE.fullmatch(voice):
        return None
    spoken = _spoken(language)
    alike = [name for name in spoken if name.lower().endswith(f".{voice.lower()}")]
    hint = nearest(alike[0], alike) if alike else nearest(voice, spoken)
    hint = hint or nearest(voice, _LANGUAGES)
    if not hint and spoken:
        hint = f"; for {language} there are {', '.join(spoken[:4])}"
    return f"'{voice}' is not a voice of the carrier{hint}"


def _spoken(language: str) -> list[str]:
    """The voices that speak `language`, those of its country first."""
    own = [f"Polly.{name}" for name in STANDARD.get(language, "").split()]
    return [
        *own,
        *sorted(name for name in _LANGUAGES if speaks(name, language) and name not in own),
    ]


def speaks(voice: str, language: str) -> bool:
    """Whether a known voice speaks `language` (`en-GB`), in any of its countries' ways."""
    family = language.partition("-")[0]
    google = _GOOGLE.fullmatch(voice)
    if google:
        return google[1] == family
    return family in _LANGUAGES.get(voice, {family})
