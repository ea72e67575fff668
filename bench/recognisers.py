"""How well and how fast each installed recogniser hears human telephone speech.

The speech is what set-up fetches (ivr/adapters/speech/samples.py). Where Debian's packages
asterisk-core-sounds-en, asterisk-core-sounds-en-wav or pocketsphinx-testdata are installed, theirs
is heard, too. A recogniser of another language hears what set-up fetches: its words mean nothing
then, but the time that it takes does. Aims: a fifth of the words wrong at most, and faster than the
speech.

    python -m bench.recognisers [--recogniser vosk]
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import soundfile

from ivr.adapters.speech.evaluation import Clip, clips_in, evaluate
from ivr.adapters.speech.models.install import install
from ivr.adapters.speech.recognisers.choose import Recognisers
from ivr.adapters.speech.recognisers.recogniser import Recogniser
from ivr.adapters.speech.samples import TELEPHONE_RATE, fetch_samples, telephone
from ivr.settings import load_settings

ROOT = Path(__file__).parents[1]
SPEECH = ROOT / ".cache" / "speech"
ASTERISK_TEXTS = Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
ASTERISK_SOUNDS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
POCKETSPHINX = Path("/usr/share/pocketsphinx/test/data")
LEAST_WORDS, PROMPTS = 6, 30
MOST_ERRORS, LONGEST = 0.2, 1.0


def asterisk() -> list[Clip]:
    """Prompts of a telephone exchange, spread over all that are long enough to be a sentence."""
    if not ASTERISK_TEXTS.is_file():
        return []
    with gzip.open(ASTERISK_TEXTS, "rt", encoding="utf-8") as file:
        lines = [line.strip().partition(": ") for line in file if not line.startswith(";")]
    found = [
        Clip(ASTERISK_SOUNDS / f"{name}.wav", text)
        for name, _, text in lines
        if len(text.split()) >= LEAST_WORDS and not re.search(r"[\[\](<]", text)
    ]
    there = [clip for clip in found if clip.audio.is_file()]
    return there[:: -(-len(there) // PROMPTS) or 1]


def pocketsphinx(folder: Path) -> Iterator[Clip]:
    """Sentences of a book and names of cards, made telephone speech in `folder`."""
    for texts in sorted(POCKETSPHINX.glob("*/*transcription")):
        for line in texts.read_text(encoding="utf-8").splitlines():
            said = re.fullmatch(r"(?:<s>)?(.*?)(?:</s>)?\s*\((\S+)\)", line.strip())
            audio = texts.parent / f"{said[2]}.wav" if said else None
            if said and audio and audio.is_file():
                samples, rate = soundfile.read(audio, dtype="float64")
                narrow = folder / audio.name
                soundfile.write(narrow, telephone(samples, rate), TELEPHONE_RATE)
                yield Clip(narrow, said[1])


def show(recogniser: Recogniser, group: str, clips: list[Clip]) -> bool:
    """Print a line; returns whether the aims are met."""
    found = evaluate(recogniser, clips)
    english = recogniser.language.startswith("en")
    errors = f"{found.word_error_rate:7.1%}" if english else "      –"
    met = found.real_time_factor < LONGEST and (not english or found.word_error_rate <= MOST_ERRORS)
    print(
        f"{found.recogniser:15} {found.model:28} {group:12} {found.clips:5} {found.words:6} "
        f"{errors} {found.real_time_factor:9.3f}  {'' if met else 'MISSED'}",
        flush=True,
    )
    return met


def main() -> int:
    """Print a line for each recogniser and kind of speech; exit code 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--recogniser", metavar="NAME", help="only this one, such as vosk")
    args = parser.parse_args()
    fetch_samples(SPEECH, lambda text: print(text, file=sys.stderr))
    with tempfile.TemporaryDirectory(prefix="tango-") as name:
        folder = Path(name)
        install("ko", None, None, folder / "models", lambda text: None)
        groups = {"read": clips_in(SPEECH)}
        more = {"asterisk": asterisk(), "pocketsphinx": list(pocketsphinx(folder))}
        recognisers = [
            *(
                (each, groups | more)
                for each in Recognisers(load_settings().speech_models).every("en")
            ),
            *((each, groups) for each in Recognisers(folder / "models").every("ko")),
        ]
        print(
            f"{'recogniser':15} {'model':28} {'speech':12} {'clips':>5} {'words':>6} "
            f"{'errors':>7} {'real time':>9}"
        )
        met = [
            show(recogniser, group, clips)
            for recogniser, heard in recognisers
            if args.recogniser in (None, recogniser.name)
            for group, clips in heard.items()
            if clips
        ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
