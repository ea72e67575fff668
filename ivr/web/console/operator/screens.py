"""An operator's screen, put together: from the queue, the conversation, the records, the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from ivr.adapters.files.flows.library import FolderLibrary
from ivr.adapters.redis.call_store import RedisCallStore
from ivr.adapters.redis.queue.operator_queue import RedisOperatorQueue
from ivr.adapters.redis.queue.operators import RedisOperators
from ivr.adapters.sql import SqlRecords
from ivr.core.accounts.actor import Actor
from ivr.core.agency import Agency
from ivr.core.call.engine import CallFlow
from ivr.core.call.state import CallState
from ivr.core.conversation.commands import Target
from ivr.core.conversation.machine import possible
from ivr.core.conversation.state import Conversation, Phase
from ivr.core.jobs.job import Job
from ivr.core.nodes.base import Kind
from ivr.core.queue.states import Presence
from ivr.core.records.draft import Draft
from ivr.core.records.message_words import readable_number
from ivr.errors import RecordsUnavailable, UnknownClient
from ivr.services.drafts import DraftService
from ivr.web.console.conversations import Conversations
from ivr.web.console.operator.call_view import (
    CallerContext,
    CallFacts,
    call_facts,
    calling_back,
    prefilled,
)
from ivr.web.console.operator.chosen_kind import chosen_kind
from ivr.web.console.operator.form_values import OURS
from ivr.web.console.operator.form_view import FormView, form_view
from ivr.web.console.operator.keys import (
    CallAct,
    command_of,
    keys_for,
)
from ivr.web.console.operator.screen import CallProgress, OngoingCall, Screen
from ivr.web.console.operator.view import (
    OwnCall,
    StateView,
    WaitingRow,
    own_call,
    state_view,
    waiting_rows,
)

log = structlog.get_logger()

MOST_WAITING = 50
"""Callers in the list."""

EARLIER = 10
"""Earlier calls, and as many messages, that are looked up."""


@dataclass(frozen=True, slots=True)
class OperatorScreen:
    """Gathers what is shown, and carries out what is asked. Methods raise `StateUnavailable` and
    `RecordsUnavailable`."""

    library: FolderLibrary[Kind]
    records: SqlRecords
    store: RedisCallStore
    queue: RedisOperatorQueue
    operators: RedisOperators
    conversations: Conversations
    drafts: DraftService
    agency: Agency
    softphone: Callable[[str, datetime], str | None]
    clock: Callable[[], datetime]

    # What is shown

    def flow(self, client: str, version: str | None = None) -> CallFlow | None:
        """The client's flow, in this version where it is still known."""
        try:
            return self.library.flow(client, version)
        except UnknownClient:
            return None

    def waiting(self) -> tuple[WaitingRow, ...]:
        """The queue."""
        return waiting_rows(self.queue.waiting(self.clock(), MOST_WAITING), self.flow, self.agency)

    def state(self, operator: str) -> StateView:
        """What the operator is doing."""
        known = self.agency.operators.get(operator)
        phone = readable_number(known.phone, OURS) if known and known.phone else ""
        state = self.operators.of(operator, self.clock())
        return state_view(state, phone, self.agency, self.unsent(operator))

    def unsent(self, operator: str) -> tuple[str, ...]:
        """The drafts that the operator has written and not sent, but for a call they are in."""
        talk = self.conversations.conversation_of(operator)
        drafts = self.records.drafts.unfinished_of(operator)
        going_on = talk.call_sid if talk else None
        return tuple(each.id for each in drafts if each.written and each.call_sid != going_on)

    def own_call(self, operator: str) -> OwnCall | None:
        """The operator's call, if one rings or goes on."""
        talk = self.conversations.conversation_of(operator)
        if talk is None or talk.phase in (Phase.HANDED_ON, Phase.OVER):
            return None
        return own_call(talk, self.flow(talk.client))

    def browser_token(self, operator: str) -> str | None:
        """What lets the operator's browser be rung; None where that is not set up."""
        return self.softphone(operator, self.clock())

    def colleagues(self, operator: str) -> tuple[tuple[str, str], ...]:
        """The other operators who are available: their short names and names."""
        names = self.agency.operator_names
        return tuple(
            (each.operator, names.get(each.operator, each.operator))
            for each in self.operators.all(self.clock())
            if each.state is Presence.AVAILABLE and each.operator != operator
        )

    def screen(self, operator: str, draft_id: str | None = None) -> Screen:
        """The middle of the screen; `draft_id` names a draft that is taken up again."""
        conversation = self.conversations.conversation_of(operator)
        screen = self._with_call(operator, conversation) if conversation else None
        if screen is not None:
            return screen
        unfinished = tuple(self.records.drafts.unfinished_of(operator))
        chosen = [draft for draft in unfinished if draft.id == draft_id]
        if chosen:
            return self._after(chosen[0], CallProgress.UNFINISHED)
        state = self.operators.of(operator, self.clock())
        if state is not None and state.state is Presence.WRAP_UP:
            last = self.records.drafts.last_of(operator)
            if last and last.closed_at is None and (last.written or last.number == 0):
                return self._after(last, CallProgress.WRAP_UP)
        forms = (self.form(draft) for draft in unfinished if draft.written)
        return Screen(CallProgress.IDLE, "idle", unfinished=tuple(filter(None, forms)))

    def _with_call(self, operator: str, conversation: Conversation) -> Screen | None:
        """The screen of an operator who is being rung or talks; None where they are done."""
        state = self.store.state(conversation.call_sid)
        flow = self.flow(conversation.client, state.flow_version if state else None)
        if flow is None or conversation.phase in (Phase.HANDED_ON, Phase.OVER):
            return None
        caller = conversation.caller if conversation.caller.startswith("+") else None
        facts = self._facts(flow, conversation.call_sid, caller, conversation.called, state)
        if conversation.callback:  # the carrier has said who is calling: they know
            facts = replace(facts, phrase=calling_back(flow))
        line = self._line(operator, conversation)
        if conversation.phase is Phase.RINGING:
            return Screen(CallProgress.RINGING, f"ringing.{conversation.id}", facts, line=line)
        draft, new = self._begun(operator, conversation, flow, state)
        form = form_view(draft, flow, self.clock(), prefilled(flow, state))
        return Screen(CallProgress.TALKING, draft.id, facts, form, line, first_seen=new)

    def begin_draft(self, operator: str) -> Draft | None:
        """Begin what is to be written of the call that the operator has answered, on whichever of
        their pages they are, so that it is there in wrap-up; None where it is not new to them."""
        talk = self.conversations.conversation_of(operator)
        if talk is None or talk.phase in (Phase.RINGING, Phase.HANDED_ON, Phase.OVER):
            return None
        try:
            last = self.records.drafts.last_of(operator)
            if last and last.call_sid == talk.call_sid:
                return None
            state = self.store.read(talk.call_sid, "").state
            flow = self.flow(talk.client, state.flow_version if state else None)
            draft, new = self._begun(operator, talk, flow, state) if flow else (None, False)
        except RecordsUnavailable as error:  # the page still shows the call
            log.warning("draft.not_begun", operator=operator, error=str(error))
            return None
        return draft if new else None

    def _begun(
        self, operator: str, talk: Conversation, flow: CallFlow, state: CallState | None
    ) -> tuple[Draft, bool]:
        return self.records.drafts.begin(
            Draft(
                call_sid=talk.call_sid,
                client=flow.client_id,
                flow_version=flow.version,
                operator=operator,
                caller=talk.caller if talk.caller.startswith("+") else None,
                kind=chosen_kind(flow, state),
                began_at=self.clock(),
                updated_at=self.clock(),
            )
        )

    def _after(self, draft: Draft, stage: CallProgress) -> Screen:
        """The screen of a draft whose call is over."""
        flow = self.flow(draft.client, draft.flow_version)
        if flow is None:
            return Screen(CallProgress.IDLE, "idle")
        state = self.store.state(draft.call_sid)
        called = state.called if state else flow.client.numbers[0]
        facts = self._facts(flow, draft.call_sid, draft.caller, called, state)
        form = form_view(draft, flow, self.clock(), prefilled(flow, state))
        return Screen(stage, draft.id, facts, form)

    def _facts(
        self,
        flow: CallFlow,
        call_sid: str,
        caller: str | None,
        called: str,
        state: CallState | None,
    ) -> CallFacts:
        now = self.clock()
        statuses = self.records.statuses.ahead(flow.client_id, now)
        known = CallerContext(state, self.records.calls.detail(call_sid), statuses=statuses)
        if caller is not None:
            calls = self.records.calls.newest(flow.client_id, EARLIER, caller=caller)
            messages = self.records.messages.newest(flow.client_id, EARLIER, caller=caller)
            known = replace(known, calls=tuple(calls), messages=tuple(messages))
        return call_facts(flow, call_sid, caller, called, known, now)

    def _line(self, operator: str, conversation: Conversation) -> OngoingCall:
        keys = keys_for(conversation, possible(conversation))
        return OngoingCall(conversation, keys, self.colleagues(operator))

    # What is asked

    def act(
        self, operator: str, conversation_id: str, act: CallAct, asked: Mapping[str, str]
    ) -> Conversation:
        """Do something in the operator's conversation; returns it as it was before.

        Raises `ConversationError`, and ValueError in plain words where nobody was named.
        """
        conversation = self.conversations.conversation_of(operator)
        if conversation is None or conversation.id != conversation_id:
            raise ValueError("That call is over.")
        about = self._about(operator, conversation)
        flow = self.flow(conversation.client)

        def person(name: str) -> Target | None:
            found = flow.people.get(name) if flow else None
            return Target(found.name, found.phone) if found and found.phone else None

        command = command_of(act, conversation, asked, person, about)
        self.conversations.command(conversation.id, command, operator, self.clock())
        return conversation

    def _about(self, operator: str, conversation: Conversation) -> str:
        """What a third party hears before they talk: what has been written down so far."""
        drafts = self.records.drafts.unfinished_of(operator)
        draft = next((d for d in drafts if d.call_sid == conversation.call_sid), None)
        flow = self.flow(draft.client, draft.flow_version) if draft and draft.written else None
        return form_view(draft, flow, self.clock()).about if draft and flow else ""

    # What is written

    def form(self, draft: Draft, *, asked: bool = False) -> FormView | None:
        """The draft as a form; None where the client is gone."""
        flow = self.flow(draft.client, draft.flow_version)
        return form_view(draft, flow, self.clock(), asked=asked) if flow else None

    def send(self, form: FormView, outcome: str, actor: Actor) -> Job:
        """Send a form, as `DraftService.send` does. Raises `JobError`."""
        draft, outcome = form.draft, outcome or form.outcomes[0]
        flow = self.library.flow(draft.client, draft.flow_version)
        summary, values = form.summary, form.values
        return self.drafts.send(draft, flow, summary, values, outcome, actor, self.clock())
