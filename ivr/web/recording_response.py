"""A recording as an answer to whoever plays it, all of it or the part that they ask for."""

from __future__ import annotations

import structlog
from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from ivr.errors import RecordingMissing, StorageError
from ivr.services.recording_storage import RecordingStorage

log = structlog.get_logger()


def is_there(storage: RecordingStorage, name: str | None) -> bool:
    """Whether there is something to play; also where only the storage is away for the moment, which
    `recording_response` says then."""
    try:
        return bool(name) and storage.find(str(name)) is not None
    except StorageError as error:
        log.warning("recording.storage_failed", error=str(error))
        return True


def recording_response(storage: RecordingStorage, name: str) -> Response:
    """The recording, or what the request's `Range` names of it (RFC 9110, 14), or 304 for whoever
    has it already; 404 where it is gone, 503 where the storage cannot be used. Raises
    `RequestedRangeNotSatisfiable`."""
    try:
        found = storage.find(name)
        if found is None:
            return Response(status=404)
        file = storage.open(name)
        head = file.read(4)
    except RecordingMissing:
        return Response(status=404)
    except StorageError as error:
        log.warning("recording.storage_failed", error=str(error))
        return Response(status=503, headers={"Retry-After": "10"})
    file.seek(0)
    response = Response(
        wrap_file(request.environ, file), mimetype=sound_of(head), direct_passthrough=True
    )
    response.content_length = found.size
    response.last_modified = found.written_at
    response.set_etag(found.tag.strip('"'))
    response.cache_control.no_cache = True
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=found.size)
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
    return response


def sound_of(head: bytes) -> str:
    """The media type by what a recording begins with: it is called `.wav` whatever it is."""
    return "audio/wav" if head == b"RIFF" else "audio/mpeg"
