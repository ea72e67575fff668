"""Recordings for speech workers on other machines, by signed links (`RecordingLinks`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

import structlog
from flask import Blueprint, Response

from ivr.adapters.sql import SqlRecords
from ivr.core.records.message import MessageState
from ivr.errors import LinkLapsed, RecordsError
from ivr.services.recording_links import PATH, RecordingLinks
from ivr.services.recording_storage import RecordingStorage
from ivr.web.recording_response import recording_response

log = structlog.get_logger()


def recording_routes(
    links: RecordingLinks,
    records: SqlRecords,
    storage: RecordingStorage,
    clock: Callable[[], datetime],
) -> Blueprint:
    """The blueprint of `/recordings/…`."""
    routes = Blueprint("recordings", __name__)

    @routes.get(f"{PATH}<token>")
    def recording(token: str) -> Response:
        """403 for a link that does not hold, 410 for a recording that has its words by now."""
        try:
            found = records.recordings.find(links.recording(token, clock()))
        except LinkLapsed as error:
            return _refused(str(error), HTTPStatus.FORBIDDEN)
        except RecordsError as error:
            log.warning("recording.records_failed", error=str(error))
            return _refused("The records cannot be read now.", HTTPStatus.SERVICE_UNAVAILABLE)
        if found is None or found.audio is None or found.state is not MessageState.RECORDED:
            return _refused("This recording is not wanted any more.", HTTPStatus.GONE)
        return recording_response(storage, found.audio)

    return routes


def _refused(why: str, status: HTTPStatus) -> Response:
    return Response(f"{why}\n", status, content_type="text/plain; charset=utf-8")
