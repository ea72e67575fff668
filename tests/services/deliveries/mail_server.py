"""A real mail server for the tests, and what it takes."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """What the mail server has taken; it answers RCPT and DATA as it is told to."""

    on_recipient: str = "250 OK"
    on_data: str = "250 OK"
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.on_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.on_data.startswith("250"):
            self.envelopes.append(envelope)
        return self.on_data

    @property
    def mails(self) -> list[EmailMessage]:
        """The e-mails as a mail program reads them."""
        return [
            message_from_bytes(envelope.content, EmailMessage, policy=policy.default)
            for envelope in self.envelopes
            if isinstance(envelope.content, bytes)
        ]


ServeMail = Callable[..., int]
RecordMessage = Callable[..., str]


def unused_port() -> int:
    """A port of loopback at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_mail_server(mailbox: Mailbox, **options: Any) -> Controller:
    """A running server on loopback with these options of aiosmtpd's."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=unused_port(), **options)
    controller.start()
    return controller
