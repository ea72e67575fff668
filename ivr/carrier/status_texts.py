"""What one of a client's people writes of themselves is done, and answered in a few words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ivr.call.engine import CallFlow
from ivr.errors import StatusError
from ivr.metrics import STATUS_TEXTS
from ivr.records import status_book
from ivr.records.status_book import WasSet
from ivr.rehearsal.callers_hear import callers_hear, in_short, with_status
from ivr.status import status as rules
from ivr.status.reading import Back, SetStatus, is_command, read
from ivr.status.status import How, Status, Wish
from ivr.status.words import everybody_at, said

LONGEST = 480
"""Letters of an answer: three texts' length."""

_PLAIN = str.maketrans({"“": '"', "”": '"', "’": "'", "…": "..."})
"""Signs for which a text would hold 70 letters instead of 160 (3GPP TS 23.038)."""


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


def obey_text(
    connection: sa.Connection, flow: CallFlow, number: str, text: str, now: datetime
) -> str:
    """Do what a text from `number` says; returns the answer, which tells what was done or, kindly,
    what was not understood."""
    people = whose(flow, number)
    if len(people) > 1:
        names = " and ".join(flow.people[name].name for name in people)
        STATUS_TEXTS.labels("refused").inc()
        return f"This telephone stands for {names}, so I cannot tell who is meant. Please ring us."
    person = people[0]
    writer = Writer(flow, person, flow.people[person].name, How.TEXT)
    try:
        answer = obey(connection, writer, text, now)
    except StatusError as error:
        STATUS_TEXTS.labels("refused").inc()
        return str(error)[:LONGEST].translate(_PLAIN)
    STATUS_TEXTS.labels("done").inc()
    return answer.translate(_PLAIN)


def obey(connection: sa.Connection, writer: Writer, text: str, now: datetime) -> str:
    """Do what `text` says of `writer`; returns what was done. Raises `StatusError`, kindly and with
    an example, where it is not understood or cannot be; then nothing was done."""
    client = writer.flow.client
    command = read(text, now, client.timezone, client.language)
    match command:
        case SetStatus():
            return _set(connection, writer, command, now)[:LONGEST]
        case Back():
            return _back(connection, writer, command, now)[:LONGEST]


def _set(connection: sa.Connection, writer: Writer, command: SetStatus, now: datetime) -> str:
    flow, person = writer.flow, None if command.everybody else writer.person
    before = status_book.ahead(connection, flow.client_id, now)
    wish = Wish(
        client=flow.client_id,
        person=person,
        kind=command.kind,
        starts=command.starts,
        ends=command.ends,
        by=writer.by,
        how=writer.how,
    )
    was_set = status_book.set_status(connection, wish, now)
    return " ".join(filter(None, _told(writer, before, was_set, now)))


def _told(
    writer: Writer, before: Iterable[Status], was_set: WasSet, now: datetime
) -> Iterable[str]:
    """The sentences that tell what was set, and what callers will then hear."""
    flow, new = writer.flow, was_set.status
    zone = flow.client.timezone
    yield f"{_who(writer, new.person)}: {said(new, now, zone)}."
    for each in was_set.replaced:
        earlier = next(old for old in before if old.id == each.id)
        yield f"That takes the place of: {said(earlier, now, zone)}."
    stands = rules.standing(before, flow.client_id, new.starts)
    then = with_status(stands, new.person, new.kind)
    yield in_short(callers_hear(flow, stands, then, new.starts))
    yield f"{_word(new.person, 'BACK')} ends it." if new.starts <= now else ""


def _back(connection: sa.Connection, writer: Writer, command: Back, now: datetime) -> str:
    flow, person = writer.flow, None if command.everybody else writer.person
    zone = flow.client.timezone
    ended = status_book.back(
        connection, flow.client_id, person, writer.by, writer.how, now, planned=command.planned
    )
    left = status_book.ahead(connection, flow.client_id, now)
    who = _who(writer, person)
    off = [said(rules.as_planned(each), now, zone) for each in ended if each.starts > now]
    sentences = [f"{who}: back. Calls come as usual."]
    if not ended:
        sentences = [f"{who}: nothing was set, so nothing has ended."]
    if off:
        sentences.append(f"Called off: {'; '.join(off)}.")
    planned = [said(each, now, zone) for each in left if each.person == person]
    if planned:
        word = _word(person, "NOT AWAY")
        sentences.append(f"Still to come: {'; '.join(planned)}. {word} calls that off.")
    for each in left:
        if person is not None and each.person is None and each.counts(now):
            sentences[0] = sentences[0].replace(" Calls come as usual.", "")
            everybody = everybody_at(flow.client.name)
            sentences.append(f"{everybody}: {said(each, now, zone)}. ALL BACK ends that.")
    return " ".join(sentences)


def _who(writer: Writer, person: str | None) -> str:
    return writer.name if person else everybody_at(writer.flow.client.name)


def _word(person: str | None, word: str) -> str:
    return word if person else f"ALL {word}"
