"""Reading the settings from the environment and `.env`, and refusing what cannot be meant."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from phonenumbers import SUPPORTED_REGIONS

from ivr.core.accounts.roles import Role
from ivr.core.bucket import SCHEME, Bucket, bucket_of
from ivr.core.costly_numbers import EVERY_COUNTRY
from ivr.errors import SettingsError
from ivr.settings.catalogue import SETTINGS
from ivr.settings.kept_secrets import kept_secret
from ivr.settings.values import (
    NEW_ROLES,
    SIMULATOR_ACCOUNT_SID,
    SIMULATOR_API_URL,
    TWILIO_API_URL,
    Settings,
    SingleSignOn,
)


def load_settings(
    environ: Mapping[str, str] | None = None,
    dotenv: Path | None = Path(".env"),
    *,
    public_url: str | None = None,
) -> Settings:
    """Read the settings.

    `environ` defaults to the process's environment; `dotenv` names a file read under it (the
    environment wins), or None. `public_url` stands in where IVR_PUBLIC_URL is unset. Raises
    `SettingsError` for an unknown `IVR_*` name, a value of the wrong form or a line of the
    file that says nothing.
    """
    values = _read_dotenv(dotenv) if dotenv else {}
    values |= os.environ if environ is None else environ
    _refuse_unknown(values)
    defaults = {setting.name: setting.default for setting in SETTINGS}
    if public_url:
        defaults["IVR_PUBLIC_URL"] = public_url

    def text(name: str) -> str:
        return values.get(name) or defaults[name]

    data = Path(text("IVR_DATA")).absolute()
    account = text("TWILIO_ACCOUNT_SID")
    if account and not text("TWILIO_AUTH_TOKEN"):
        raise SettingsError(
            "TWILIO_ACCOUNT_SID is set but TWILIO_AUTH_TOKEN is not; set both, or neither."
        )
    if bool(text("TWILIO_API_KEY_SID")) != bool(text("TWILIO_API_KEY_SECRET")):
        raise SettingsError(
            "Of TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET only one is set; set both, or neither."
        )
    api_default = TWILIO_API_URL if account else SIMULATOR_API_URL
    return Settings(
        flows=Path(text("IVR_FLOWS")).absolute(),
        recordings=_recordings(text),
        data=data,
        redis_url=text("IVR_REDIS_URL") or None,
        database_url=text("IVR_DATABASE_URL") or f"sqlite:///{data / 'records.sqlite3'}",
        public_url=_http_url("IVR_PUBLIC_URL", text("IVR_PUBLIC_URL")),
        account_sid=account or SIMULATOR_ACCOUNT_SID,
        auth_token=text("TWILIO_AUTH_TOKEN") or kept_secret(data, "auth_token"),
        twilio_api_url=_http_url("IVR_TWILIO_API_URL", text("IVR_TWILIO_API_URL") or api_default),
        speech_models=Path(text("IVR_SPEECH_MODELS") or data / "models").absolute(),
        speech_publisher=_http_url("IVR_SPEECH_PUBLISHER", text("IVR_SPEECH_PUBLISHER")),
        smtp_url=text("IVR_SMTP_URL") or None,
        mail_from=text("IVR_MAIL_FROM"),
        secret_key=text("IVR_SECRET_KEY") or kept_secret(data, "secret_key"),
        web_processes=_count("IVR_WEB_PROCESSES", text("IVR_WEB_PROCESSES")),
        web_threads=_count("IVR_WEB_THREADS", text("IVR_WEB_THREADS")),
        speech_workers=_count("IVR_SPEECH_WORKERS", text("IVR_SPEECH_WORKERS"), least=0),
        live_streams=_count("IVR_LIVE_STREAMS", text("IVR_LIVE_STREAMS"), least=0),
        console_streams=_count("IVR_CONSOLE_STREAMS", text("IVR_CONSOLE_STREAMS"), least=0),
        hung_seconds=_count("IVR_HUNG_SECONDS", text("IVR_HUNG_SECONDS"), least=0),
        http_private=_hosts(text("IVR_HTTP_PRIVATE")),
        countries=_countries(text("IVR_COUNTRIES")),
        single_sign_on=_single_sign_on(text) if text("IVR_OIDC_ISSUER") else None,
        api_key_sid=text("TWILIO_API_KEY_SID") or None,
        api_key_secret=text("TWILIO_API_KEY_SECRET") or None,
    )


def _read_dotenv(path: Path) -> dict[str, str]:
    """The file's values; dotenv_values alone would pass over a line that it cannot read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read ({error}); mend or remove it.") from error
    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key and binding.value is None):
            line = binding.original.line
            raise SettingsError(f"{path}:{line}: this line sets nothing; write NAME=value.")
    return {name: value or "" for name, value in dotenv_values(stream=StringIO(text)).items()}


