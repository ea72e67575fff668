"""The clients' audio files for `<Play>`.

The digest of the content in the URL keeps clients' files from being guessed, and lets the carrier
keep them for long: other content has another URL.
https://www.twilio.com/docs/voice/twiml/play
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from ivr.adapters.files.flows.audio import client_audio, read_audio
from ivr.adapters.files.flows.library import FolderLibrary
from ivr.core.nodes.base import Kind

A_YEAR = 365 * 24 * 3600
TYPES = {".wav": "audio/wav", ".mp3": "audio/mpeg"}


def media_routes(flows: Path, library: FolderLibrary[Kind]) -> Blueprint:
    """The blueprint of `/media/audio/…`, which serves files below the folder `flows`."""
    routes = Blueprint("media", __name__, url_prefix="/media/audio")

    @routes.get("/<client>/<digest>/<name>")
    def audio(client: str, digest: str, name: str) -> Response:
        if not library.plays(client, name, digest):
            abort(404)
        folder = client_audio(flows, client).resolve()
        try:
            unchanged = read_audio(folder, name).digest == digest
        except ValueError:
            abort(404)
        # A caller whose call began before the file was replaced hears the new one.
        kept = A_YEAR if unchanged else 0
        kind = TYPES[Path(name).suffix]
        return send_from_directory(folder, name, mimetype=kind, max_age=kept)

    return routes
