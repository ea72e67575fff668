"""Puts together what handles conversations, for a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from redis import Redis

from ivr.adapters.redis.conversation_store import RedisConversationStore
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.twilio.rest.conferences import TwilioConferences
from ivr.adapters.twilio.rest.telephone import TwilioTelephone
from ivr.core.agency import Agency
from ivr.services.conversations.action_executor import ActionExecutor, CallBacks
from ivr.services.conversations.conversation_service import ConversationService
from ivr.services.conversations.ringer import Ringer
from ivr.services.conversations.stray_rooms import StrayRooms
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class ConversationServices:
    """What handles conversations, and what rings operators."""

    service: ConversationService
    ringer: Ringer
    conferences: TwilioConferences
    strays: StrayRooms


def open_conversations(
    settings: Settings,
    redis: Redis,
    agency: Agency,
    clock: Callable[[], datetime],
    number: Callable[[str, str], str | None] = lambda client, number: None,
    callbacks: CallBacks | None = None,
    has_left: Callable[[str], bool] = lambda call_sid: False,
) -> ConversationServices:
    """Those of this installation.

    `clock` gives the time, aware. `number` says whom a client's conversation rings instead of a
    number (see `ActionExecutor`); a process that does not know the clients rings nobody.
    `callbacks` is told what comes of call backs. `has_left` is as for `ConversationService`.
    """
    queue, telephone = RedisOperatorQueue(redis), TwilioTelephone(settings)
    conferences = TwilioConferences(settings)
    executor = ActionExecutor(queue, conferences, telephone, number, callbacks, settings.public_url)
    store = RedisConversationStore(redis)
    conversations = ConversationService(store, queue, executor, has_left)
    ringer = Ringer(conversations, queue, RedisOperators(redis), agency.operators, telephone, clock)
    return ConversationServices(conversations, ringer, conferences, StrayRooms(store, conferences))
