"""A client's audio files: `audio/CLIENT/NAME.wav` or `.mp3` in the folder of client files."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from ivr.adapters.files.flows.files import names_in, read_bytes, real
from ivr.core.flow.audio import AudioFile, AudioIndex
from ivr.core.flow.findings import nearest

FOLDER = "audio"
MAX_AUDIO_BYTES = 10 * 1024 * 1024
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,80}\.(wav|mp3)")
_FORMATS = {"wav": ("WAV", "WAVEX"), "mp3": ("MP3", "MPEG")}


def client_audio(flows: Path, client_id: str) -> Path:
    """Where the audio files of a client are."""
    return flows / FOLDER / client_id


def shelf(folder: Path, names: Iterable[str]) -> AudioIndex:
    """Read the audio files `names` in a client's `folder`."""
    files: dict[str, AudioFile] = {}
    problems: dict[str, str] = {}
    for name in sorted(set(names)):
        try:
            files[name] = read_audio(folder, name)
        except ValueError as error:
            problems[name] = str(error)
    return AudioIndex(files, problems)


def read_audio(folder: Path, name: str) -> AudioFile:
    """The audio file `name` in `folder`. Raises ValueError with what is wrong with it."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"'{name}' cannot name an audio file; write greeting.wav or greeting.mp3")
    path = folder / name
    try:
        read_bytes(path, 1)
        inner = real(path)
        if inner is None or not inner.is_relative_to(folder.resolve()):
            raise FileNotFoundError
        found = path.stat()
        return _read(path, found.st_mtime_ns, found.st_size, found.st_ino)
    except FileNotFoundError:
        hint = nearest(name, _audio_names(folder))
        message = f"there is no audio file '{FOLDER}/{folder.name}/{name}'{hint}"
        raise ValueError(message) from None
    except OSError as error:
        raise ValueError(f"the audio file '{name}' cannot be read: {error.strerror}") from None


def _audio_names(folder: Path) -> list[str]:
    try:
        return [name for name in names_in(folder) if _NAME.fullmatch(name)]
    except OSError:
        return []


@lru_cache(maxsize=4096)
def _read(path: Path, _changed: int, size: int, _inode: int) -> AudioFile:
    """One content of a file, read once."""
    if size > MAX_AUDIO_BYTES:
        limit = f"{MAX_AUDIO_BYTES // 1024 // 1024} MB"
        raise ValueError(f"the audio file '{path.name}' is larger than {limit}")
    import soundfile  # takes a while, and most clients play no audio

    content = read_bytes(path, MAX_AUDIO_BYTES)
    try:
        info = soundfile.info(io.BytesIO(content))
    except soundfile.LibsndfileError:
        raise ValueError(f"'{path.name}' is not audio that can be played") from None
    if info.format not in _FORMATS[path.suffix[1:]]:
        message = f"'{path.name}' holds {info.format}, not what its name says"
        raise ValueError(message)
    digest = hashlib.sha256(content).hexdigest()[:32]
    return AudioFile(path.name, digest, float(info.duration))
