"""`SqlRepositories`: one repository for each noun of the records."""

from __future__ import annotations

from ivr.adapters.sql.calls.call_repository import SqlCallRepository
from ivr.adapters.sql.database import Source
from ivr.adapters.sql.deliveries.delivery_repository import SqlDeliveryRepository
from ivr.adapters.sql.flows.version_repository import SqlVersionRepository
from ivr.adapters.sql.jobs.draft_repository import SqlDraftRepository
from ivr.adapters.sql.jobs.inbox_repository import SqlInboxRepository
from ivr.adapters.sql.jobs.job_repository import SqlJobRepository
from ivr.adapters.sql.keeping.carrier_repository import SqlCarrierRepository
from ivr.adapters.sql.keeping.purge_repository import SqlPurgeRepository
from ivr.adapters.sql.messages.message_repository import SqlMessageRepository
from ivr.adapters.sql.messages.text_repository import SqlTextRepository
from ivr.adapters.sql.outbox_repository import SqlOutboxRepository
from ivr.adapters.sql.people.account_repository import SqlAccountRepository
from ivr.adapters.sql.people.audit_repository import SqlAuditRepository
from ivr.adapters.sql.people.session_repository import SqlSessionRepository
from ivr.adapters.sql.people.status_repository import SqlStatusRepository
from ivr.adapters.sql.programs.answer_repository import SqlAnswerRepository
from ivr.adapters.sql.programs.list_repository import SqlListRepository
from ivr.adapters.sql.programs.subscription_repository import SqlSubscriptionRepository
from ivr.adapters.sql.programs.token_repository import SqlTokenRepository
from ivr.adapters.sql.queue.call_back_repository import SqlCallBackRepository
from ivr.adapters.sql.queue.queue_repository import SqlQueueRepository
from ivr.adapters.sql.recordings.call_recording_repository import SqlCallRecordingRepository
from ivr.adapters.sql.recordings.recording_repository import SqlRecordingRepository
from ivr.adapters.sql.search.search_repository import SqlSearchRepository


class SqlRepositories:
    """Every repository, on one `source`: on the database, where each of their methods is a
    transaction, or in a transaction that is open."""

    def __init__(self, source: Source) -> None:
        self.calls = SqlCallRepository(source)
        """Calls and their course."""
        self.messages = SqlMessageRepository(source)
        """What callers have left."""
        self.recordings = SqlRecordingRepository(source)
        """Recordings that are to be heard."""
        self.call_recordings = SqlCallRecordingRepository(source)
        """Recordings of conversations."""
        self.texts = SqlTextRepository(source)
        """Text messages, to be sent and received."""
        self.jobs = SqlJobRepository(source)
        """What calls leave open, and who owns it."""
        self.inbox = SqlInboxRepository(source)
        """What clients see of their jobs."""
        self.drafts = SqlDraftRepository(source)
        """What operators write down during calls."""
        self.outbox = SqlOutboxRepository(source)
        """What is still to be done for any of these."""
        self.deliveries = SqlDeliveryRepository(source)
        """What was sent to whom, and who has read it."""
        self.call_backs = SqlCallBackRepository(source)
        """Call backs that callers were promised."""
        self.queue = SqlQueueRepository(source)
        """What the operator queue did."""
        self.statuses = SqlStatusRepository(source)
        """Where clients' people say that they are."""
        self.accounts = SqlAccountRepository(source)
        """Who may sign in."""
        self.sessions = SqlSessionRepository(source)
        """Who is signed in."""
        self.audit = SqlAuditRepository(source)
        """Who saw and did what."""
        self.tokens = SqlTokenRepository(source)
        """Who may use the API."""
        self.subscriptions = SqlSubscriptionRepository(source)
        """Where programs want to be told of what happens."""
        self.answers = SqlAnswerRepository(source)
        """Answers to programs that are kept for a day."""
        self.lists = SqlListRepository(source)
        """Calls, messages and jobs, to be read page by page."""
        self.search = SqlSearchRepository(source)
        """Finding any of these by what is said in it."""
        self.versions = SqlVersionRepository(source)
        """The versions of flows, and which is live."""
        self.at_carrier = SqlCarrierRepository(source)
        """What is known of the carrier's calls, recordings and texts, by their SIDs."""
        self.purges = SqlPurgeRepository(source)
        """Deleting what is over its time, and all about one caller."""
