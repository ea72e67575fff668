"""Every setting: its name, its default and its effect. `docs/settings.md` is made from it."""

from __future__ import annotations

from dataclasses import dataclass


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
        "Number of speech workers that `serve` starts. 0: none; recordings are only fetched, and "
        "heard on other machines.",
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
