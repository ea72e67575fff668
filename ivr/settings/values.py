"""The settings, typed and checked, as the rest of Tango sees them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.core.accounts.roles import Role
from ivr.core.bucket import Bucket

NEW_ROLES = (Role.EDITOR, Role.SUPERVISOR)
"""Roles that single sign-on may give: those that need nothing else to be known of a person."""


SIMULATOR_ACCOUNT_SID = "AC00000000000000000000000000000000"


SIMULATOR_API_URL = "http://127.0.0.1:8081"


TWILIO_API_URL = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """The provider of single sign-on, and which accounts it opens; `new_role` is that of accounts
    made by it, None where none is made."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "email"
    new_role: Role | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, typed. Folders are absolute; URLs have no trailing slash."""

    flows: Path
    recordings: Path | Bucket
    data: Path
    redis_url: str | None
    database_url: str
    public_url: str
    account_sid: str
    auth_token: str
    twilio_api_url: str
    speech_models: Path
    speech_publisher: str
    smtp_url: str | None
    mail_from: str
    secret_key: str
    web_processes: int
    web_threads: int
    speech_workers: int
    live_streams: int
    console_streams: int = 500
    hung_seconds: int = 30
    http_private: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset(("GB", "GG", "IE", "IM", "JE"))
    single_sign_on: SingleSignOn | None = None
    api_key_sid: str | None = None
    api_key_secret: str | None = None

    @property
    def simulated(self) -> bool:
        """Whether the carrier is the simulator, because no account is set."""
        return self.account_sid == SIMULATOR_ACCOUNT_SID
