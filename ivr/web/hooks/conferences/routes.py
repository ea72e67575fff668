"""The webhooks of conversations: their rooms, third parties, and people who are called back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Blueprint, Response, request

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.twilio import twiml, webhooks
from ivr.adapters.twilio.conversation_recording import conversation_recorded
from ivr.adapters.twilio.room_events import room_event, why
from ivr.adapters.twilio.signature import Signatures
from ivr.core.call.instructions import Say
from ivr.core.carrier import ENDED
from ivr.core.conversation.events import Coming, Event, Left, RoomEnded, SentOut
from ivr.core.conversation.machine import CALLER
from ivr.core.conversation.state import Conversation, PartyRole, Phase
from ivr.core.flow import placeholders
from ivr.core.language import values
from ivr.core.language.phrases import FALLBACK, phrases
from ivr.core.nodes.base import Kind
from ivr.core.nodes.queue import HOLD_MUSIC
from ivr.core.queue.entry import room_of
from ivr.errors import NotKept, StateUnavailable, UnknownClient
from ivr.services.conversations.conversation_service import ConversationService
from ivr.services.conversations.legs import Legs
from ivr.services.conversations.links import MUSIC_PATH, RoomLinks
from ivr.services.intake import Intake
from ivr.web.hooks.retry_later import once_more
from ivr.web.hooks.signed import document, refused, signed_routes

log = structlog.get_logger()

SPOKEN = frozenset({"third", "accept", "called", "joining", "after"})
"""What is answered with a document, by the end of its path; the rest is only told."""

ACCEPT_KEY = "1"
ACCEPT_SECONDS, DECLINE_SECONDS = 8, 1
"""How long after the whisper a key may be pressed: to take the call, or only not to."""


@dataclass(frozen=True, slots=True)
class ConferenceServices:
    """What these webhooks need. `clock` gives the time, aware."""

    signatures: Signatures
    library: FolderLibrary[Kind]
    conversations: ConversationService
    legs: Legs
    intake: Intake
    clock: Callable[[], datetime]

    def whisper(self, id_: str, label: str) -> str:
        """What a third party hears first: for whom, from whom, and about what.

        Whoever is put through without the operator takes the call with a key, so that no machine
        does; else they take it by staying, and decline with any other key.
        """
        conversation = self.conversations.conversation(id_)
        if conversation is None or not _expects(conversation, label):
            return self._gone(conversation)
        screened = conversation.phase is Phase.HANDED_ON or conversation.unannounced
        words = [self._said(conversation, "third_call")]
        if conversation.about:
            words.append(f"{conversation.about.rstrip('. ')}.")
        if conversation.recorded:
            words.append(self._said(conversation, "recorded"))
        if screened:
            words.append(self._said(conversation, "accept"))
        action = RoomLinks(id_).accept(label, screened)
        seconds = ACCEPT_SECONDS if screened else DECLINE_SECONDS
        return twiml.ask_for_key(self._say(conversation, " ".join(words)), action, seconds)

    def accept(self, id_: str, label: str, key: str, screened: bool) -> str:
        """A third party has pressed a key, or none: into the room, or away. That it goes on, the
        carrier is asked: of its end nobody may have told us, and they would be alone."""
        conversation = self.conversations.conversation(id_)
        if conversation is None or not _expects(conversation, label):
            return self._gone(conversation)
        if key != ACCEPT_KEY and (key or screened):
            return twiml.response(twiml.HANGUP)
        if not self.legs.goes_on(id_):
            return self._gone(self.conversations.event(id_, RoomEnded(), self.clock()))
        return twiml.join(room_of(id_), label, conversation.recorded)

    def called(self, id_: str) -> str:
        """What somebody hears who is called back, before anything else: who it is."""
        conversation = self.conversations.conversation(id_)
        if conversation is None or not _expects(conversation, CALLER):
            return twiml.response(twiml.HANGUP)
        words = self._said(conversation, "calling_back")
        if conversation.recorded:
            words += f" {self._said(conversation, 'recorded')}"
        return twiml.then(self._say(conversation, words), RoomLinks(id_).joining)

    def joining(self, id_: str, leg: str) -> str:
        """Somebody who is called back is sent to the room, if there still is somebody to meet.

        That they come is noted first: from then on they cannot count as not reached, and once
        they do nobody is sent there. So one call back never ends in two ways.
        """
        conversation = self.conversations.event(id_, Coming(CALLER, leg), self.clock())
        party = conversation.labelled(CALLER) if conversation else None
        if conversation is None or party is None or party.leg != leg:
            return self._parting(conversation)
        after = RoomLinks(id_).after_call_back
        return twiml.join(room_of(id_), CALLER, conversation.recorded, action=after)

    def after(self, id_: str, leg: str, hung_up: bool) -> str:
        """Somebody who was called back is out of the room: by the end, by a fault of ours, or as
        they have hung up, in which case nobody hears the answer."""
        event: Event = Left(CALLER, leg=leg, was_in=True) if hung_up else SentOut(CALLER, leg)
        return self._parting(self.conversations.event(id_, event, self.clock()))

    def _parting(self, conversation: Conversation | None) -> str:
        """Who waits again as they were cut off hears so; all others have heard what there was."""
        over = conversation is not None and conversation.phase is Phase.OVER
        if conversation is None or not over or conversation.ended_by is not None:
            return twiml.response(twiml.HANGUP)
        said = self._say(conversation, self._said(conversation, "cut_off"))
        return twiml.spoken(said.text, said.voice, said.language)

    def _gone(self, conversation: Conversation | None) -> str:
        if conversation is None:
            return twiml.spoken(phrases(FALLBACK)["caller_gone"], "", "en-GB")
        said = self._say(conversation, self._said(conversation, "caller_gone"))
        return twiml.spoken(said.text, said.voice, said.language)

    def _said(self, conversation: Conversation, phrase: str) -> str:
        language = self._manner(conversation)[2]
        spoken = phrases(language)
        caller = conversation.caller
        known = {
            "client": self._manner(conversation)[0],
            "caller": values.phone(caller, spoken) if caller else spoken["withheld"],
            "key": ACCEPT_KEY,
        }
        return placeholders.fill(spoken[phrase], known.__getitem__)

    def _say(self, conversation: Conversation, words: str) -> Say:
        _, voice, language = self._manner(conversation)
        return Say(words, voice, language)

    def _manner(self, conversation: Conversation) -> tuple[str, str, str]:
        """The client's spoken name, voice and language."""
        try:
            flow = self.library.flow(conversation.client)
        except UnknownClient:
            return conversation.client, "", "en-GB"
        return flow.spoken_name, flow.client.voice, flow.client.language


