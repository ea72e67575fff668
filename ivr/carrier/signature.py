"""Is a webhook really the carrier's? https://www.twilio.com/docs/usage/security"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request
from twilio.request_validator import RequestValidator


class Signatures:
    """Checks `X-Twilio-Signature` against the public URL, never against the `Host` header."""

    def __init__(self, auth_token: str, public_url: str) -> None:
        self._validator = RequestValidator(auth_token)
        parts = urlsplit(public_url)
        self._origin = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"

    def valid(self, request: Request) -> bool:
        """Whether the request carries the signature of its URL and form."""
        signature = request.headers.get("X-Twilio-Signature")
        if not signature:
            return False
        query = request.query_string.decode("ascii", "replace")
        url = self._origin + request.path + (f"?{query}" if query else "")
        return bool(self._validator.validate(url, request.form, signature))
