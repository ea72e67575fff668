"""What things are delivered with: a mail server, texts, and posts to clients' systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.delivery.letters import EmailContent
from ivr.core.records.message import Message
from ivr.services.deliveries.read_links import ReadLinks
from ivr.services.deliveries.texts import TextCarrier
from ivr.services.protocols.http import Secrets
from ivr.services.recording_storage import RecordingStorage


class Mailer(Protocol):
    """Sends e-mails."""

    def send(
        self, letter: EmailContent, message: Message | None = None, audio: bytes | None = None
    ) -> str:
        """Hand a letter over, with the words and the recording of `message`; returns its
        Message-ID.

        Raises `DeliveryRefused` where it can never be taken, and `DeliveryError`.
        """


class Post(Protocol):
    """Posts to clients' systems, signed."""

    def __call__(
        self, url: str, secret: str, key: str, content: Mapping[str, object], now: datetime
    ) -> int:
        """Post `content` as JSON, the same `key` at every try; returns the status by which it was
        taken. Raises `DeliveryRefused` where the system is gone for good, and `DeliveryError`."""


@dataclass(frozen=True, slots=True)
class DeliveryChannels:
    """What there is to deliver with. Without a `mailer` e-mails wait, without `texts` texts do."""

    mailer: Mailer | None
    texts: TextCarrier | None
    post: Post
    secrets: Secrets
    storage: RecordingStorage
    links: ReadLinks
