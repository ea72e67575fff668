"""Links by which somebody says that they have read what was delivered: signed, for thirty days.

Fetching one changes nothing, as mail scanners fetch every link; the page behind it has a button.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, Signer

LINK_LASTS = timedelta(days=30)


class ReadLinks:
    """Makes and reads such links; `public_url` begins them."""

    def __init__(self, secret_key: str, public_url: str) -> None:
        self._signer = Signer(secret_key, salt="read link")
        self._public_url = public_url

    def link(self, delivery_id: str, since: datetime) -> str:
        """The address for a delivery that began at `since`: the same at every try."""
        hours = int((since + LINK_LASTS).timestamp()) // 3600
        token = self._signer.sign(f"{delivery_id}.{hours:x}").decode()
        return f"{self._public_url}/console/read/{token}"

    def delivery(self, token: str, now: datetime) -> str | None:
        """Which delivery's link it is, if it still holds."""
        try:
            delivery_id, _, hours = self._signer.unsign(token).decode().partition(".")
        except (BadSignature, UnicodeDecodeError):
            return None
        until = datetime.fromtimestamp(int(hours, 16) * 3600, UTC)
        return delivery_id if now < until else None
