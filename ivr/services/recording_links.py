"""Links by which a speech worker on another machine fetches the recording that it is to turn into
words: signed, for an hour, and only while the words are still wanted."""

from __future__ import annotations

from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from ivr.errors import LinkLapsed

LASTS = timedelta(hours=1)
"""A job that has waited for longer comes back for another link, which costs a moment."""

PATH = "/recordings/"


class RecordingLinks:
    """Makes and reads the token at the end of such a link."""

    def __init__(self, secret_key: str) -> None:
        self._tokens = URLSafeSerializer(secret_key, salt="recording link")

    def token(self, recording_id: str, now: datetime) -> str:
        """The token for a recording, as from `now`."""
        return str(self._tokens.dumps([recording_id, int((now + LASTS).timestamp())]))

    def recording(self, token: str, now: datetime) -> str:
        """Which recording a token is for. Raises `LinkLapsed` where it is not ours, or too old."""
        try:
            recording_id, until = self._tokens.loads(token)
        except BadData as error:
            raise LinkLapsed("This link was not made by this server.") from error
        if until <= now.timestamp():
            raise LinkLapsed("This link is too old; the next one is made with the next job.")
        return str(recording_id)
