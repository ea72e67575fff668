"""The carrier's lists of calls, recordings and texts, read page by page, as values.

One request at a time, of pages that are not large, and with a pause where the carrier asks for one:
https://www.twilio.com/docs/usage/rest-api-best-practices#retry-with-exponential-backoff
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import structlog

from ivr.adapters.twilio.addresses import recording_address
from ivr.adapters.twilio.rest.client import asked, asked_of_call, rest_client
from ivr.adapters.twilio.webhooks import called, caller
from ivr.core.card_numbers import without_card_numbers
from ivr.core.carrier import CarrierCall, CarrierRecording, CarrierText
from ivr.errors import CarrierBusy, CarrierError
from ivr.settings import Settings

log = structlog.get_logger()

PAGE = 100
"""Things on a page. Twilio gives 1000 at most."""

MOST_PAGES = 2000
TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds; the pause doubles."""

ReplyT = TypeVar("ReplyT")
ThingT = TypeVar("ThingT")


class CarrierLists:
    """The account's things at the carrier, of this account alone.

    `pause` waits so many seconds. Every method may raise `CarrierError`: `CarrierBusy` where the
    carrier was still busy after several pauses.
    """

    def __init__(self, settings: Settings, pause: Callable[[float], None] = time.sleep) -> None:
        self._account_sid = settings.account_sid
        self._base_url = settings.twilio_api_url
        self._client = rest_client(settings)
        self._pause = pause

    def calls(self, since: datetime) -> Iterator[list[CarrierCall]]:
        """Calls that began since then, a page at a time, the newest first."""
        first = self._client.calls.page
        return self._pages(lambda: first(start_time_after=since, page_size=PAGE), _call)

    def call(self, sid: str) -> CarrierCall:
        """One call. Raises `CallGone` where the carrier knows none."""
        return self._asked(lambda: _call(asked_of_call(self._client.calls(sid).fetch)))

    def recordings(self, since: datetime) -> Iterator[list[CarrierRecording]]:
        """Recordings that were begun since then, a page at a time."""
        first = self._client.recordings.page
        return self._pages(lambda: first(date_created_after=since, page_size=PAGE), self._recording)

    def room(self, sid: str) -> str:
        """The name of a conference. Raises `CallGone` where the carrier knows none."""
        found = self._asked(lambda: asked_of_call(self._client.conferences(sid).fetch))
        return str(found.friendly_name)

    def texts(self, since: datetime) -> Iterator[list[CarrierText]]:
        """Texts that were sent or received since then, a page at a time."""
        first = self._client.messages.page
        return self._pages(lambda: first(date_sent_after=since, page_size=PAGE), _text)

    def _pages(
        self, first: Callable[[], Any], value: Callable[[Any], ThingT]
    ) -> Iterator[list[ThingT]]:
        """The pages of a list, each read whole before anything is done about it."""

        def read(turn: Callable[[], Any]) -> tuple[Any, list[ThingT]]:
            page = turn()
            return page, [value(each) for each in page if each.account_sid == self._account_sid]

        page, things = self._asked(lambda: read(first))
        for _ in range(MOST_PAGES):
            yield things
            if page.next_page_url is None:
                return
            page, things = self._asked(partial(read, page.next_page))
        raise CarrierError(f"The carrier's list has more than {MOST_PAGES} pages; ask for less.")

    def _asked(self, request: Callable[[], ReplyT]) -> ReplyT:
        pause = FIRST_PAUSE
        for _ in range(TRIES - 1):
            try:
                return asked(request)
            except CarrierBusy as busy:
                wanted = pause if busy.after is None else busy.after
                log.info(
                    "carrier.request_postponed", error=str(busy), pause=min(wanted, LONGEST_PAUSE)
                )
                self._pause(min(wanted, LONGEST_PAUSE))
                pause *= 2
        return asked(request)

    def _recording(self, recording: Any) -> CarrierRecording:
        return CarrierRecording(
            sid=recording.sid,
            call_sid=recording.call_sid,
            room=recording.conference_sid,
            source=_value(recording.source),
            status=_value(recording.status),
            started_at=_moment(recording.start_time or recording.date_created),
            seconds=max(0, int(recording.duration or 0)),
            url=recording_address(self._base_url, self._account_sid, recording.sid),
        )


def _call(call: Any) -> CarrierCall:
    return CarrierCall(
        sid=call.sid,
        caller=caller(call._from or ""),
        called=called({"To": call.to or ""}),
        direction=call.direction or "",
        status=_value(call.status),
        started_at=_moment(call.start_time or call.date_created),
        ended_at=_moment(call.end_time) if call.end_time else None,
    )


def _text(text: Any) -> CarrierText:
    return CarrierText(
        sid=text.sid,
        from_=text.from_ or "",
        to=text.to or "",
        body=without_card_numbers(text.body or ""),
        direction=_value(text.direction),
        status=_value(text.status),
        error=text.error_code,
        at=_moment(text.date_sent or text.date_created),
    )


def _value(text: Any) -> str:
    """A word of the carrier's, whether the package has it as text or as one of a set."""
    return str(getattr(text, "value", text) or "")


def _moment(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
