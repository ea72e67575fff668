"""What one of a client's people writes of themselves is done, and answered in a few words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ivr.core.accounts.account import SERVER_ID
from ivr.core.accounts.actor import Actor
from ivr.core.availability import status as rules
from ivr.core.availability.reading import Back, SetStatus, is_command, read
from ivr.core.availability.status import How, Status, StatusRequest
from ivr.core.availability.words import everybody_at, said
from ivr.core.call.engine import CallFlow
from ivr.core.gsm7 import fit
from ivr.core.records.text_message import TextReceived
from ivr.errors import StatusError
from ivr.metrics import STATUS_TEXTS
from ivr.services.protocols.records import UnitOfWork
from ivr.services.statuses import end_statuses, set_status
from ivr.tools.rehearsal.first_change import change_in_short

MOST_PARTS = 3
"""Of an answer, each of which is paid for."""

StatusesAhead = Callable[[str, datetime], tuple[Status, ...]]
"""A client's statuses that hold now or are still to come."""

Do = Callable[[UnitOfWork], str]
"""Does something within a transaction, and says what."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: one of a client's people, by which way, and the name that is kept with it.

    `person` is a short name; None is the agency, which must speak for everybody.
    """

    flow: CallFlow
    person: str | None
    by: str
    how: How

    @property
    def actor(self) -> Actor:
        """Who acts; whoever is known by their telephone, or speaks for others, has no account."""
        return Actor(self.by, SERVER_ID, self.by)

    @property
    def name(self) -> str:
        """Whom it is about, as people say."""
        people = self.flow.people
        return people[self.person].name if self.person else everybody_at(self.flow.client.name)


def whose(flow: CallFlow, number: str) -> list[str]:
    """Which of the client's people have this telephone, by short name."""
    return [name for name, person in flow.people.items() if person.phone == number]


def asks(flow: CallFlow, number: str, text: str) -> bool:
    """Whether a text is one of the client's people saying something of themselves."""
    return is_command(text) and bool(whose(flow, number))


def carry_out_text(ahead: StatusesAhead, text: TextReceived, flow: CallFlow) -> Do:
    """What a text asks for, to be done in one transaction; it returns the answer, which tells what
    was done or, kindly, what was not understood."""
    people = whose(flow, text.from_)
    if len(people) > 1:
        names = " and ".join(flow.people[name].name for name in people)
        return _refused(
            f"This telephone stands for {names}, so I cannot tell who is meant. Please ring us."
        )
    writer = Writer(flow, people[0], flow.people[people[0]].name, How.TEXT)
    try:
        do = carry_out(ahead, writer, text.body, text.received_at)
    except StatusError as error:
        return _refused(str(error))

    def done(work: UnitOfWork) -> str:
        answer = do(work)
        STATUS_TEXTS.labels("done").inc()
        return fit(answer, MOST_PARTS)

    return done


def _refused(answer: str) -> Do:
    def refused(_: UnitOfWork) -> str:
        STATUS_TEXTS.labels("refused").inc()
        return fit(answer, MOST_PARTS)

    return refused


def carry_out(ahead: StatusesAhead, writer: Writer, text: str, now: datetime) -> Do:
    """What `text` says of `writer`, to be done in one transaction; it returns what was done.

    Raises `StatusError`, kindly and with an example, where it is not understood or cannot be.
    """
    client = writer.flow.client
    command = read(text, now, client.timezone, client.language)
    if isinstance(command, Back):
        return lambda work: " ".join(_back(work, writer, command, now))
    wish = rules.checked(_wish(writer, command), now)
    known = ahead(writer.flow.client_id, now)
    hear = change_in_short(writer.flow, known, wish, now)
    return lambda work: " ".join(_set(work, writer, wish, hear, now))


def _wish(writer: Writer, command: SetStatus) -> StatusRequest:
    return StatusRequest(
        client=writer.flow.client_id,
        person=None if command.everybody else writer.person,
        kind=command.kind,
        starts=command.starts,
        ends=command.ends,
        by=writer.by,
        how=writer.how,
    )


def _set(
    work: UnitOfWork, writer: Writer, wish: StatusRequest, hear: str, now: datetime
) -> Iterator[str]:
    """Set it; the sentences tell what was set, and what callers will then `hear`."""
    zone = writer.flow.client.timezone
    was_set = set_status(work, wish, writer.actor, now)
    new = was_set.status
    yield f"{_who(writer, new.person)}: {said(new, now, zone)}."
    for each in was_set.replaced:
        yield f"That takes the place of: {said(rules.as_planned(each), now, zone)}."
    yield hear
    if new.starts <= now:
        yield f"{_word(new.person, 'BACK')} ends it."


def _back(work: UnitOfWork, writer: Writer, command: Back, now: datetime) -> Iterator[str]:
    """End it; the sentences tell what has ended, and what has not."""
    flow, person = writer.flow, None if command.everybody else writer.person
    client, zone = flow.client_id, flow.client.timezone
    ended = end_statuses(
        work, client, person, writer.how, writer.actor, now, planned=command.planned
    )
    left = work.statuses.ahead(client, now)
    whole = rules.counting(left, client, None, now) if person else None
    nothing = "nothing was set, so nothing has ended."
    yield f"{_who(writer, person)}: {'back.' if ended else nothing}"
    if ended and whole is None:
        yield "Calls come as usual."
    if off := [said(rules.as_planned(each), now, zone) for each in ended if each.starts > now]:
        yield f"Called off: {'; '.join(off)}."
    if planned := [said(each, now, zone) for each in left if each.person == person]:
        yield f"Still to come: {'; '.join(planned)}. {_word(person, 'NOT AWAY')} calls that off."
    if whole is not None:
        everybody = everybody_at(flow.client.name)
        yield f"{everybody}: {said(whole, now, zone)}. ALL BACK ends that."


def _who(writer: Writer, person: str | None) -> str:
    return writer.name if person else everybody_at(writer.flow.client.name)


def _word(person: str | None, word: str) -> str:
    return word if person else f"ALL {word}"