def _refuse_unknown(values: Mapping[str, str]) -> None:
    known = [s.name for s in SETTINGS]
    for name in sorted(values):
        if name.startswith("IVR_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ". See docs/settings.md."
            raise SettingsError(f"{name} is not a setting of Tango{hint}")


def _http_url(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingsError(f"{name} must be an http or https address, not {value!r}.")
    return value.rstrip("/")


def _recordings(text: Callable[[str], str]) -> Path | Bucket:
    where = text("IVR_RECORDINGS")
    if not where.startswith(SCHEME):
        if "://" in where:
            raise SettingsError("IVR_RECORDINGS must be a folder, or s3://BUCKET/PREFIX.")
        return Path(where).absolute()
    key, secret = text("AWS_ACCESS_KEY_ID"), text("AWS_SECRET_ACCESS_KEY")
    if bool(key) != bool(secret):
        raise SettingsError(
            "Of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set; set both, or neither."
        )
    endpoint = text("AWS_ENDPOINT_URL")
    return replace(
        bucket_of(where),
        endpoint=_http_url("AWS_ENDPOINT_URL", endpoint) if endpoint else None,
        region=text("AWS_REGION") or None,
        access_key_id=key or None,
        secret_access_key=secret or None,
        session_token=text("AWS_SESSION_TOKEN") or None,
    )


def _single_sign_on(text: Callable[[str], str]) -> SingleSignOn:
    issuer = text("IVR_OIDC_ISSUER")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise SettingsError(f"IVR_OIDC_ISSUER must be an https address, not {issuer!r}.")
    for name in ("IVR_OIDC_CLIENT_ID", "IVR_OIDC_CLIENT_SECRET"):
        if not text(name):
            raise SettingsError(f"IVR_OIDC_ISSUER is set but {name} is not; set both, or neither.")
    new_role = text("IVR_OIDC_NEW_ROLE")
    if new_role and new_role not in NEW_ROLES:
        raise SettingsError(
            f"IVR_OIDC_NEW_ROLE must be one of {', '.join(NEW_ROLES)}, not {new_role!r}."
        )
    return SingleSignOn(
        issuer=issuer,
        client_id=text("IVR_OIDC_CLIENT_ID"),
        client_secret=text("IVR_OIDC_CLIENT_SECRET"),
        claim=text("IVR_OIDC_CLAIM"),
        new_role=Role(new_role) if new_role else None,
    )


def _countries(value: str) -> frozenset[str]:
    found = frozenset(code.strip().upper() for code in value.split(",") if code.strip())
    wrong = sorted(found - SUPPORTED_REGIONS - {EVERY_COUNTRY})
    if wrong:
        raise SettingsError(
            f"IVR_COUNTRIES: {wrong[0]!r} is not a country; write codes such as GB,IE,FR, or *."
        )
    return found


def _hosts(value: str) -> frozenset[str]:
    return frozenset(host.strip().lower() for host in value.split(",") if host.strip())


def _count(name: str, value: str, least: int = 1) -> int:
    if not value.isdecimal() or int(value) < least:
        raise SettingsError(f"{name} must be a whole number from {least} up, not {value!r}.")
    return int(value)
