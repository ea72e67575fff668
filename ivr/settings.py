"""Settings, read once from the environment and `.env`, and documented here only.

`SETTINGS` is the one list: `docs/settings.md` is generated from it and a test holds the two
together. Unknown `IVR_*` names are refused, so that a misspelt setting is never silently
ignored.
"""

from __future__ import annotations

import difflib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from phonenumbers import SUPPORTED_REGIONS

from ivr.accounts.roles import Role
from ivr.adapters.files.atomic import write_once
from ivr.core.bucket import SCHEME, Bucket, bucket_of
from ivr.core.costly_numbers import EVERY_COUNTRY
from ivr.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, its default as text, and what it does."""

    name: str
    default: str
    effect: str


SPEECH_PUBLISHER = "https://alphacephei.com/vosk/models"

SETTINGS = (
    Setting("IVR_FLOWS", "flows", "Folder of the client files."),
    Setting(
        "IVR_RECORDINGS",
        "recordings",
        "Where callers' recordings are kept: a folder, or s3://BUCKET/PREFIX in an object store. "
        "See docs/recordings.md.",
    ),
    Setting("IVR_DATA", "var", "Folder for everything else that Tango keeps."),
    Setting(
        "IVR_REDIS_URL",
        "",
        "Redis (or Valkey) server. Unset: Tango starts one of its own in IVR_DATA.",
    ),
    Setting(
        "IVR_DATABASE_URL",
        "",
        "Records database, as an SQLAlchemy URL. Unset: an SQLite file in IVR_DATA.",
    ),
    Setting(
        "IVR_PUBLIC_URL",
        "http://127.0.0.1:8080",
        "The address at which the carrier reaches this server, and which it signs. Unset: "
        "where `serve` listens.",
    ),
    Setting(
        "TWILIO_ACCOUNT_SID",
        "",
        "Account at the carrier. Unset: Tango answers the simulator only.",
    ),
    Setting(
        "TWILIO_AUTH_TOKEN",
        "",
        "Token that signs webhooks and opens the carrier's REST interface. Unset: a random "
        "one, made once and kept in IVR_DATA, that only the simulator knows.",
    ),
    Setting(
        "TWILIO_API_KEY_SID",
        "",
        "API key at the carrier, with which operators' browsers are telephones. Unset: operators "
        "are rung on their telephones only.",
    ),
    Setting("TWILIO_API_KEY_SECRET", "", "The secret of that API key."),
    Setting(
        "IVR_TWILIO_API_URL",
        "",
        "Base URL of the carrier's REST interface. Unset: https://api.twilio.com, or the "
        "simulator's http://127.0.0.1:8081 where no account is set.",
    ),
    Setting("IVR_SPEECH_MODELS", "", "Folder of the speech models. Unset: `models` in IVR_DATA."),
    Setting(
        "IVR_SPEECH_PUBLISHER",
        SPEECH_PUBLISHER,
        "Where `models install` and `make demo` fetch speech models: Vosk's publisher, or a mirror "
        "that has `model-list.json` and the zip files.",
    ),
    Setting(
        "IVR_SMTP_URL",
        "",
        "Mail server, such as smtp://user:password@mail.example:587 (STARTTLS where offered) or "
        "smtps://…:465. Unset: e-mails wait in the outbox.",
    ),
    Setting("IVR_MAIL_FROM", "Tango <tango@localhost>", "Sender of the e-mails to clients."),
    Setting(
        "IVR_SECRET_KEY",
        "",
        "Key that signs sessions and links. Unset: a random one, made once, kept in IVR_DATA.",
    ),
    Setting(
        "IVR_OIDC_ISSUER",
        "",
        "Provider of single sign-on (OpenID Connect), exactly as it calls itself, such as "
        "https://login.example. Unset: no single sign-on. See docs/accounts.md.",
    ),
    Setting("IVR_OIDC_CLIENT_ID", "", "What the provider calls Tango."),
    Setting("IVR_OIDC_CLIENT_SECRET", "", "The secret that the provider gave Tango."),
    Setting(
        "IVR_OIDC_CLAIM",
        "email",
        "What the provider says of a person that is compared with the accounts: `email` with their "
        "e-mail addresses, if the provider has verified it; anything else with their logins.",
    ),
    Setting(
        "IVR_OIDC_NEW_ROLE",
        "",
        "Role (`editor` or `supervisor`) of the account that is made for whoever the provider "
        "knows and Tango does not. Unset: they are refused.",
    ),
    Setting(
        "IVR_HTTP_PRIVATE",
        "",
        "Hosts in private networks that `http` nodes may ask all the same, and without TLS, "
        "separated by commas. Unset: none.",
    ),
    Setting(
        "IVR_COUNTRIES",
        "GB,GG,IE,IM,JE",
        "Countries (ISO 3166) in which callers are called back and texted and operators ring "
        "numbers, besides the country of the client's own numbers and numbers in its file. `*`: "
        "all. Premium-rate and satellite numbers never are.",
    ),
    Setting(
        "AWS_ENDPOINT_URL",
        "",
        "The object store, where IVR_RECORDINGS names a bucket. Unset: Amazon S3.",
    ),
    Setting("AWS_REGION", "", "The object store's region. Unset: us-east-1."),
    Setting(
        "AWS_ACCESS_KEY_ID",
        "",
        "Who Tango is to the object store. Unset: the role that the cloud gives to this machine.",
    ),
    Setting("AWS_SECRET_ACCESS_KEY", "", "The secret of that access key."),
    Setting("AWS_SESSION_TOKEN", "", "What belongs to an access key that lasts for some hours."),
    Setting("IVR_WEB_PROCESSES", "2", "Number of web processes."),
    Setting(
        "IVR_WEB_THREADS",
        "32",
        "Threads in each web process for the carrier's requests. Half as many besides answer "
        "people and programs, so that callers never wait for the console.",
    ),
    Setting(
        "IVR_CONSOLE_STREAMS",
        "500",
        "How many consoles each web process tells at once what has changed; further ones ask every "
        "15 seconds. Each takes a file descriptor.",
    ),
    Setting(
        "IVR_SPEECH_WORKERS",
        "1",
        "Number of speech workers that `serve` starts. 0: one that only fetches recordings, which "
        "are then heard on other machines.",
    ),
    Setting(
        "IVR_HUNG_SECONDS",
        "30",
        "After how many seconds without a sign of life a process of Tango is ended by force and "
        "started again. 0: never, for instance while a debugger holds one.",
    ),
    Setting(
        "IVR_LIVE_STREAMS",
        "8",
        "How many callers can be listened to live at once (`listen: live` in a flow file); further "
        "ones are heard by the carrier alone. 0: none, and no listener is started.",
    ),
)

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
        auth_token=text("TWILIO_AUTH_TOKEN") or _kept_secret(data, "auth_token"),
        twilio_api_url=_http_url("IVR_TWILIO_API_URL", text("IVR_TWILIO_API_URL") or api_default),
        speech_models=Path(text("IVR_SPEECH_MODELS") or data / "models").absolute(),
        speech_publisher=_http_url("IVR_SPEECH_PUBLISHER", text("IVR_SPEECH_PUBLISHER")),
        smtp_url=text("IVR_SMTP_URL") or None,
        mail_from=text("IVR_MAIL_FROM"),
        secret_key=text("IVR_SECRET_KEY") or _kept_secret(data, "secret_key"),
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


def settings_page() -> str:
    """The reference of all settings, in Markdown: docs/settings.md."""
    head = """# Settings

Environment variables, or lines `NAME=value` of a file `.env` in the folder where Tango is
started (the environment wins). All may stay unset. Any other name that begins with `IVR_` is
refused. This page is the output of `python -m ivr settings`.

| name | default | effect |
|---|---|---|
"""
    rows = (
        f"| `{s.name}` | {f'`{s.default}`' if s.default else ''} | {s.effect} |" for s in SETTINGS
    )
    return head + "\n".join(rows) + "\n"


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


def _kept_secret(data: Path, name: str) -> str:
    """A random secret, made on first use and readable by our user only."""
    path = data / "secrets" / name
    try:
        if not path.exists():
            _keep_secret(data, path)
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise SettingsError(
            f"Tango cannot keep its data in {data} ({error}); mend the folder's permissions, or "
            "set IVR_DATA to another one."
        ) from error


def _keep_secret(data: Path, path: Path) -> None:
    """Make the secret; of several processes that do so at once, the first one's is kept."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    write_once(path, secrets.token_hex(32))
