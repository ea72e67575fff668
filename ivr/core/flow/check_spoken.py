"""What is said must be sayable: audio files that are there, voices that exist and fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ivr.core.flow import voices
from ivr.core.flow.build import Builder
from ivr.core.flow.findings import Finding, Severity
from ivr.core.flow.flow import LAST_GOODBYE, LAST_RESORT, NodeT
from ivr.core.flow.types import AudioName, Model, MusicName, Path, VoiceName, names_in
from ivr.core.language.phrases import has_phrases, languages

Finder = Callable[..., Finding]


def check_spoken(builder: Builder[NodeT]) -> Iterator[Finding]:
    """The findings about audio files and voices: in the client, in defaults, in nodes."""
    file = builder.file
    if not has_phrases(file.head.client.language):
        yield _no_phrases(builder)
    yield from _checked(builder, file.head.client, ("client",), file.source.finding)
    yield from _checked(builder, file.head.defaults, ("defaults",), file.source.finding)
    for used in builder.templates.values():
        yield from _checked(builder, used.head.defaults, ("defaults",), used.source.finding)
    for name, built in builder.built.items():
        if name not in (LAST_RESORT, LAST_GOODBYE):
            base: Path = ("nodes", built.local)
            yield from _checked(builder, built.place.node, base, built.source.finding)


def _no_phrases(builder: Builder[NodeT]) -> Finding:
    language = builder.file.head.client.language
    message = (
        f"Tango has no sentences in '{language}' yet; where the file has no words of its own, "
        f"callers hear English (there are {', '.join(languages())})"
    )
    where = ("client", "language")
    return builder.file.source.finding(where, "no-phrases", message, severity=Severity.WARNING)


def _checked(
    builder: Builder[NodeT], model: Model, base: Path, finder: Finder
) -> Iterator[Finding]:
    language = builder.file.head.client.language
    for path, name in names_in(model):
        where = (*base, *path)
        match name:
            case AudioName() if problem := builder.shelf.problems.get(name):
                yield finder(where, "unknown-audio", problem)
            case MusicName() if name in builder.shelf.files:
                seconds = round(builder.shelf.files[name].seconds)
                if seconds > name.longest_seconds:
                    message = (
                        f"the music '{name}' is {seconds} seconds long; make it at most "
                        f"{name.longest_seconds} seconds, as callers hear nothing else "
                        "before its end"
                    )
                    yield finder(where, "unknown-audio", message)
            case VoiceName() if problem := voices.unknown(name, language):
                yield finder(where, "unknown-voice", problem)
            case VoiceName() if not voices.speaks(name, language):
                message = f"the voice '{name}' does not speak {language}"
                yield finder(where, "voice-language", message, severity=Severity.WARNING)
