"""Tokens with which an operator's browser is a telephone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from twilio.jwt.access_token import AccessToken

from ivr.adapters.twilio.rest.softphone import softphone_token
from ivr.settings import Settings

NOW = datetime.now(UTC)


def test_a_token_lets_the_browser_be_rung_for_an_hour_and_no_more(settings: Settings) -> None:
    keyed = replace(settings, api_key_sid="SK1", api_key_secret="s" * 32)
    token = softphone_token(keyed, "sam", NOW)
    assert token is not None
    read = AccessToken.from_jwt(token, "s" * 32).payload
    assert read["grants"] == {"identity": "sam", "voice": {"incoming": {"allow": True}}}
    assert read["exp"] - read["nbf"] == 3600
    assert (read["iss"], read["sub"]) == ("SK1", settings.account_sid)


def test_without_a_key_there_is_no_token(settings: Settings) -> None:
    assert softphone_token(settings, "sam", NOW) is None
