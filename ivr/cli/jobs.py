"""`python -m ivr jobs`: what calls have left open, whose it is, and acts on it."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.cli._shown import local_time, printable
from ivr.core.card_numbers import without_card_numbers

if TYPE_CHECKING:
    from ivr.adapters.sql import SqlRecords
    from ivr.core.jobs.acts import Act
    from ivr.core.jobs.job import Job, Owner
    from ivr.services.jobs import JobService

MOST = 1000


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "jobs",
        help="what calls have left open, and whose it is",
        description="List the open jobs, the first to be due first; show one; act on one. A job "
        "is named by the beginning of its id. See docs/jobs.md.",
    )
    parser.add_argument("--client", metavar="ID", help="those of one client only")
    parser.add_argument("--overdue", action="store_true", help="only those that should be done")
    parser.add_argument("--closed", action="store_true", help="those that are closed instead")
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")
    parser.set_defaults(run=_list)
    acts = parser.add_subparsers(title="acts", metavar="ACT")
    show = acts.add_parser("show", help="show one job and its whole history")
    show.add_argument("job", metavar="JOB")
    show.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    show.set_defaults(run=_show)
    _add_acts(acts)


def _add_acts(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    def add(
        name: str,
        words: str,
        act: Callable[[_JobContext, Job, argparse.Namespace], Act],
        *aliases: str,
    ) -> Any:
        one = acts.add_parser(name, help=words, aliases=aliases)
        one.add_argument("job", metavar="JOB")
        one.add_argument("--by", metavar="NAME", help="who does it; default: your login")
        one.set_defaults(run=lambda args: _do(args, act))
        return one

    take = add("take", "make a job an operator's own", _take)
    take.add_argument("--operator", required=True, metavar="NAME", help="as agency.yaml names them")
    hand = add("assign", "assign a job to somebody else", _hand, "hand")
    hand.add_argument(
        "--to", required=True, metavar="NAME", help="a person of the client, an operator, or agency"
    )
    back = add("return", "give a job back to who had it before", _return)
    snooze = add("snooze", "snooze a job for a time", _snooze)
    snooze.add_argument("--for", dest="time", required=True, metavar="TIME", help="such as 2h")
    close = add("close", "close a job", _close)
    close.add_argument(
        "--outcome",
        default="done",
        choices=("done", "not reached", "declined", "not needed"),
        help="how it ended (%(default)s)",
    )
    again = add("reopen", "open a closed job again", _reopen)
    noting = add("note", "write something down about a job", _note)
    for parser in (hand, back, snooze, again):
        parser.add_argument("--reason", default="", metavar="WORDS", help="why")
    close.add_argument("--reason", required=True, metavar="WORDS", help="why")
    noting.add_argument("text", metavar="WORDS")


@dataclass(frozen=True, slots=True)
class _JobContext:
    """What the acts work with."""

    records: SqlRecords
    jobs: JobService
    now: datetime

    def job(self, beginning: str) -> Job:
        """The one job whose id begins like this. Raises `JobError`."""
        from ivr.errors import JobError

        found = self.records.jobs.like(beginning)
        if len(found) != 1:
            many = "Several jobs begin" if found else "No job begins"
            raise JobError(f"{many} with “{printable(beginning)}”; see `python -m ivr jobs`.")
        return found[0]

    def owner(self, job: Job, name: str) -> Owner:
        """Whom `name`, or `operator:name`, means. Raises `JobError`."""
        from ivr.errors import JobError

        possible = self.jobs.owners(job)
        found = next((each for each in possible if name in (each.id, each.key)), None)
        if found is None:
            names = ", ".join(each.id for each in possible)
            raise JobError(f"Nobody is called “{printable(name)}” here; there are {names}.")
        return found


def _context() -> _JobContext:
    from ivr.adapters.files.agency import load_agency
    from ivr.adapters.system.running import settings_here
    from ivr.bootstrap import command_services

    services = command_services(settings_here())
    load_agency(services.settings.flows)  # who is told must be known
    return _JobContext(services.records, services.jobs, datetime.now(UTC))


def _list(args: argparse.Namespace) -> int:
    from ivr.adapters.sql import open_records
    from ivr.core.jobs.job import JobState
    from ivr.core.records.job_list import Wanted
    from ivr.settings import load_settings

    now = datetime.now(UTC)
    wanted = Wanted(
        state=JobState.CLOSED if args.closed else JobState.OPEN,
        client=args.client,
        due_before=now if args.overdue else None,
    )
    rows = open_records(load_settings().database_url).jobs.board(wanted, MOST)
    jobs = [row.job for row in rows]
    if args.json:
        _print_json([_as_json(job, now) for job in jobs])
    else:
        print("\n".join(_as_text(job, now) for job in jobs) or "No jobs.")
    return 0


def _show(args: argparse.Namespace) -> int:
    from ivr.core.jobs.acts import to_data
    from ivr.services.deliveries.job_words import history

    context = _context()
    job = context.job(args.job)
    book = context.records.jobs
    entries = book.history(job.id)
    if args.json:
        acts = [
            {"at": each.at.isoformat(), "by": each.by, "owner": each.owner.key, **to_data(each.act)}
            for each in entries
        ]
        _print_json({**_as_json(job, context.now), "history": acts})
        return 0
    print(_as_text(job, context.now))
    for name, value in job.fields.items():
        print(printable(f"  {name}: {value}"))
    here = datetime.now().astimezone().tzinfo or UTC
    deliveries = book.deliveries([job])[job.id]
    for line in history(job, entries, deliveries, book.outstanding(job), here):
        print(printable(f"  {line.at:%a %d %b %H:%M}  {line.text}"))
        for sent in line.sent:
            print(printable(f"{'':20}{sent}"))
    return 0


def _do(
    args: argparse.Namespace, make: Callable[[_JobContext, Job, argparse.Namespace], Act]
) -> int:
    """Do one act. Raises `JobError` where it is refused."""
    from ivr.core.accounts.actor import at_server

    context = _context()
    job = context.job(args.job)
    by = args.by or getpass.getuser()
    act = make(context, job, args)
    after = context.jobs.act(job.id, act, at_server(by), context.now, job.version)
    print(_as_text(after, context.now))
    return 0


def _take(context: _JobContext, job: Job, args: argparse.Namespace) -> Act:
    from ivr.core.jobs.acts import Take

    return Take(context.owner(job, f"operator:{args.operator}"))


def _hand(context: _JobContext, job: Job, args: argparse.Namespace) -> Act:
    from ivr.core.jobs.acts import Hand

    return Hand(context.owner(job, args.to), args.reason)


def _return(_context: _JobContext, _job: Job, args: argparse.Namespace) -> Act:
    from ivr.core.jobs.acts import Return

    return Return(args.reason)


def _snooze(context: _JobContext, _job: Job, args: argparse.Namespace) -> Act:
    from ivr.core.flow.types import parse_duration
    from ivr.core.jobs.acts import Snooze
    from ivr.errors import JobError

    try:
        seconds = parse_duration(args.time)
    except ValueError as error:
        raise JobError(f"{error}.") from error
    return Snooze(context.now + timedelta(seconds=seconds), args.reason)


def _close(_context: _JobContext, _job: Job, args: argparse.Namespace) -> Act:
    from ivr.core.jobs.acts import Close
    from ivr.core.jobs.job import Outcome

    return Close(Outcome(args.outcome), args.reason)


def _reopen(_context: _JobContext, _job: Job, args: argparse.Namespace) -> Act:
    from ivr.core.jobs.acts import Reopen

    return Reopen(args.reason)


def _note(_context: _JobContext, _job: Job, args: argparse.Namespace) -> Act:
    from ivr.core.jobs.acts import Note

    return Note(without_card_numbers(args.text))


def _print_json(value: dict[str, Any] | Sequence[dict[str, Any]]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _as_json(job: Job, now: datetime) -> dict[str, Any]:
    def moment(value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "id": job.id,
        "client": job.client,
        "kind": job.kind,
        "summary": job.summary,
        "caller": job.caller,
        "call_sid": job.call_sid,
        "message": job.message,
        "fields": dict(job.fields),
        "state": job.state,
        "owner": {"kind": job.owner.kind, "id": job.owner.id, "name": job.owner.name},
        "action": job.action,
        "opened_at": moment(job.opened_at),
        "opened_by": job.opened_by,
        "due_at": moment(job.due_at),
        "overdue": job.is_overdue(now),
        "snoozed_until": moment(job.snoozed_until),
        "acted_at": moment(job.acted_at),
        "outcome": job.outcome,
        "reason": job.reason,
        "closed_at": moment(job.closed_at),
        "version": job.version,
    }


def _as_text(job: Job, now: datetime) -> str:
    due = f"due {local_time(job.due_at)}"
    if not job.is_open:
        due = f"closed as {job.outcome}: {job.reason}"
    elif job.is_overdue(now):
        due = f"OVERDUE since {local_time(job.due_at)}"
    facts = [
        job.id[:8],
        f"{job.client:16}",
        f"{job.summary:12}",
        f"{job.caller or 'number withheld':15}",
        f"{job.owner.name:16}",
        due,
        job.action if job.is_open else "",
    ]
    return printable("  ".join(facts)).rstrip()
