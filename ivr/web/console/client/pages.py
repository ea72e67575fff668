"""The client's page and the page of each job: what there is to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, make_response, render_template, request

from ivr.core.call.engine import CallFlow
from ivr.core.jobs.job import Job, JobState, Outcome, Owner, OwnerKind
from ivr.core.jobs.words import told
from ivr.core.records.job_list import Wanted
from ivr.core.records.message_words import title
from ivr.core.ring_numbers import CAME_OF_RINGING
from ivr.web.console.access import current_account, note, note_once
from ivr.web.console.calls.spoken import length
from ivr.web.console.client.cards import Card, PageContext, card, shelves
from ivr.web.console.client.client_user import ClientUser, visitor_of
from ivr.web.console.jobs.pages import JobPages
from ivr.web.console.page_zone import show_in

MOST_OPEN = 200
"""Open jobs that the page shows; who has more looks for them by words."""

DONE_PAGE = 20
SEEN_AGAIN = timedelta(minutes=15)
"""A page that is open asks again and again; within this time that is one act of seeing it."""

ENDINGS = {
    Outcome.DONE: "It is done",
    Outcome.NOT_REACHED: "Nobody could be reached",
    Outcome.DECLINED: "We cannot or do not want to do it",
    Outcome.NOT_NEEDED: "It is not needed any more",
}


@dataclass(frozen=True, slots=True)
class ClientPages:
    """What the pages need: what the pages of jobs work with, a client's file, the agency's name."""

    jobs: JobPages
    flow_of: Callable[[str], CallFlow | None]
    agency: str

    def visitor(self) -> ClientUser:
        """Who has signed in, by the client's file as it is now."""
        account = current_account()
        return visitor_of(account, self.flow_of(account.client or ""))

    def place(self, visitor: ClientUser) -> PageContext:
        """Where the client is."""
        flow = self.flow_of(visitor.client)
        language = flow.client.language if flow else "en-GB"
        zone = self.jobs.zone(visitor.client)
        show_in(zone)
        return PageContext(zone, language, self.agency, self.jobs.clock())

    # The page

    def inbox(self, status: Mapping[str, Any]) -> Response:
        """The whole page. `status` is what is said of statuses."""
        listed = self._listed(self.visitor())
        text = render_template("console/client/inbox.html", **status, **listed)
        return make_response(text)

    def rows(self) -> str:
        """What changes on a page that is open."""
        return render_template("console/client/list.html", **self._listed(self.visitor()))

    def _listed(self, visitor: ClientUser) -> dict[str, Any]:
        note_once("saw the client’s page", client=visitor.client, about=None, within=SEEN_AGAIN)
        place, wanted = self.place(visitor), request.args.get("q", "").strip()[:200]
        words = {"visitor_": visitor, "wanted": wanted, "page": 1, **self._words(visitor, place)}
        if wanted:
            every = Wanted(state=None, client=visitor.client, text=wanted)
            found = self._cards(every, visitor, place, MOST_OPEN + 1)
            return words | {"found": found[:MOST_OPEN], "more": len(found) > MOST_OPEN}
        page = max(1, min(request.args.get("page", 1, type=int), 100_000))
        open_ = self._cards(Wanted(client=visitor.client), visitor, place, MOST_OPEN + 1)
        closed = Wanted(state=JobState.CLOSED, client=visitor.client)
        done = self._cards(closed, visitor, place, DONE_PAGE + 1, (page - 1) * DONE_PAGE)
        return words | {
            "found": None,
            "shelves": shelves(open_[:MOST_OPEN], visitor, place),
            "too_many": len(open_) > MOST_OPEN,
            "done": done[:DONE_PAGE],
            "more": len(done) > DONE_PAGE,
            "page": page,
        }

    def _cards(
        self, wanted: Wanted, visitor: ClientUser, place: PageContext, limit: int, offset: int = 0
    ) -> list[Card]:
        found = self.jobs.records.inbox.items(wanted, limit, offset)
        return [card(item, visitor, place) for item in found]

    # One job

    def find(self, job_id: str) -> Job | None:
        """A job of the client's; of another's nobody learns that it exists."""
        return self.jobs.find(job_id)

    def one(self, job: Job, problem: str = "", status: int = 200) -> Response:
        """The page of one job; `problem` says why an act was refused."""
        note("saw a job", client=job.client, about=f"job {job.id}")
        visitor = self.visitor()
        place = self.place(visitor)
        text = render_template(
            "console/client/job.html",
            visitor_=visitor,
            card=card(self.jobs.records.inbox.item(job), visitor, place),
            history=list(told(self.jobs.records.jobs.history(job.id), place.zone)),
            problem=problem,
            form=request.form,
            **self._words(visitor, place),
        )
        return make_response(text, status)

    def owners(self, job: Job) -> list[Owner]:
        """To whom a client's people can hand a job: the agency, or one of them."""
        possible = self.jobs.jobs.owners(job)
        kinds = (OwnerKind.AGENCY, OwnerKind.PERSON)
        return [each for each in possible if each.kind in kinds and not each.is_same(job.owner)]

    def _words(self, visitor: ClientUser, place: PageContext) -> dict[str, Any]:
        """What the templates say things with."""
        return {
            "agency": self.agency,
            "topic": f"jobs:{visitor.client}",
            "owners": self.owners,
            "endings": ENDINGS,
            "came_of_ringing": CAME_OF_RINGING,
            "place": place,
            "title": title,
            "length": length,
        }
