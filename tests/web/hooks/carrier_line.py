"""A telephone line into the web application: signed webhooks by hand, answers as XML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from flask.testing import FlaskClient
from redis import Redis
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from ivr.adapters.redis.turn_journal import drain
from ivr.adapters.sql import SqlRecords

FLOWS = Path(__file__).parents[3] / "flows"
DECORATOR = "+441604529170"
CALLER = "+441632960001"
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = MONDAY_NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Line:
    """One call as the carrier sees it: posts webhooks, keeps the last document."""

    client: FlaskClient
    token: str
    public_url: str
    sid: str = "CA" + "1" * 32
    caller: str = CALLER
    called: str = DECORATOR
    answer: TestResponse | None = None

    def post(self, url: str, signature: str | None = None, **fields: str) -> TestResponse:
        """Post a webhook, signed unless another signature is given."""
        form = {
            "CallSid": self.sid,
            "AccountSid": "AC" + "0" * 32,
            "From": self.caller,
            "To": self.called,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
        } | fields
        url = url.partition("#")[0]
        signed = RequestValidator(self.token).compute_signature(self.public_url + url, form)
        headers = {"X-Twilio-Signature": signed if signature is None else signature}
        response = self.client.post(url, data=form, headers=headers)
        if response.mimetype == "text/xml":
            self.answer = response
        return response

    def dial(self) -> ElementTree.Element:
        """The call comes in."""
        self.post("/twilio/voice", CallStatus="ringing")
        return self.document

    def act(self, **fields: str) -> ElementTree.Element:
        """Request the last document's action URL."""
        assert self.post(self.action, **fields).status_code == 200
        return self.document

    @property
    def document(self) -> ElementTree.Element:
        """The last document."""
        assert self.answer is not None
        return ElementTree.fromstring(self.answer.data)  # noqa: S314  # our own document

    @property
    def action(self) -> str:
        """The URL to which the last document leads."""
        for element in self.document.iter():
            if action := element.get("action"):
                return action
        redirect = self.document.find("Redirect")
        assert redirect is not None, self.heard
        return str(redirect.text)

    @property
    def heard(self) -> str:
        """What the last document says."""
        return " ".join(str(say.text) for say in self.document.iter("Say"))

    def verbs(self) -> list[str]:
        """The top-level verbs of the last document."""
        return [element.tag for element in self.document]


def settle(redis: Redis, records: SqlRecords) -> None:
    """Move the whole journal into the records; the first call only sets the journal up."""
    drain(redis, records, block_ms=1)
    while drain(redis, records, block_ms=1):
        pass
