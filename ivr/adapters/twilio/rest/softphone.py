"""Access tokens for the carrier's voice SDK, with which an operator's browser is a telephone.

https://www.twilio.com/docs/iam/access-tokens
"""

from __future__ import annotations

from datetime import datetime, timedelta

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from ivr.settings import Settings

TOKEN_LASTS = timedelta(hours=1)
"""The SDK tells the page in time to fetch another one."""


def softphone_token(settings: Settings, operator: str, now: datetime) -> str | None:
    """A token with which the browser of `operator` can be rung, from `now` (aware) for an hour.

    None where no API key is set. It opens nothing else: no calls can be made with it.
    """
    if settings.api_key_sid is None or settings.api_key_secret is None:
        return None
    token = AccessToken(
        settings.account_sid,
        settings.api_key_sid,
        settings.api_key_secret,
        identity=operator,
        nbf=int(now.timestamp()),
        valid_until=int((now + TOKEN_LASTS).timestamp()),
        grants=[VoiceGrant(incoming_allow=True)],
    )
    return str(token.to_jwt())
