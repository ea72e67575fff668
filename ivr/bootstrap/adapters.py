"""The adapters of an installation, joined once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from ivr.adapters.files.agency import LatestAgency, agency_here
from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.http.client_secrets import ClientSecrets
from ivr.adapters.http.webhook import SignedPost
from ivr.adapters.mail.smtp import SmtpMailer, mail_server
from ivr.adapters.recordings import open_storage
from ivr.adapters.redis.call_store import RedisCallStore
from ivr.adapters.redis.conversation_store import RedisConversationStore
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.redis.seal import Seal
from ivr.adapters.redis.server import Connection
from ivr.adapters.sql import SqlRecords
from ivr.adapters.twilio.rest.conferences import TwilioConferences
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.adapters.twilio.signature import Signatures
from ivr.core.agency import Agency
from ivr.core.nodes.base import Kind
from ivr.services.deliveries.channels import DeliveryChannels, Post
from ivr.services.deliveries.read_links import ReadLinks
from ivr.services.deliveries.texts import TextCarrier
from ivr.services.recording_links import RecordingLinks
from ivr.services.recording_storage import RecordingStorage
from ivr.settings import Settings


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Adapters:
    """What is outside. Every part is built when it is first asked for, and then kept.

    `library` gives the clients' flows as they are now, `clock` the time, aware.
    """

    settings: Settings
    redis: Connection
    records: SqlRecords
    library: Callable[[], FolderLibrary[Kind]]
    clock: Callable[[], datetime] = utc_now

    @cached_property
    def agency(self) -> Agency:
        """The agency as its file was at the start."""
        return agency_here(self.settings.flows)

    @cached_property
    def latest_agency(self) -> LatestAgency:
        """The agency as its file is now."""
        return LatestAgency(self.settings.flows, self.agency)

    @cached_property
    def store(self) -> RedisCallStore:
        """The states of calls."""
        return RedisCallStore(self.redis, Seal(self.settings.secret_key))

    @cached_property
    def queue(self) -> RedisOperatorQueue:
        """Callers who wait for an operator."""
        return RedisOperatorQueue(self.redis)

    @cached_property
    def operators(self) -> RedisOperators:
        """Who is signed on, and free."""
        return RedisOperators(self.redis)

    @cached_property
    def telephone(self) -> TwilioTelephone:
        """The carrier's calls and texts."""
        return TwilioTelephone(self.settings)

    @cached_property
    def text_carrier(self) -> TextCarrier:
        """What sends texts; another provider goes here."""
        return self.telephone

    @cached_property
    def signatures(self) -> Signatures:
        """What proves that a webhook comes from the carrier."""
        settings = self.settings
        return Signatures(settings.auth_token, settings.public_url, settings.account_sid)

    @cached_property
    def storage(self) -> RecordingStorage:
        """The audio of recordings."""
        return open_storage(self.settings.recordings)

    @cached_property
    def read_links(self) -> ReadLinks:
        """Signed links by which somebody says that they have read something."""
        return ReadLinks(self.settings.secret_key, self.settings.public_url)

    @cached_property
    def recording_links(self) -> RecordingLinks:
        """Signed links to the audio of recordings."""
        return RecordingLinks(self.settings.secret_key)

    @cached_property
    def conferences(self) -> TwilioConferences:
        """The carrier's conferences."""
        return TwilioConferences(self.settings)

    @cached_property
    def conversation_store(self) -> RedisConversationStore:
        """The states of conversations."""
        return RedisConversationStore(self.redis)

    @cached_property
    def post(self) -> Post:
        """What posts to clients' systems and programs."""
        return signed_post(self.settings)

    @cached_property
    def delivery_channels(self) -> DeliveryChannels:
        """What things are delivered with. Raises `SettingsError` where IVR_SMTP_URL is none."""
        return delivery_channels(self.settings, self.text_carrier)


def signed_post(settings: Settings) -> Post:
    """What posts to other systems from here."""
    return SignedPost(settings.http_private)


def delivery_channels(settings: Settings, texts: TextCarrier | None = None) -> DeliveryChannels:
    """What things are delivered with here; without `texts` no texts are sent. Raises
    `SettingsError` where IVR_SMTP_URL is none."""
    url = settings.smtp_url
    return DeliveryChannels(
        SmtpMailer(mail_server(url), settings.mail_from) if url else None,
        texts,
        signed_post(settings),
        ClientSecrets(settings.data),
        open_storage(settings.recordings),
        ReadLinks(settings.secret_key, settings.public_url),
    )
