"""The mail server that IVR_SMTP_URL names."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from ivr.adapters.mail.email import write
from ivr.core.delivery.letters import EmailContent
from ivr.core.records.message import Message
from ivr.errors import DeliveryError, DeliveryRefused, SettingsError

TIMEOUT_SECONDS = 30

PORTS = {"smtp": 587, "smtps": 465}
"""Submission (RFC 6409) and submission over TLS (RFC 8314)."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and how to hand e-mails over. `tls` from the start; otherwise where offered."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str = field(default="", repr=False)


def mail_server(url: str) -> MailServer:
    """The server of a URL such as `smtp://user:password@host:587`, user and password
    percent-encoded. Raises `SettingsError`, without quoting the URL: it may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in PORTS or not parts.hostname:
        raise SettingsError(
            "IVR_SMTP_URL must look like smtp://user:password@mail.example:587 or "
            "smtps://user:password@mail.example:465."
        )
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        tls=parts.scheme == "smtps",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
    )


@contextmanager
def mail_session(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection to the server, encrypted where it can be and logged in where there is a user.

    Raises `DeliveryError` where there is none to be had, or it breaks.
    """
    try:
        with _connect(server) as client:
            if server.user is not None:
                client.login(server.user, server.password)
            yield client
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(
            f"The mail server {server.host}:{server.port}: {_say(error)}"
        ) from error


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Hands letters over to a mail server, from `sender`, each on a connection of its own."""

    server: MailServer
    sender: str

    def send(
        self, letter: EmailContent, message: Message | None = None, audio: bytes | None = None
    ) -> str:
        """Hand a letter over, with the words and the recording of `message`; returns its
        Message-ID. Raises `DeliveryRefused` and `DeliveryError`."""
        mail = write(letter, self.sender, message, audio)
        with mail_session(self.server) as client:
            send(client, mail)
        return str(mail["Message-ID"])


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    client = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=context)
        elif server.user is not None:
            raise smtplib.SMTPNotSupportedError(
                "it offers no encryption, so no password was sent; use smtps:// or leave "
                "user and password out of IVR_SMTP_URL."
            )
    except BaseException:
        client.close()
        raise
    return client


def send(client: smtplib.SMTP, mail: EmailMessage) -> None:
    """Hand one e-mail over. Raises `DeliveryRefused` where the server says that it will never
    take mail for this recipient, and `DeliveryError` for a passing or an unknown reason."""
    try:
        client.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        answer = f"{code} {_text(text)}"
        if code >= 500:
            raise DeliveryRefused(f"The mail server refuses {mail['To']}: {answer}") from error
        raise DeliveryError(
            f"The mail server did not take it for {mail['To']}: {answer}"
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(f"The mail server did not take it: {_say(error)}") from error


def _say(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
