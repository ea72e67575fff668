"""In whose name somebody acts on the client's page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ivr.core.accounts.account import Account
from ivr.core.flow.flow import Flow
from ivr.core.jobs.job import Job, Owner, OwnerKind
from ivr.core.records.inbox import Reader


@dataclass(frozen=True, slots=True)
class ClientUser:
    """One of a client's people, or whoever answers at the client's, who acts in its name.

    `reads_for` are the names of those whose messages count as read when they say so. `gone` is the
    person whom the account names and the client's file does not name any more.
    """

    client: str
    client_name: str
    person: Owner | None
    reads_for: frozenset[str]
    gone: str | None = None

    @property
    def name(self) -> str:
        """The name in which they act."""
        return self.person.name if self.person else self.client_name

    @property
    def reader(self) -> Reader:
        """Who they are when they say that they have read something."""
        return Reader(self.name, self.reads_for, self.person)

    def waits_for(self, job: Job) -> bool:
        """Whether a job waits for them: it is theirs, or somebody's in whose name they act."""
        if self.person is None:
            return job.owner.kind is OwnerKind.PERSON
        return job.owner.is_same(self.person)


def visitor_of(account: Account, flow: Flow[Any] | None) -> ClientUser:
    """Who a client's `account` is by the client's file, read as `flow`; None where it is gone."""
    client = account.client or ""
    name = flow.client.name if flow else client
    people = flow.people if flow else {}
    found = people.get(account.person or "")
    if account.person and found:
        me = Owner(OwnerKind.PERSON, account.person, found.name)
        return ClientUser(client, name, me, frozenset({found.name}))
    everybody = frozenset(person.name for person in people.values())
    return ClientUser(client, name, None, everybody, account.person)
