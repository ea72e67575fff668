"""What a caller hears: words, in the client's voice or another, or an audio file."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from ivr.core.flow.types import AudioName, Model, Text, VoiceName


class Utterance(Model):
    """Words to speak, or an audio file to play."""

    text: Text | None = Field(default=None, description="The words.")
    voice: VoiceName | None = Field(
        default=None, description="Who speaks them, if not the client's voice."
    )
    audio: AudioName | None = Field(
        default=None, description="The audio file, which lies in `audio/CLIENT/`."
    )

    @model_validator(mode="after")
    def _words_or_sound(self) -> Self:
        if (self.text is None) == (self.audio is None):
            raise ValueError("write either 'text' or 'audio'; several stand in a list")
        if self.voice and self.audio:
            raise ValueError("an audio file has a voice of its own; leave out 'voice'")
        return self


def _as_list(value: object) -> object:
    if not value:
        raise ValueError("there is nothing to say here")
    return [
        {"text": part} if isinstance(part, str) else part
        for part in (value if isinstance(value, list | tuple) else [value])
    ]


Spoken = Annotated[
    tuple[Utterance, ...],
    BeforeValidator(_as_list, json_schema_input_type=str | Utterance | list[str | Utterance]),
    Field(max_length=20),
]
"""Words, or `{audio: greeting.wav}`, or `{text: …, voice: …}`, or a list of these."""
