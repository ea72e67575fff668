"""A real mail server on loopback that keeps what it is given."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOK_SECONDS = 0.1


@dataclass
class Mailbox:
    """The e-mails that have arrived."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take an e-mail (the name is aiosmtpd's)."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        self.mails.append(message_from_bytes(raw, EmailMessage, policy=policy.default))
        return "250 OK"

    def wait(self, count: int, seconds: float) -> bool:
        """Whether `count` e-mails are here within `seconds`."""
        until = time.monotonic() + seconds
        while len(self.mails) < count and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        return len(self.mails) >= count


@contextmanager
def mail_server(port: int) -> Iterator[Mailbox]:
    """Serve SMTP on `port` of loopback."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
