"""What operators write down during a call, and the job that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ivr.core.accounts.actor import Actor
from ivr.core.availability.status import standing
from ivr.core.call.engine import CallFlow
from ivr.core.jobs.agreement import opening
from ivr.core.jobs.job import Job, NewJob
from ivr.core.records.draft import Draft
from ivr.errors import JobError
from ivr.services.jobs import JobService
from ivr.services.protocols.records import Records, UnitOfWork


@dataclass(frozen=True, slots=True)
class DraftService:
    """Each method is one transaction. `agency` is the agency's name; `now` is aware. Every method
    raises `RecordsUnavailable` where the records cannot be used: then nothing is done."""

    records: Records
    jobs: JobService
    agency: str

    def send(
        self,
        draft: Draft,
        flow: CallFlow,
        summary: str,
        fields: Mapping[str, str],
        outcome: str,
        actor: Actor,
        now: datetime,
    ) -> Job:
        """Open the job that a draft asks for, tell its owner, and close the draft.

        `summary` is the job in a few words, `fields` what was written, by the fields' labels;
        `outcome` says how the call ended. Raises `JobError`, also where the draft is closed
        already.
        """
        ahead = self.records.statuses.ahead(draft.client, now)
        availability = standing(ahead, draft.client, now)

        def close_draft(work: UnitOfWork, job: Job) -> None:
            if not work.drafts.close(draft.id, draft.operator, outcome, now):
                raise JobError("This was sent already.")
            about = f"job {job.id}"
            work.audit.add(actor.entry("wrote a message down", now, draft.client, about))

        new = NewJob(
            client=draft.client,
            kind=draft.kind,
            summary=summary,
            opening=opening(flow, draft.kind, now, self.agency, availability),
            opened_by=actor.name,
            caller=draft.caller,
            call_sid=draft.call_sid,
            fields=fields,
        )
        return self.jobs.open(new, now, close_draft)
