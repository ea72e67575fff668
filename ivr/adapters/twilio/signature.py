"""Is a webhook really the carrier's? https://www.twilio.com/docs/usage/security"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator


class FormFields(Protocol):
    """The fields of a form, any of which may come more than once."""

    def getlist(self, key: str) -> list[str]:
        """All values of a field."""


class Headers(Protocol):
    """The headers of a request."""

    def get(self, key: str) -> str | None:
        """The value of a header, whatever the case of its name."""


class SignedRequest(Protocol):
    """What is signed of a request, and the signature; a request of Flask's is one."""

    path: str
    query_string: bytes

    @property
    def headers(self) -> Headers: ...

    @property
    def form(self) -> FormFields: ...


class Signatures:
    """Checks `X-Twilio-Signature` against the public URL, never against the `Host` header, and
    that a webhook is about our account and no other."""

    def __init__(self, auth_token: str, public_url: str, account_sid: str) -> None:
        self._account_sid = account_sid
        self._validator = RequestValidator(auth_token)
        parts = urlsplit(public_url)
        self._origin = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        stream = self._origin.replace("http", "ws", 1)
        # The validator tries the usual port too, but knows that of https only.
        with_port = stream.replace(parts.netloc, f"{parts.netloc}:443", 1)
        self._stream_origins = (stream, with_port, self._origin)

    def valid(self, request: SignedRequest) -> bool:
        """Whether the request carries the signature of its URL and form, and is of our account."""
        accounts = request.form.getlist("AccountSid")
        ours = all(account == self._account_sid for account in accounts)
        return ours and self._signed(request, self._origin, request.form)

    def valid_stream(self, request: SignedRequest) -> bool:
        """As `valid`, of a WebSocket's handshake, whose URL may be signed with either scheme.

        https://www.twilio.com/docs/usage/webhooks/webhooks-security
        """
        return any(self._signed(request, origin, {}) for origin in self._stream_origins)

    def _signed(
        self, request: SignedRequest, origin: str, form: FormFields | Mapping[str, str]
    ) -> bool:
        signature = request.headers.get("X-Twilio-Signature")
        if not signature:
            return False
        query = request.query_string.decode("ascii", "replace")
        url = origin + request.path + (f"?{query}" if query else "")
        return bool(self._validator.validate(url, form, signature))