def _expects(conversation: Conversation, label: str) -> bool:
    """Whether somebody of this label is still wanted, and the caller still there."""
    wanted = conversation.labelled(label) is not None
    return wanted and conversation.party(PartyRole.CALLER) is not None


def conference_routes(services: ConferenceServices) -> Blueprint:
    """The blueprint of `/twilio/conference…`."""
    routes = signed_routes("conferences", "/twilio/conference", services.signatures)

    @routes.errorhandler(StateUnavailable)
    def unavailable(error: StateUnavailable) -> Response:
        """Whoever is on the line waits a moment. What is only told, the carrier is asked to tell
        again; see `RoomLinks`."""
        log.error("conversation.without_state", path=request.path, error=str(error))
        if request.path.rpartition("/")[2] not in SPOKEN:
            return Response(status=503)
        again = once_more(request, key=key())
        return document(again) if again else Response(status=503)

    @routes.errorhandler(NotKept)
    def not_kept(error: NotKept) -> Response:
        log.error("webhook.not_kept", path=request.path, error=str(error))
        return Response(status=503)

    def conversation() -> str:
        return request.args.get("conversation", "")

    def label() -> str:
        return request.args.get("label", "")

    def key() -> str:
        return request.form.get("Digits") or request.args.get("key", "")

    @routes.post("")
    def room() -> Response:
        event = room_event(request.form)
        if event is not None:
            services.legs.in_room(conversation(), event, services.clock())
        return Response(status=204)

    @routes.post("/leg")
    def leg() -> Response:
        if request.form.get("CallStatus") in ENDED:
            form = request.form
            how = why(form.get("CallStatus"))
            services.legs.ended(
                conversation(), label(), form.get("CallSid", ""), how, services.clock()
            )
        return Response(status=204)

    @routes.post("/recording")
    def recording() -> Response:
        form = request.form
        if "RecordingUrl" in form and webhooks.recording_url(form) is None:
            return refused("the recording is not said to be at an address of ours")
        fact = conversation_recorded(conversation(), form, services.clock())
        if fact is not None:
            services.intake.keep(fact)
        return Response(status=204)

    @routes.post(MUSIC_PATH.removeprefix("/twilio/conference"))
    def music() -> Response:
        return document(twiml.music(HOLD_MUSIC))

    @routes.post("/third")
    def third() -> Response:
        return document(services.whisper(conversation(), label()))

    @routes.post("/accept")
    def accept() -> Response:
        screened = bool(request.args.get("screened"))
        return document(services.accept(conversation(), label(), key(), screened))

    @routes.post("/called")
    def called() -> Response:
        return document(services.called(conversation()))

    @routes.post("/joining")
    def joining() -> Response:
        return document(services.joining(conversation(), request.form.get("CallSid", "")))

    @routes.post("/after")
    def after() -> Response:
        # After a hang-up too: https://www.twilio.com/docs/voice/twiml/dial#action
        hung_up = request.form.get("CallStatus") in ENDED
        return document(services.after(conversation(), request.form.get("CallSid", ""), hung_up))

    return routes
